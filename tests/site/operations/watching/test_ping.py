"""The mail process gives a sign of life to a watcher outside: only while all is well, to that
address alone, with nothing in it."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

import pytest

from clinic_site.operations.watching import ping
from clinic_site.operations.watching.ping import Ping, ask, watcher_hears_us
from clinic_site.running.unsafe.watching import ping_problem
from referrals.chores import CHORES
from referrals.management.commands.deliver_mail import beat
from tests.makers import PATIENT, submitted

pytestmark = pytest.mark.django_db
SECRET = "sample-account-of-the-watcher"


@contextmanager
def watcher(status=200, headers=()):
    """A server on this machine that keeps what it was asked."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append((self.path, str(self.headers)))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{SECRET}", heard
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def well():
    beat()
    ping.cache.clear()


def test_a_site_that_is_well_is_heard_and_tells_nothing(well, settings):
    submitted()
    with watcher() as (settings.PING_URL, heard):
        Ping().go()
    [(path, headers)] = heard
    assert path == f"/{SECRET}"
    assert "cookie" not in headers.casefold()
    assert PATIENT not in headers
    assert watcher_hears_us().detail == {"heard_seconds_ago": 0, "failures_in_a_row": 0}


def test_it_is_heard_again_after_minutes_not_at_each_round(well, settings):
    with watcher() as (settings.PING_URL, heard):
        sign = Ping()
        sign.go()
        sign.go()
        assert len(heard) == 1
        sign.next_at = 0
        sign.go()
    assert len(heard) == 2


def test_a_site_that_is_unwell_stays_away(well, settings, caplog):
    with watcher() as (settings.PING_URL, heard):
        with mock.patch("referrals.mail.health.HEARTBEAT_LIMIT", -timedelta(1)):
            Ping().go()
    assert heard == []
    assert "mail process" in caplog.text


def test_three_failures_in_a_row_make_the_site_unwell_and_one_answer_mends_it(well, settings):
    sign = Ping()
    with watcher(500) as (settings.PING_URL, _):
        for failures in (1, 2, 3):
            sign.next_at = 0
            sign.go()
            assert watcher_hears_us().ok is (failures < 3)
    assert watcher_hears_us().detail["last_failure"] == "500"
    with watcher() as (settings.PING_URL, heard):
        sign.next_at = 0
        sign.go()
    assert watcher_hears_us().ok
    assert len(heard) == 1


def test_after_a_failure_it_tries_again_soon(well, settings):
    settings.PING_URL = "http://127.0.0.1:1/"
    sign = Ping()
    sign.go()
    assert sign.next_at - ping.time.monotonic() <= ping.AGAIN_SECONDS
    assert watcher_hears_us().detail["last_failure"] == "ECONNREFUSED"


def test_no_redirect_is_followed(well):
    with watcher() as (elsewhere, heard):
        with watcher(302, [("Location", elsewhere)]) as (url, _):
            assert ask(url) == "302"
    assert heard == []


@pytest.mark.parametrize(
    "url",
    ["http://watch.example/x", "ftp://watch.example/", "http://localhost.example/", "file:///x"],
)
def test_what_is_not_https_is_never_asked(url):
    with mock.patch("socket.create_connection", side_effect=AssertionError):
        assert ask(url) == "not https"


def test_a_watcher_that_hangs_holds_up_no_mail(well, settings, monkeypatch):
    hang = threading.Event()
    monkeypatch.setattr(ping, "ask", lambda url: hang.wait(30) or "")
    monkeypatch.setattr(ping, "WAITED_FOR", 0.05)
    settings.PING_URL = "https://watch.example/"
    sign = Ping()
    sign.go()
    sign.go()
    assert sign.thread.is_alive()
    hang.set()


def test_the_address_stands_in_no_line(well, settings, caplog):
    settings.PING_URL = f"http://127.0.0.1:1/{SECRET}"
    Ping().go()
    assert "did not hear us: ECONNREFUSED" in caplog.text
    assert SECRET not in caplog.text


def test_without_an_address_nobody_is_asked(settings):
    settings.PING_URL = ""
    assert watcher_hears_us() == ("ping", True, {"ping": "not set up"})
    with mock.patch.object(ping.ping, "go", side_effect=AssertionError):
        ping.ping_when_due()
    assert ping.ping_when_due in CHORES


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("", True),
        ("https://watch.example/id?x=1", True),
        ("http://127.0.0.1:9000/id", True),
        ("http://watch.example/id", False),
        ("https://user:password@watch.example/id", False),
        ("https://watch.example:port/id", False),
        ("https://watch.example/a b", False),
        ("https://watch.example/\r\nX: 1", False),
        ("watch.example/id", False),
    ],
)
def test_an_address_that_cannot_be_asked_stops_the_start(url, is_fine):
    assert (ping_problem(url) == "") is is_fine
    assert not url or url not in ping_problem(url)
