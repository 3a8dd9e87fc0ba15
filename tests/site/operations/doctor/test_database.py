"""What is wrong in a database is named: behind the release, without its guards, at another time."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clinic_site.models import SignInEvent
from clinic_site.operations.doctor import database, settings_checks, visiting
from clinic_site.operations.doctor.finding import Level
from tests.makers import make_user
from tests.triggers import drop_trigger

pytestmark = pytest.mark.django_db


def names(check):
    return [each.name for each in check() if each.level != Level.WELL]


def test_a_database_of_this_release_is_well():
    assert names(database.migrations) == []
    assert names(database.constraints_and_indexes) == []
    assert names(database.clock) == []
    assert names(settings_checks.deployment_database) == []


def test_a_migration_that_waits_is_named_and_all_else_waits_for_it():
    MigrationRecorder.Migration.objects.filter(app="conditions").delete()
    answers = {each.name: each for each in visiting.visit(network=False)}
    assert answers["migrations"].level == Level.UNWELL
    assert answers["migrations"].findings[0].mend == "Run manage.py prepare_site."
    assert answers["second factors"].findings[0].says == "Not asked: first the migrations."


def test_a_database_of_a_later_release_is_told():
    MigrationRecorder.Migration.objects.create(
        app="referrals", name="0999_later", applied=timezone.now()
    )
    (found,) = database.migrations()
    assert (found.level, "referrals 0999_later" in found.says) == (Level.HINT, True)


def test_an_index_that_is_gone_is_named():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_index_lookup")
    (found,) = database.constraints_and_indexes()
    assert found.says == "Missing in the database: person_index_lookup."


def test_a_trigger_that_is_gone_is_named():
    drop_trigger("referrals_event_append_only_update", "referrals_event")
    (found,) = settings_checks.deployment_database()
    assert "The trigger referrals_event_append_only_update is missing" in found.says


def test_a_search_index_that_fell_behind_is_named():
    from conditions.search import index

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {index.TABLE}")
    assert "conditions.W001" in names(settings_checks.deployment_database)


def test_a_cache_table_that_is_gone_is_named():
    caches["default"].clear()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE clinic_site_cache")
    found = visiting.unwell(visiting.visit(network=False))
    assert "cache table" in {each.name for each in found}


def test_a_clock_that_ran_ahead_is_named():
    user = make_user()
    SignInEvent.objects.create(user=user, kind="signed_in", at=timezone.now() + timedelta(days=1))
    assert names(database.clock) == ["clock went back"]


def test_a_database_on_another_clock_is_named(monkeypatch):
    """The process’s own clock is a day off; the database’s is not."""
    day = timedelta(days=1)
    now = timezone.now
    monkeypatch.setattr(database.timezone, "now", lambda: now() + day)
    assert names(database.clock) == ["clock"]


def test_sqlite_on_a_public_site_is_a_hint_and_postgresql_is_well(public):
    (found,) = database.kind_of_database()
    assert found.level == (Level.HINT if connection.vendor == "sqlite" else Level.WELL)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL:  password authentication failed for user "x"', "refuses the user or the password"),
        ('FATAL:  database "clinic" does not exist', "no database of that name"),
        ('could not translate host name "db" to address', "leads nowhere"),
        ("connection refused", "nobody listens there"),
        ("unsupported startup parameter: options", "PgBouncer"),
        ("file is not a database", "restore the newest backup"),
        ("unable to open database file", "its file or folder is gone"),
        ("secret words of a driver", "Exception"),
    ],
)
def test_what_a_driver_says_becomes_a_sentence_of_ours(said, words):
    assert words in database.reason(Exception(said))
    assert "secret" not in database.reason(Exception(said))
