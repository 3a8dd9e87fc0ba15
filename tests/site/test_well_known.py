"""Small files at fixed addresses: for crawlers, and for those who find a weakness."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.makers import make_clinic

pytestmark = pytest.mark.django_db


def fields(client):
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]


def test_security_txt_has_the_fields_that_rfc_9116_asks_for(client):
    make_clinic(email="rooms@other.example")
    found = fields(client)
    assert ("Contact", "mailto:rooms@other.example") in found
    assert ("Preferred-Languages", "en") in found
    assert ("Canonical", "http://localhost:8000/.well-known/security.txt") in found
    assert [name for name, _ in found].count("Expires") == 1


def test_who_reads_such_reports_may_be_another_than_the_rooms(client, settings):
    settings.SECURITY_CONTACT = "it+security@other.example"
    assert fields(client)[0] == ("Contact", "mailto:it%2Bsecurity@other.example")


def test_security_txt_names_the_policy_and_it_is_there(client):
    address = dict(fields(client))["Policy"]
    assert address == "http://localhost:8000/security-policy.txt"
    response = client.get("/security-policy.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_the_policy_says_where_to_write_in_names_as_they_are(client):
    make_clinic(name="Lee & O’Neil’s <rooms>", email="rooms@other.example")
    text = client.get("/security-policy.txt").content.decode()
    assert "Lee & O’Neil’s <rooms> looks after" in text
    assert "\nrooms@other.example\n" in text


def test_it_promises_nothing_until_the_operator_names_who_reads_reports(client, settings):
    """A promise of no legal step is the clinic’s to make, not the software’s."""
    assert "We take no legal step" not in client.get("/security-policy.txt").content.decode()
    settings.SECURITY_CONTACT = "security@other.example"
    text = client.get("/security-policy.txt").content.decode()
    assert "We take no legal step" in text
    assert "\nsecurity@other.example\n" in text


def test_security_txt_expires_within_a_year_and_not_soon(client):
    expires = datetime.fromisoformat(dict(fields(client))["Expires"])
    left = expires - timezone.now()
    assert timedelta(days=90) < left < timedelta(days=365)


def test_crawlers_are_kept_from_private_addresses_and_shown_the_site_map(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    for address in ["/admin/", "/received/", "/search/"]:
        assert f"Disallow: {address}" in lines
    assert "Sitemap: http://localhost:8000/sitemap.xml" in lines
