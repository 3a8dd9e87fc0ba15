"""What a request may carry is limited in one place, and large bodies never hold every thread."""

import threading

import pytest

from clinic_site.web import body_limits
from clinic_site.web.body_limits import MEGABYTE, limit_of
from tests.makers import quick_post

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "megabytes"),
    [("/", 1), ("/contact/", 1), ("/search/", 1), ("/admin/login/", 16), ("/refer/", 26)],
)
def test_every_address_has_a_limit(path, megabytes):
    assert limit_of(path) == megabytes * MEGABYTE


@pytest.mark.parametrize(("path", "words"), [("/contact/", "1 MB"), ("/admin/", "16 MB")])
def test_more_than_that_gets_a_page_that_names_the_limit(client, path, words):
    response = client.post(path, b"a" * (limit_of(path) + 1), content_type=FORM)
    assert response.status_code == 413
    html = response.content.decode()
    assert f"may have {words}" in html
    assert "(02) 5550 1234" in html


def test_a_referral_past_all_measure_gets_the_page_too(client):
    length = str(65 * MEGABYTE)
    response = client.generic("POST", "/refer/", b"a", content_type=FORM, CONTENT_LENGTH=length)
    assert response.status_code == 413
    assert "may have 26 MB" in response.content.decode()


def test_what_people_type_agrees_with_it(client, settings):
    """Six long reports, percent-encoded, go through; what no person types does not."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    response = client.post("/refer/", quick_post(reason="a" * (most + 9)))
    assert response.status_code == 413
    assert f"may have {most // MEGABYTE} MB" in response.content.decode()


def test_a_large_upload_waits_for_a_place_and_is_told(client, monkeypatch):
    monkeypatch.setattr(body_limits, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(body_limits, "WAIT_SECONDS", 0)
    with body_limits.place_to_read():
        response = client.post("/refer/", quick_post(reason="a" * 100_000))
        assert response.status_code == 503
        assert response["Retry-After"]
        assert client.post("/refer/", quick_post()).status_code == 302
        assert client.get("/contact/").status_code == 200
    assert client.post("/refer/", quick_post(reason="a" * 100_000)).status_code == 422


def test_uploads_leave_half_of_the_threads_to_pages():
    from clinic_site.running import gunicorn_config

    assert gunicorn_config.threads >= body_limits.PLACES * 2
