"""Every address of a public https site, and every error: headers, cookies, and what is kept.

A stranger and an administrator open all there is once; the tests look at what came back.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings

from conditions.public import views
from tests.makers import message_post
from tests.site.matrix.addresses import all_addresses
from tests.site.matrix.asking import SENSIBLE, ask, filled_in, quick
from tests.site.matrix.world import FACTS, STRANGER, SUPERUSER, sign_in
from tests.site.web.https_site import public_settings

pytestmark = pytest.mark.django_db
STATIC = ["/static/css/site.css", "/static/icon.svg", "/static/js/referral.js"]
ALWAYS = {
    "Strict-Transport-Security": "max-age=",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=()",
}
LINK = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
FRAME_OF_OUR_OWN = "admin:conditions_page_frame"  # the preview shows the draft in it
SAME_FOR_ALL = [  # caches may keep these, so they hold nobody’s cookie
    "robots_txt",
    "security_txt",
    "security_policy",
    "brand_css",
    "media",
    "referrals:paper",
    *[
        f"conditions:{name}"
        for name in ("home", "team", "glossary", "section", "page", "sources", "leaflet")
    ],
    *[f"conditions:{name}" for name in ("sitemap", "recovery", "my_questions", "helpful_thanks")],
    "conditions:recovery_calendar",
]


@pytest.fixture(scope="module")
def https(made_world, django_db_blocker):
    files = {"WHITENOISE_USE_FINDERS": True, "WHITENOISE_AUTOREFRESH": True}
    with django_db_blocker.unblock(), override_settings(**public_settings(settings), **files):
        with override_settings(**folders_of(made_world)), quick():
            yield made_world


def folders_of(world):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "MEDIA_ROOT": world.folder / "media",
        "PRIVATE_ROOT": world.folder / "private",
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
    }


def browser_of(world, who, **kwargs):
    browser = Client(raise_request_exception=False, headers={"host": "clinic.example"}, **kwargs)
    if who == SUPERUSER:
        sign_in(browser, world.people[who], with_code=True)
    return browser


@pytest.fixture(scope="module")
def answers(https):
    """What came back, by a name that says what was asked."""
    found = {}
    for who in (STRANGER, SUPERUSER):
        browser = browser_of(https, who)
        for address in all_addresses():
            url, data = address.url(https), filled_in(https, address, SENSIBLE)
            found[f"{who}, GET {address.name}"] = ask(browser, "get", url, secure=True)
            found[f"{who}, POST {address.name}"] = ask(browser, "post", url, data, secure=True)
    return {**found, **errors(https)}


def errors(world):
    browser = browser_of(world, STRANGER)
    careful = browser_of(world, STRANGER, enforce_csrf_checks=True)
    found = {
        "400": ask(browser, "get", "/", secure=True, headers={"host": "evil.example"}),
        "400, many fields": ask(
            browser, "post", "/contact/", {f"f{n}": 1 for n in range(300)}, secure=True
        ),
        "403, no token": ask(careful, "post", "/helpful/", {}, secure=True),
        "404": ask(browser, "get", "/none/", secure=True),
        "405": ask(browser, "put", "/contact/", secure=True),
        "413": ask(browser, "post", "/contact/", message_post(text="x" * 1_100_000), secure=True),
        "plain http": ask(browser, "get", "/contact/", secure=False),
        "no slash": ask(browser, "get", "/contact", secure=True),
    }
    for status, fault in {"500": RuntimeError, "503": OperationalError}.items():
        with mock.patch.object(views, "show_page", side_effect=fault):
            found[status] = ask(browser, "get", "/", secure=True)
    return found | {url: ask(browser, "get", url, secure=True) for url in STATIC}


def test_the_errors_are_those_that_are_meant(answers):
    for name in ("400", "403", "404", "405", "413", "500", "503"):
        found = [answer.status for key, answer in answers.items() if key.split(",")[0] == name]
        assert found, name
        assert set(found) == {int(name)}
    assert all(answers[url].status == 200 for url in STATIC)
    assert answers["plain http"].response["Location"] == "https://clinic.example/contact/"


def test_every_answer_is_locked_down(answers):
    wrong = [
        (name, header)
        for name, answer in answers.items()
        for header, start in ALWAYS.items()
        if start not in answer.response.headers.get(header, "")
        if not (header == "Strict-Transport-Security" and answer.status == 301)
    ]
    assert wrong == []


def test_no_answer_lets_in_what_the_policy_is_there_to_keep_out(answers):
    for name, answer in answers.items():
        policy = answer.response["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert "http" not in policy.replace("upgrade-insecure-requests", ""), name
        for part in ("base-uri 'none'", "object-src 'none'"):
            assert part in policy or policy.endswith("sandbox"), name


def test_nobody_frames_a_page_of_ours(answers):
    for name, answer in answers.items():
        own = name.endswith(FRAME_OF_OUR_OWN) and answer.status == 200
        allowed = ("SAMEORIGIN", "'self'") if own else ("DENY", "'none'")
        assert answer.response["X-Frame-Options"] == allowed[0], name
        assert f"frame-ancestors {allowed[1]}" in answer.response["Content-Security-Policy"], name


def test_no_address_is_told_to_another_site(answers):
    told = {a.response["Referrer-Policy"] for a in answers.values()}
    assert told == {"same-origin", "no-referrer", "strict-origin"}


def test_no_other_site_may_read_an_answer_and_nobody_learns_what_runs_here(answers):
    for name, answer in answers.items():
        for header in ("Access-Control-Allow-Origin", "Server", "X-Powered-By"):
            assert header not in answer.response.headers, name


def test_every_text_says_how_it_is_encoded(answers):
    for name, answer in answers.items():
        kind = answer.response.headers.get("Content-Type", "")
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind.lower().replace('"', ""), (name, kind)


def test_no_element_says_an_attribute_twice(answers):
    """A browser takes the first; a checker of HTML calls the page broken."""
    pages = [(name, a) for name, a in answers.items() if "<html" in a.text]
    assert len(pages) > 100
    assert [(name, twice(a.text)) for name, a in pages if twice(a.text)] == []


def twice(text):
    reader = HTMLParser()
    found = []
    reader.handle_starttag = lambda tag, attrs: found.extend(
        f"{tag} {name}" for name, times in Counter(key for key, _ in attrs).items() if times > 1
    )
    reader.feed(text)
    return found


def test_every_cookie_stays_on_this_host_and_away_from_scripts(answers):
    set_at_all = set()
    for name, answer in answers.items():
        for key, cookie in answer.response.cookies.items():
            set_at_all.add(key)
            assert key.startswith("__Host-"), (name, key)
            assert cookie["path"] == "/", (name, key)
            assert not cookie["domain"], (name, key)
            if cookie.value:  # one that is taken back needs its name and path
                assert cookie["secure"], (name, key)
                assert cookie["httponly"], (name, key)
                assert cookie["samesite"] in {"Lax", "Strict"}, (name, key)
    assert {"__Host-csrftoken", "__Host-sessionid"} <= set_at_all


@pytest.mark.parametrize("who", [STRANGER, SUPERUSER])
def test_pages_that_are_the_same_for_all_set_no_cookie_and_ask_for_none(answers, who):
    for name in SAME_FOR_ALL:
        answer = answers[f"{who}, GET {name}"]
        assert answer.status == 200, name
        assert not answer.response.cookies, name
        assert "Cookie" not in answer.response.headers.get("Vary", ""), name


def test_whatever_is_not_the_same_for_all_is_kept_by_nobody(answers):
    may_be_kept = {f"{who}, GET {name}" for who in (STRANGER, SUPERUSER) for name in SAME_FOR_ALL}
    may_be_kept |= {*STATIC, "plain http", "no slash"}
    for name, answer in answers.items():
        if name not in may_be_kept and answer.status != 301:
            assert "no-store" in answer.response.headers.get("Cache-Control", ""), name


def test_no_address_holds_a_detail_of_a_person(answers):
    """Neither a link on a page nor where an answer leads; what is dialled or mailed is no address
    that goes over the net."""
    private = [words for name, words in FACTS.items() if name != "words of a draft"]
    for name, answer in answers.items():
        links = [answer.response.headers.get("Location", ""), *LINK.findall(answer.text)]
        for link in links:
            assert link.startswith(("tel:", "mailto:")) or not any(w in link for w in private), name
