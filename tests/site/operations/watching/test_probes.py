"""Machines ask the site under any name, and read more than one word with the token alone."""

from unittest import mock

import pytest
from django.db import OperationalError

from referrals.management.commands.deliver_mail import beat
from tests.site.web.https_site import public_settings

pytestmark = pytest.mark.django_db
TOKEN = "sample-token-0123456789-abcdefghijkl"
PROBES = ("/livez", "/readyz", "/healthz", "/metrics")
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings):
    settings.WATCH_TOKEN = TOKEN
    beat()


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "elsewhere.example", "", "bad host/"])
def test_a_load_balancer_asks_by_address(client, host):
    for path in PROBES:
        assert client.get(path, headers={**BEARER, "Host": host}).status_code == 200


def test_all_else_is_answered_under_the_sites_own_name_alone(client):
    for path in ("/", "/healthz/", "/robots.txt", "/livez/x"):
        assert client.get(path, headers={"Host": "10.1.2.3"}).status_code in {400, 404}


def test_a_probe_in_clear_is_not_led_to_https(client, settings):
    for name, value in public_settings(settings).items():
        setattr(settings, name, value)
    settings.WATCH_TOKEN = TOKEN
    for path in PROBES:
        answer = client.get(path, headers={**BEARER, "Host": "10.1.2.3"})
        assert answer.status_code == 200
    assert client.get("/", headers={"Host": "clinic.example"}).status_code == 301


def test_a_proxy_that_was_forgotten_stops_no_probe(client, settings):
    for name, value in public_settings(settings).items():
        setattr(settings, name, value)
    asked = {"Host": "10.1.2.3", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    assert client.get("/readyz", headers=asked).status_code == 200


def test_health_tells_whoever_has_the_token_what_ails_the_site(client):
    told = client.get("/healthz", headers=BEARER).json()
    assert told["status"] == "ok"
    assert told["checks"]["mail process"]["heartbeat_seconds"] == 0


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
@pytest.mark.parametrize(
    "sent", ["Bearer wrong", f"Bearer {TOKEN}x", "bearer é", f"Bearer {TOKEN[:-1]}"]
)
def test_a_wrong_token_opens_nothing(client, path, sent):
    answer = client.get(path, headers={"Authorization": sent})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"mail process" not in answer.content


@pytest.mark.parametrize("sent", ["", "Basic dXNlcjpwYXNz", TOKEN, "Bearer", "Bearer "])
def test_who_sends_no_token_hears_what_all_hear(client, sent):
    headers = {"Authorization": sent}
    assert client.get("/healthz", headers=headers).json() == {"status": "ok"}
    assert client.get("/metrics", headers=headers).status_code == 401


def test_a_token_in_the_address_opens_nothing(client):
    query = {"token": TOKEN, "WATCH_TOKEN": TOKEN, "access_token": TOKEN}
    assert client.get("/healthz", query).json() == {"status": "ok"}
    assert client.get("/metrics", query).status_code == 401
    assert client.get(f"/metrics/{TOKEN}").status_code == 404


def test_without_a_token_in_the_settings_there_are_no_numbers(client, settings):
    settings.WATCH_TOKEN = ""
    for sent in ("Bearer ", "Bearer x", ""):
        assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404
    assert client.get("/healthz", headers={"Authorization": "Bearer x"}).status_code == 401


def test_the_token_is_compared_in_a_time_that_tells_nothing(client):
    where = "clinic_site.operations.watching.probes.constant_time_compare"
    with mock.patch(where, return_value=False) as compared:
        client.get("/metrics", headers=BEARER)
    compared.assert_called_once_with(TOKEN, TOKEN)


def test_the_process_lives_and_is_not_ready_without_its_database(client):
    gone = mock.patch(
        "django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")
    )
    with gone:
        asked = {"Host": "10.1.2.3"}
        assert client.get("/livez", headers=asked).status_code == 200
        assert client.get("/readyz", headers=asked).status_code == 503
        assert client.get("/healthz", headers=BEARER).status_code == 503
