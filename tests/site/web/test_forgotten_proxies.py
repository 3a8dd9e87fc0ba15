"""A proxy that TRUSTED_PROXIES does not name: said plainly, and its visitors are not made one."""

import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from clinic_site.web import proxies
from clinic_site.web.addresses import client_address, proven_address
from referrals.models import Enquiry
from tests.makers import make_user, message_post, signed_in

pytestmark = pytest.mark.django_db
PROXY, OTHER_PROXY = "10.0.0.5", "172.17.0.1"
STRANGER = "198.51.100.7"


@pytest.fixture(autouse=True)
def public_site(settings, monkeypatch) -> Any:
    """A site on the internet, whose operator named one proxy or none."""
    settings.SITE_URL, settings.SITE_IS_LOOPBACK, settings.SITE_IS_HTTPS = "https://t", False, True
    settings.TRUSTED_PROXIES = []
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["testserver", "t"]
    monkeypatch.setattr(proxies.Noted, "is_logged", False)
    monkeypatch.setattr(proxies.Noted, "next_at", 0.0)
    cache.clear()
    yield settings
    cache.clear()


def behind(proxy: str, *forwarded: str, proto: str = "https") -> dict[str, Any]:
    headers = {"X-Forwarded-For": ", ".join(forwarded), "X-Forwarded-Proto": proto}
    return {"REMOTE_ADDR": proxy, "headers": headers}


def addresses(trusted: list[str], remote: str, *forwarded: str, settings: Any) -> tuple[str, str]:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", **behind(remote, *forwarded))
    return client_address(request), proven_address(request)


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "counted", "proven"),
    [
        # forgotten: visitors are told apart for counting, and nobody is proven for sign-in
        ([], PROXY, ["203.0.113.9"], "203.0.113.9", ""),
        ([PROXY], PROXY, ["203.0.113.9", OTHER_PROXY], "203.0.113.9", ""),
        ([], PROXY, ["203.0.113.9", OTHER_PROXY], "203.0.113.9", ""),
        # what a stranger writes in front of it is not believed
        ([], PROXY, ["192.0.2.1", STRANGER], STRANGER, ""),
        ([PROXY], PROXY, [OTHER_PROXY, STRANGER], STRANGER, STRANGER),
        # nobody comes from the internet with an inner address: this one cannot be looked through
        ([], STRANGER, ["203.0.113.9"], STRANGER, STRANGER),
        ([PROXY], STRANGER, [PROXY, "203.0.113.9"], STRANGER, STRANGER),
        # all is well
        ([PROXY], PROXY, ["203.0.113.9"], "203.0.113.9", "203.0.113.9"),
        ([PROXY], PROXY, ["192.168.1.20"], "192.168.1.20", "192.168.1.20"),
        ([PROXY], PROXY, [PROXY], PROXY, PROXY),
    ],
)
def test_who_is_counted_and_who_is_proven(settings, trusted, remote, forwarded, counted, proven):
    assert addresses(trusted, remote, *forwarded, settings=settings) == (counted, proven)


def test_on_a_site_for_trying_out_nothing_is_looked_through(settings):
    settings.SITE_IS_LOOPBACK = True
    assert addresses([], PROXY, "203.0.113.9", settings=settings) == (PROXY, PROXY)


def test_the_twelfth_message_through_a_forgotten_proxy_is_no_spam(client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for n in range(12):
        way = behind(PROXY, f"203.0.113.{n + 1}", OTHER_PROXY)
        form = message_post(email=f"sample{n}@sample.example", phone=f"02 5550 01{n:02}")
        assert client.post("/contact/", form, secure=True, **way).status_code == 302
    assert set(Enquiry.objects.values_list("status", flat=True)) == {"received"}


def test_the_twelfth_of_one_visitor_behind_it_still_is(client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for n in range(12):
        way = behind(PROXY, f"192.0.2.{n + 1}", "203.0.113.9", OTHER_PROXY)
        form = message_post(email=f"sample{n}@sample.example", phone=f"02 5550 01{n:02}")
        client.post("/contact/", form, secure=True, **way)
    assert Enquiry.objects.filter(status="spam").count() == 2


def test_instead_of_leading_in_circles_a_page_says_whom_to_ring(client, caplog):
    """301 to the same address for ever: the browser says “too many redirects”, and nobody why."""
    with caplog.at_level(logging.ERROR):
        responses = [client.get("/", **behind(PROXY, "203.0.113.9")) for _ in range(3)]
    assert {response.status_code for response in responses} == {503}
    assert 'href="tel:' in responses[0].content.decode()
    assert responses[0].headers["X-Content-Type-Options"] == "nosniff"
    said = [r.getMessage() for r in caplog.records if r.name == proxies.__name__]
    assert len(said) == 1
    assert f"TRUSTED_PROXIES does not name the proxy {PROXY}" in said[0]
    assert "203.0.113.9" not in said[0]


@pytest.mark.parametrize(
    ("trusted", "way"),
    [
        ([], behind(STRANGER, "203.0.113.9", proto="http")),
        ([PROXY], behind(PROXY, "203.0.113.9", proto="http")),
        ([], {"REMOTE_ADDR": STRANGER}),
    ],
)
def test_who_comes_without_https_is_led_there_as_before(client, settings, trusted, way):
    settings.TRUSTED_PROXIES = trusted
    assert client.get("/", **way).status_code == 301


def test_a_stranger_who_writes_such_headers_alarms_nobody(client, caplog):
    with caplog.at_level(logging.ERROR):
        assert client.get("/", **behind(STRANGER, "203.0.113.9")).status_code == 503
    assert STRANGER not in caplog.text
    assert proxies.forgotten() == ""


def test_health_and_the_front_page_say_what_to_mend(client, settings):
    user = signed_in(client, make_user("referrals.view_enquiry"))
    words = f"TRUSTED_PROXIES does not name {OTHER_PROXY}"
    settings.TRUSTED_PROXIES = [PROXY]
    well = behind(PROXY, "203.0.113.9")
    assert "The way to the site" not in user.get("/admin/", secure=True, **well).content.decode()
    client.get("/", secure=True, **behind(PROXY, "203.0.113.9", OTHER_PROXY))
    assert proxies.forgotten()
    assert words in user.get("/admin/", secure=True, **well).content.decode()


def test_whoever_looks_after_the_site_reads_the_cure(client, settings):
    boss = signed_in(client, make_user(is_superuser=True))
    settings.TRUSTED_PROXIES = [PROXY]
    page = boss.get("/admin/", secure=True, **behind(PROXY, "203.0.113.9", OTHER_PROXY))
    html = " ".join(page.content.decode().split())
    assert f"Add {OTHER_PROXY} to TRUSTED_PROXIES and start the site again." in html


def test_health_answers_through_such_a_proxy(client):
    response = client.get("/healthz", **behind(PROXY, "203.0.113.9"))
    assert response.json()["status"] in {"ok", "unhealthy"}
    assert proxies.forgotten()
