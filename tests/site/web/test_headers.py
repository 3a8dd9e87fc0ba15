"""Headers that every answer carries: pages, files, redirects, refusals and errors."""

from unittest import mock

import pytest
from django.db import transaction
from django.test import Client

from clinic_site.web.headers import ISOLATION_HEADERS
from tests.makers import confirmed, make_user

pytestmark = pytest.mark.django_db
ANSWERS = {
    "/contact/": 200,
    "/refer/": 200,
    "/livez": 200,
    "/robots.txt": 200,
    "/brand.css": 200,
    "/none/": 404,
    "/static/none.css": 404,
    "/media/none.webp": 404,
    "/admin/": 302,
    "/contact": 301,
    "/admin/account/login/": 200,
    "/admin/login/?next=%00": 400,
    "/none/%00": 404,
    "/csp-report/": 405,
}


def check(response):
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert "unsafe" not in policy
    assert {name: response.headers.get(name) for name in ISOLATION_HEADERS} == ISOLATION_HEADERS
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize(("url", "status"), ANSWERS.items())
def test_every_answer_is_locked_down(client, url, status):
    response = client.get(url)
    assert response.status_code == status
    check(response)


def test_a_page_of_staff_is_locked_down(client):
    staff = confirmed(client, make_user(is_superuser=True))
    for url in (
        "/admin/",
        "/admin/conditions/page/add/",
        "/admin/auth/user/9/change/",
        "/admin/x/",
    ):
        check(staff.get(url))


def test_a_fault_of_ours_is_locked_down():
    client = Client(raise_request_exception=False)
    with mock.patch("clinic_site.views.is_well", side_effect=ZeroDivisionError):
        response = client.get("/healthz")
    assert response.status_code == 500
    check(response)


def test_a_body_that_is_too_large_is_answered_locked_down(client):
    response = client.post("/contact/", {"text": "x" * 1_100_000})
    assert response.status_code == 413
    check(response)


def test_what_https_redirects_and_an_unknown_host_are_locked_down(client, settings):
    """An answer that Django gives before it looks for a page."""
    settings.SECURE_SSL_REDIRECT = True
    with mock.patch("django.middleware.security.settings", settings):
        client = Client()
        redirect, unknown = client.get("/"), client.get("/", headers={"host": "evil.example"})
    assert (redirect.status_code, unknown.status_code) == (301, 400)
    check(redirect)
    check(unknown)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "X"])
@pytest.mark.parametrize(
    "url", ["/", "/contact/", "/static/icon.svg", "/admin/auth/user/", "/none/"]
)
def test_a_method_that_nobody_needs_is_refused_by_our_page(client, method, url):
    confirmed(client, make_user(is_superuser=True))
    response = client.generic(method, url)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert "(02) 5550 1234" in response.content.decode()
    check(response)


def test_a_page_that_is_only_read_says_so_too(client):
    response = client.post("/robots.txt")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "(02) 5550 1234" in response.content.decode()


@pytest.mark.parametrize("query", ["pk__in=" + "1" * 30, "q=%00"])
def test_a_list_asked_with_a_value_that_no_database_takes(client, query):
    staff = confirmed(client, make_user(is_superuser=True))
    with transaction.atomic():
        response = staff.get(f"/admin/conditions/page/?{query}")
        transaction.set_rollback(True)
    assert response.status_code == 400
    check(response)


def test_the_staff_site_is_never_stored_by_caches(client):
    assert client.get("/admin/account/login/")["Cache-Control"] == "no-store"


def test_an_unknown_host_is_a_bad_request(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_forwarded_host_is_not_believed(client):
    html = client.get("/", headers={"x-forwarded-host": "evil.example"}).content.decode()
    assert "evil.example" not in html
