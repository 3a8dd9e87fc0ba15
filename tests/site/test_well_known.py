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


def test_security_txt_expires_within_a_year_and_not_soon(client):
    expires = datetime.fromisoformat(dict(fields(client))["Expires"])
    left = expires - timezone.now()
    assert timedelta(days=90) < left < timedelta(days=365)


def test_crawlers_are_kept_from_private_addresses_and_shown_the_site_map(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    for address in ["/admin/", "/received/", "/search/"]:
        assert f"Disallow: {address}" in lines
    assert "Sitemap: http://localhost:8000/sitemap.xml" in lines
