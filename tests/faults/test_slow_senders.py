"""Forty senders that never finish stand before deploy/nginx.conf, and people read and refer."""

import re
import ssl
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from socket import create_connection
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

import pytest

from tests.behind_nginx import needs_nginx, site_behind_nginx, trusting
from tests.faults.conftest import SHORT
from tests.faults.senders import PATIENCE_WITH_FORMS, Sender
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
SLOW = 40  # of each kind
SECONDS = 12 if SHORT else 60
QUICK = 0.5  # seconds that a page may take
HEAD = b"POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n"
HEAD += b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningSite, str]]:
    """The site behind nginx, and its public address."""
    needs_nginx()
    with site_behind_nginx(tmp_path_factory.mktemp("front")) as found:
        yield found


def time_of_page(url: str) -> float:
    """Of a page that nginx does not keep: it reaches the site each time."""
    begun = time.monotonic()
    urllib.request.urlopen(f"{url}/?asked", timeout=30, context=trusting()).read()  # noqa: S310
    return time.monotonic() - begun


class SlowSenders:
    """Half of them never end their headers, half send a form of 60 KB a byte at a time. Whoever
    is sent away comes again."""

    def __init__(self, url: str) -> None:
        self.place = ("127.0.0.1", int(url.rpartition(":")[2]))
        self.stop = threading.Event()
        self.sent_away = 0
        self.lines = {n: self.open(n) for n in range(2 * SLOW)}
        self.thread = threading.Thread(target=self.drip)

    def open(self, number: int) -> ssl.SSLSocket:
        line = trusting().wrap_socket(create_connection(self.place, timeout=30))
        line.sendall(HEAD + (b"\r\nname=" if number % 2 else b"X-Slow: "))
        return line

    def drip(self) -> None:
        for number in cycle(range(2 * SLOW)):
            if self.stop.wait(3 / (2 * SLOW)):
                return
            try:
                self.lines[number].sendall(b"a")
            except OSError:
                self.sent_away += 1
                with suppress(OSError):
                    self.lines[number].close()
                    self.lines[number] = self.open(number)

    def __enter__(self) -> "SlowSenders":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        for line in self.lines.values():
            line.close()


def refer(url: str, *, patient: int) -> str:
    """A referral as a browser sends it: with our cookie and its own address. Each is of another
    patient: the same one twice would be asked about."""
    sender = Sender(url, patient)
    cookies, tls = HTTPCookieProcessor(), HTTPSHandler(context=trusting())
    sender.opener = build_opener(cookies, tls)
    sender.opener.addheaders = [("Origin", url)]
    letter = b"%%PDF-1.4\n%d 0 obj<<>>endobj\n%%%%EOF\n" % patient
    form = sender.referral(file=("letter.pdf", letter))
    time.sleep(PATIENCE_WITH_FORMS)
    return sender.send(form)


def test_pages_and_referrals_go_on_before_forty_slow_senders_of_each_kind(front, report):
    site, url = front
    before = [time_of_page(url) for _ in range(40)]
    with SlowSenders(url) as slow:
        reference = refer(url, patient=1)
        times, until = [], time.monotonic() + SECONDS
        while time.monotonic() < until:
            times.append(time_of_page(url))
            time.sleep(0.03)
    p99 = statistics.quantiles(times, n=100)[98]
    usual = statistics.quantiles(before, n=100)[98]
    print(f"{len(times)} pages, p99 {p99:.3f} s (before {usual:.3f} s), {slow.sent_away} sent away")
    assert p99 < max(QUICK, 3 * usual)  # a busy machine is slow without them too
    assert (reference,) in site.rows("SELECT reference FROM referrals_enquiry")
    report(f"{2 * SLOW} slow senders behind nginx", acknowledged=1, stored=1)


def log_once_it_holds(words, site):
    """nginx writes a line when the answer has gone, which may be after it was read."""
    path, end = site.folder / "nginx" / "clinic.access.log", time.monotonic() + 10
    while words not in path.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    assert words in path.read_text()
    return path.read_text()


def test_the_access_log_holds_no_query_and_no_token(front):
    site, url = front
    refer(url, patient=2)
    with suppress(OSError):
        urllib.request.urlopen(f"{url}/search/?q=marigold", timeout=30, context=trusting())  # noqa: S310
    log = log_once_it_holds('"address":"/search/"', site)
    assert '"address":"/received/…/"' in log
    assert "marigold" not in log
    assert not re.search(r"[0-9a-f]{32}", log)


def test_what_a_visitor_writes_into_forwarded_headers_counts_for_nothing(front):
    _, url = front
    headers = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "evil.example"}
    headers["X-Forwarded-Proto"] = "http"
    request = urllib.request.Request(f"{url}/contact/", headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30, context=trusting()) as response:  # noqa: S310
        assert response.status == 200  # no redirect to https
        assert b"evil.example" not in response.read()
        assert "__Host-csrftoken" in response.headers["Set-Cookie"]


def test_nginx_says_in_its_own_words_what_the_site_cannot(front):
    """Last: it leaves the site stopped."""
    site, url = front
    assert answer_to(f"{url}/contact/", b"x" * 3_000_000) == (413, "That was too large to send")
    site.kill("web")
    assert answer_to(f"{url}/contact/") == (502, "The site is not answering just now")


def answer_to(url: str, body: bytes | None = None) -> tuple[int, str]:
    """Status and heading, from nginx alone: what the site says has another heading."""
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(url, body, timeout=30, context=trusting())  # noqa: S310
    page = caught.value.read().decode()
    assert "style-src 'sha256-" in caught.value.headers["Content-Security-Policy"]
    return caught.value.code, page.partition("<h1>")[2].partition("</h1>")[0]
