"""The doctor asks SITE_URL as a visitor does, and names what a proxy does wrong."""

import socket
import ssl
import time

import pytest

from clinic_site.operations.doctor import outside
from clinic_site.operations.doctor.finding import Level, NotAsked
from tests.running_site import free_port
from tests.site.operations.doctor.conftest import make_certificate
from tests.site.operations.doctor.front import MEGABYTE, Front

pytestmark = pytest.mark.django_db


def names(found):
    return [each.name for each in found if each.level == Level.UNWELL]


def site_url():
    return list(outside.site_url())


def test_a_site_behind_a_good_proxy_is_well(front):
    assert names(site_url()) == []
    assert list(outside.large_letter()) == []
    assert front.asked == ["/", "/refer/doctor/", "/refer/doctor/", "/refer/doctor/"]


PAGES = [
    (301, {"Location": "/"}, "redirect loop"),
    (302, {"Location": "https://parked.example/"}, "leads away"),
    (400, {}, "host refused"),
    (404, {}, "first page"),
    (500, {}, "first page"),
    (502, {}, "web process"),
    (503, {"Retry-After": "30"}, "site unwell"),
    (503, {"Retry-After": "300"}, "proxy not trusted"),
]


@pytest.mark.parametrize(("status", "headers", "name"), PAGES)
def test_a_wrong_answer_to_a_visitor_is_named_with_its_mend(front, status, headers, name):
    front.first_page, front.headers = status, headers
    (found,) = site_url()
    assert found.name == name
    assert found.mend.endswith((".", ")"))
    assert front.asked == ["/"]  # no redirect is followed


def test_a_loop_names_the_setting_that_ends_it(front):
    front.first_page, front.headers = 301, {"Location": front.url + "/"}
    (found,) = site_url()
    assert "leads back to itself" in found.says
    assert "TRUSTED_PROXIES" in found.mend


@pytest.mark.parametrize(
    ("fault", "value", "name"),
    [
        ("tells_host", "127.0.0.1", "wrong host"),
        ("tells_visitor", False, "visitors are one"),
        ("is_this_site", False, "another site"),
    ],
)
def test_what_the_proxy_tells_the_site_is_looked_at(front, public, fault, value, name):
    public.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    setattr(front, fault, value)
    assert names(site_url()) == [name]


def test_another_site_of_the_same_software_is_not_ours(front, public, monkeypatch):
    """Its SECRET_KEY is another, as that of a process which was not started anew."""
    made = outside.answering.question()
    public.SECRET_KEY = "another" * 10
    monkeypatch.setattr(outside.answering, "question", lambda: made)
    assert names(site_url()) == ["another site"]


def test_a_clock_that_is_a_day_off_is_named(front):
    front.headers = {"Date": "Sat, 01 Aug 2026 00:00:00 GMT"}
    assert names(site_url()) == ["clock of the web server"]


def test_nobody_there_is_said_at_once(public):
    public.SITE_URL = f"http://localhost:{free_port()}"
    (found,) = site_url()
    assert (found.name, "nobody listens there" in found.says) == ("not reached", True)
    with pytest.raises(NotAsked):
        list(outside.large_letter())


def test_a_name_that_leads_nowhere_is_named(public):
    public.SITE_URL = "http://localhost.invalid"
    (found,) = site_url()
    assert found.name in {"name unknown", "not reached"}  # not reached: no DNS answers here at all
    assert "localhost.invalid" in found.says


def test_a_server_that_says_nothing_is_given_up(public, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.5)
    silent = socket.create_server(("127.0.0.1", 0))
    public.SITE_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
    began = time.monotonic()
    (found,) = site_url()
    silent.close()
    assert found.name == "not reached"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("fault", ["largest", "hangs_up_at"])
def test_a_proxy_that_refuses_large_letters_is_named(front, fault):
    setattr(front, fault, MEGABYTE)
    (found,) = outside.large_letter()
    assert found.name == "large letter"
    assert "client_max_body_size 64m" in outside.large_letter.mend


@pytest.fixture
def https(public, tmp_path, monkeypatch):
    """A site with a certificate; trusted unless it shall not be."""
    started = []

    def start(*, is_trusted=True, **facts):
        path = make_certificate(tmp_path, **facts)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(path)
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
        front = Front()
        front.start(tls)
        started.append(front)
        public.SITE_URL, public.SITE_IS_HTTPS = front.url, True
        return front

    yield start
    for front in started:
        front.stop()


CERTIFICATES = [
    ({"days": 5}, "is valid until"),
    ({"since": -9, "days": -2}, "has run out"),
    ({"since": 1}, "is not valid yet"),
    ({"name": "other.example"}, "is for another name"),
    ({"is_trusted": False}, "comes from nobody that browsers trust"),
]


@pytest.mark.parametrize(("facts", "words"), CERTIFICATES)
def test_a_certificate_that_fails_visitors_is_named(https, facts, words):
    https(**facts)
    (found,) = outside.certificate()
    assert found.level == Level.UNWELL
    assert words in found.says


def test_a_good_certificate_says_its_last_day(https):
    https()
    (found,) = outside.certificate()
    assert (found.level, "(89 days)" in found.says) == (Level.WELL, True)
    assert names(site_url()) == []


def test_a_proxy_that_hides_https_is_named(https):
    https().tells_https = False
    assert names(site_url()) == ["https not seen"]


def test_a_server_without_https_is_named(front, public):
    public.SITE_URL, public.SITE_IS_HTTPS = front.url.replace("http:", "https:"), True
    (found,) = outside.certificate()
    assert found.says.endswith("and not by https.")
