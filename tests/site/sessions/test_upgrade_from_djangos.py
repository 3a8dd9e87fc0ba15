"""Sessions that Django kept in the clear do not survive the upgrade."""

from importlib import import_module

import pytest
from django.db import connection

MIGRATION = import_module("clinic_site.migrations.0002_staff_sessions_and_sign_in_log")
pytestmark = pytest.mark.django_db


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        return cursor.fetchone()[0]


def test_every_row_of_djangos_table_goes_and_the_table_stays():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_session (session_key varchar(40), data text)")
        cursor.execute("INSERT INTO django_session VALUES ('akeyintheclear', 'x')")
    MIGRATION.end_sessions_in_the_clear(None, connection.schema_editor())
    assert rows() == 0


def test_a_new_database_has_no_such_table():
    assert "django_session" not in connection.introspection.table_names()
