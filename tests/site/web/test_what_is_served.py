"""The site serves its pages and nothing beside them, and says of each what it is."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TEXTS = [
    *("/", "/refer/", "/contact/", "/search/?q=joint", "/robots.txt", "/brand.css", "/healthz"),
    *("/.well-known/security.txt", "/security-policy.txt", "/none/", "/admin/account/login/"),
]
NOT_OURS_TO_SHOW = [
    *("/.git/config", "/.git/HEAD", "/.env", "/manage.py", "/clinic_site/settings.py"),
    *("/var/secrets.env", "/var/clinic.sqlite3", "/secrets.env", "/private/OWNER", "/static/"),
    *("/media/", "/media/..%2fsecrets.env", "/media/../secrets.env", "/static/../manage.py"),
    *("/static/..%2f..%2fmanage.py", "/docs/", "/__debug__/", "/sitemap.xml.bak"),
]


@pytest.mark.parametrize("url", TEXTS)
def test_every_text_says_its_kind_and_its_letters(client, url):
    kind, _, letters = client.get(url)["Content-Type"].partition(";")
    assert kind in {"text/html", "text/plain", "text/css", "application/json"}
    assert letters.strip() == "charset=utf-8" or kind == "application/json"


@pytest.mark.parametrize("url", NOT_OURS_TO_SHOW)
def test_source_secrets_and_lists_of_files_are_not_served(client, url):
    response = client.get(url, follow=True)
    assert response.status_code in {400, 404}


@pytest.mark.parametrize("url", ["/", "/refer/", "/healthz", "/robots.txt", "/admin/"])
def test_trace_repeats_nothing(client, url):
    """With it a script on another page could once read cookies."""
    response = client.trace(url, headers={"x-told": "repeat after me"})
    assert response.status_code in {302, 403, 404, 405}
    assert b"repeat after me" not in response.content


def test_people_are_led_to_https_and_machines_are_not(settings):
    """A machine that is led on would go on sending in clear, and nobody would notice."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    answer = Client().get("/refer/")
    assert answer.status_code == 301
    assert answer["Location"] == "https://testserver/refer/"
    assert Client().get("/healthz").status_code != 301
    assert "max-age=60" in Client().get("/refer/", secure=True)["Strict-Transport-Security"]
