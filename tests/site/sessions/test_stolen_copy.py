"""Whoever copies the database holds no session: keys are hashed, what they open is sealed."""

import pytest
from django.db import connection
from django.test import Client

from clinic_site.models import StaffSession
from clinic_site.sessions.store import SessionStore
from tests.codes import sign_in, with_phone
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db


def everything_stored():
    """Every value of every row of every table, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_no_key_of_a_session_lies_in_the_database(client):
    with_phone()
    sign_in(client, REMOTE_ADDR="203.0.113.9")
    stored = everything_stored()
    assert client.session.session_key not in stored
    assert StaffSession.hash_of(client.session.session_key) in stored
    assert "203.0.113.9" not in stored


def test_what_lies_in_a_row_is_no_cookie(client):
    """The attack: a stolen row's hash, sent as if it were the key."""
    signed_in(client, make_user(is_superuser=True))
    thief = Client()
    thief.cookies["sessionid"] = StaffSession.objects.get().key_hash
    assert thief.get("/admin/").status_code == 302


def test_the_data_of_a_session_is_sealed(client):
    session = signed_in(client, make_user()).session
    session["canary"] = "Samplepatient"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM clinic_site_staffsession")
        (data,) = cursor.fetchone()
    assert data.startswith("gAAAA")
    assert client.session["canary"] == "Samplepatient"


def test_a_key_has_at_least_128_random_bits():
    keys = set()
    for _ in range(20):
        session = SessionStore()
        session.create()
        keys.add(session.session_key)
    assert len(keys) == 20
    assert all(len(key) == 32 and len(set(key)) > 8 for key in keys)  # of 36 signs: 165 bits


def test_the_browser_is_kept_as_people_call_it(client):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:152.0) Gecko/20100101 Firefox/152.0"
    with_phone()
    sign_in(client, headers={"user-agent": agent})
    assert {row.browser for row in StaffSession.objects.all()} == {"Firefox on Windows"}
    assert "Gecko" not in everything_stored()


def test_a_session_sealed_with_keys_that_are_gone_has_ended(client, settings, caplog):
    signed_in(client, make_user(is_superuser=True))
    settings.CLINIC_DATA_KEYS = ["b3RoZXIta2V5LW9mLXRlc3RzLTAxMjM0NTY3ODkwMTI="]
    assert client.get("/admin/").status_code == 302
    assert StaffSession.objects.defer("data").exclude(ended_at=None).get().ended_why == "unreadable"
    assert "sealed with keys that are gone" in caplog.text
