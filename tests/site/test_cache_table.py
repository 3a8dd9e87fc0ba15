"""A missing cache table is seen, mended by `prepare_site`, and stops nobody from signing in."""

from io import StringIO
from unittest import mock

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from clinic_site.health import run_check
from clinic_site.management.commands import prepare_site
from clinic_site.operations.doctor.checks import doctors_database
from tests.makers import make_user
from tests.site.sign_in.test_staff_sign_in import SECRET, code_for, sign_in

pytestmark = pytest.mark.django_db
TABLE = "clinic_site_cache"


@pytest.fixture
def no_table():
    caches["default"].clear()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
    yield
    caches["default"].clear()


def state_in_health(client):
    return run_check("clinic_site.web.caching.cache_table").ok


def test_health_and_the_deployment_check_see_it(client, no_table):
    assert not state_in_health(client)
    hints = {found.id: found.hint for found in doctors_database(None, databases=["default"])}
    assert hints["clinic_site.E004"].startswith("Run python manage.py prepare_site.")


def test_a_table_that_is_there_is_well(client):
    assert state_in_health(client)
    found = doctors_database(None, databases=["default"])
    assert "clinic_site.E004" not in {each.id for each in found}


def test_staff_sign_in_without_it_and_a_used_code_stays_used(client, no_table):
    TOTP.activate(make_user(is_superuser=True), SECRET)
    code = {"code": code_for(SECRET)}
    sign_in(client)
    client.post("/admin/account/2fa/authenticate/", code)
    assert client.get("/admin/").status_code == 200
    client.logout()
    sign_in(client)
    client.post("/admin/account/2fa/authenticate/", code)
    assert client.get("/admin/").status_code == 302


def test_prepare_site_makes_it_although_no_migration_waits(no_table):
    with (
        mock.patch.object(prepare_site.Command, "collect_static_files"),
        mock.patch("conditions.management.commands.load_starter.load_all", return_value=[]),
    ):
        call_command("prepare_site", stdout=StringIO())
    assert TABLE in connection.introspection.table_names()
