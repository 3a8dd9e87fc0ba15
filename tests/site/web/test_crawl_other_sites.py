"""What another site, a proxy that is none and a hand-made address get: at every address."""

from itertools import cycle
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from clinic_site.operations.watching.probes import PROBE_PATHS
from tests.codes import CODE, LOGIN, PASSWORD, code_for, with_phone
from tests.site.matrix.addresses import all_addresses
from tests.site.matrix.asking import OPEN, SENSIBLE, ask, filled_in, quick
from tests.site.matrix.watching import fingerprint
from tests.site.matrix.who_may import May
from tests.site.matrix.world import PASSWORD_ONLY, STRANGER, SUPERUSER, sign_in

FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null", "referer": "https://evil.example/page"},
    {"referer": "https://evil.example/page", "sec-fetch-site": "cross-site"},
]
SENT_BY_BROWSERS = {"csp_report"}  # without cookie or token; what comes is counted and kept short
PROVEN_BY_A_TOKEN = {
    "referrals:no_mail",
    "referrals:answer",
    "referrals:change",
}  # nobody else knows the address of its page

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    r"\\evil.example/",
    r"/\evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "//testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)//evil.example",
    "\t//evil.example/",
    "//evil%E3%80%82example/",
]
SPOOFED = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-forwarded-port": "666",
    "x-forwarded-prefix": "/evil.example",
    "x-original-url": "/evil.example/",
    "x-rewrite-url": "/evil.example/",
    "x-http-method-override": "DELETE",
    "x-real-ip": "203.0.113.77",
    "forwarded": "for=203.0.113.77;host=evil.example;proto=https",
}


def browser_of(world, who, **kwargs):
    browser = Client(raise_request_exception=False, **kwargs)
    if who in world.people:
        sign_in(browser, world.people[who], with_code=who != PASSWORD_ONLY)
    return browser


def test_no_form_of_another_site_does_anything(world):
    """In the browser of an administrator who is signed in and holds our cookie."""
    browser = browser_of(world, SUPERUSER, enforce_csrf_checks=True)
    browser.get("/contact/")  # sets the cookie
    before, ways = fingerprint(), cycle(FOREIGN)
    with quick():
        for address in all_addresses():
            if address.name in SENT_BY_BROWSERS | PROVEN_BY_A_TOKEN:
                continue
            headers = next(ways)
            data = filled_in(world, address, SENSIBLE)
            answer = ask(browser, "post", address.url(world), data, headers=headers)
            assert answer.status in {403, 404, 405}, (address, answer.status)
            assert not answer.written, (address, answer.written)
    assert fingerprint() == before


def leads_here(answer):
    place = urlsplit(answer.response.headers.get("Location", ""))
    return place.netloc in {"", "testserver"} and place.scheme in {"", "http"}


@pytest.mark.parametrize("who", [STRANGER, PASSWORD_ONLY, SUPERUSER])
def test_no_address_leads_to_another_site(world, who):
    """Every address is asked once, one after the other with another way to write it."""
    browser, ways = browser_of(world, who), cycle(ELSEWHERE)
    with quick():
        for address in all_addresses():
            elsewhere, url = next(ways), address.url(world)
            url = f"{url}{'&' if '?' in url else '?'}next={quote(elsewhere)}"
            answer = ask(browser, "get", url)
            assert leads_here(answer), (address, elsewhere)
            assert f'href="{elsewhere}' not in answer.text, (address, elsewhere)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_who_signs_in_stays_here_whatever_the_link_said(db, client, elsewhere):
    with_phone()
    posted = {"login": "robin", "password": PASSWORD, "next": elsewhere}
    first = client.post(f"{LOGIN}?next={quote(elsewhere)}", posted)
    assert urlsplit(first["Location"]).netloc == ""
    code = {"code": code_for(), "next": elsewhere}
    second = client.post(f"{CODE}?next={quote(elsewhere)}", code)
    assert second.status_code == 302
    place = urlsplit(second["Location"])
    assert (place.scheme, place.netloc) == ("", "")
    assert place.path.startswith("/admin/")


@pytest.mark.parametrize("who", [STRANGER, SUPERUSER])
def test_what_a_visitor_writes_into_headers_of_proxies_is_not_believed(world, who):
    browser, opens = browser_of(world, who), May.of(who).opens
    with quick():
        for address in all_addresses():
            answer = ask(browser, "get", address.url(world), headers=SPOOFED)
            assert (answer.verdict == OPEN) == (address.name in opens), address
            for text in (answer.text, str(answer.response.headers)):
                assert "evil.example" not in text, address
                assert "203.0.113.77" not in text, address


def test_no_address_takes_the_host_that_a_visitor_made_up(world):
    browser = browser_of(world, STRANGER)
    for address in all_addresses():
        answer = ask(browser, "get", address.url(world), headers={"host": "evil.example"})
        is_probe = address.url(world) in PROBE_PATHS  # asked by address; they name no host
        assert is_probe or answer.status == 400, address
        assert "evil.example" not in answer.text, address


@pytest.mark.parametrize("who", [STRANGER, SUPERUSER])
def test_parameters_that_come_twice_break_nothing(world, who):
    names = ("q", "next", "surgery_date", "option", "mode", "page", "p", "old", "new", "part")
    twice = "&".join(f"{name}=1&{name}=&{name}[]=2&{name}" for name in names)
    browser = browser_of(world, who)
    with quick():
        for address in all_addresses():
            url = address.url(world)
            status = ask(browser, "get", f"{url}{'&' if '?' in url else '?'}{twice}").status
            assert status < 500 or address.name == "healthz", address


HIDDEN = [
    ".git/config",
    ".git/HEAD",
    ".env",
    "settings.py",
    "clinic_site/settings.py",
    "manage.py",
    "pyproject.toml",
    "var/secrets.env",
    "var/clinic.sqlite3",
    "clinic.sqlite3",
    "private/",
    "static/",
    "static/css/",
    "media/",
    "media/images/",
    "server-status",
]
UP = ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", r"..\\", "..%5c", "....//", "%252e%252e/", "\x00../"]


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_is_served_that_is_no_page_picture_or_style(world, client, path):
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("up", UP)
def test_no_way_leads_up_out_of_a_folder(world, client, up):
    (world.folder / "secret.txt").write_text("a secret")
    for root in ("/static/", "/media/", "/media/images/"):
        for path in ("secret.txt", "clinic_site/settings.py"):
            for times in (1, 2, 5):
                assert client.get(f"{root}{up * times}{path}").status_code in {400, 404}, path
