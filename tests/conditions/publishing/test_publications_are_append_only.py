"""Nobody changes or deletes what was published: not the ORM, not the admin, not SQL."""

import pytest
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError

from clinic_site import append_only
from conditions.checks import APPEND_ONLY_TABLES, publications_are_guarded
from conditions.models import Publication
from conditions.publishing.verbs import publish_starter
from tests.makers import make_page
from tests.triggers import drop_trigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication():
    return publish_starter(page=make_page())


def test_saving_again_is_refused(publication):
    publication.slug = "other"
    with pytest.raises(PermissionDenied):
        publication.save()


def test_deleting_is_refused(publication):
    with pytest.raises(PermissionDenied):
        publication.delete()


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_querysets_refuse(publication, verb):
    with pytest.raises(PermissionDenied):
        getattr(Publication.objects.all(), verb)(**({"slug": "x"} if verb == "update" else {}))


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_a_plain_queryset(publication, verb):
    rows = models.QuerySet(Publication)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(slug="x") if verb == "update" else rows._raw_delete(using="default")


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_the_base_manager(publication, verb):
    rows = Publication._base_manager.all()
    with pytest.raises((DatabaseError, PermissionDenied)), transaction.atomic():
        rows.update(slug="x") if verb == "update" else rows.delete()
    assert Publication.objects.filter(slug="sample-page").exists()


def test_the_admin_has_no_form_for_publications():
    assert not site.is_registered(Publication)


@pytest.mark.parametrize(
    "sql", ["UPDATE conditions_publication SET slug = 'x'", "DELETE FROM conditions_publication"]
)
def test_the_database_refuses_sql(publication, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_published_page_cannot_be_deleted(publication):
    with pytest.raises(ProtectedError):
        publication.page.delete()


def test_every_trigger_is_there_after_all_migrations():
    assert append_only.missing_triggers(APPEND_ONLY_TABLES) == []
    assert publications_are_guarded(None, databases=["default"]) == []


def test_a_lost_trigger_is_noticed():
    drop_trigger("conditions_publication_append_only_update", "conditions_publication")
    (error,) = publications_are_guarded(None, databases=["default"])
    assert "conditions_publication_append_only_update" in error.msg
