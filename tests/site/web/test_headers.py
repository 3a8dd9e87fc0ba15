"""Headers that every answer carries."""

import pytest

pytestmark = pytest.mark.django_db
URLS = ["/", "/refer/", "/healthz", "/robots.txt", "/none/", "/admin/account/login/"]


@pytest.mark.parametrize("url", URLS)
def test_every_answer_is_locked_down(client, url):
    headers = client.get(url).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_staff_site_is_never_stored_by_caches(client):
    assert client.get("/admin/account/login/")["Cache-Control"] == "no-store"


def test_an_unknown_host_is_a_bad_request(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_forwarded_host_is_not_believed(client):
    html = client.get("/", headers={"x-forwarded-host": "evil.example"}).content.decode()
    assert "evil.example" not in html
