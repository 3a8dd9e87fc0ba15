"""Empty forms are drawn once and put together after that, and never show an old fact."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from clinic_site.models import Clinic, OpeningHours
from clinic_site.page_cache import freshness
from conditions.publishing.verbs import publish_starter
from referrals.files import storage
from referrals.greeting.roles import ROLES
from referrals.intake import empty_forms, form_pages
from referrals.references import form_age, read_form_key
from tests.makers import make_clinic, make_page, make_stage, rooms_today

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/contact/",
    *[f"/refer/?mode={mode}&as={role.name}" for mode in ("quick", "full") for role in ROLES],
]
FRESH = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')


@pytest.fixture(autouse=True)
def clinic() -> Any:
    return make_clinic()


def opened(client, address="/contact/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fresh(html):
    return dict(FRESH.findall(html))


def settled(html):
    """The page with its token and its key replaced."""
    for name, value in fresh(html).items():
        assert html.count(value) == 1
        html = html.replace(value, name)
    return html


@pytest.fixture
def drawn(monkeypatch):
    """How often a form was drawn the ordinary way."""
    times: list[Any] = []

    def counted(request, form, **kwargs):
        times.append(form)
        return form_pages.draw_form(request, form, **kwargs)

    monkeypatch.setattr(empty_forms, "draw_form", counted)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return times


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_put_together_is_what_would_be_drawn(client, drawn, address):
    first, second = opened(client, address), opened(client, address)
    assert len(drawn) == 1
    empty_forms.forget()
    third = opened(client, address)
    assert len(drawn) == 2
    assert settled(first) == settled(second) == settled(third)


def test_headers_and_cookie_are_the_same_too(client, drawn):
    first, second = client.get("/contact/"), client.get("/contact/")
    assert len(drawn) == 1
    assert sorted(first.headers) == sorted(second.headers)
    assert "no-store" in second["Cache-Control"]
    assert "Cookie" in second["Vary"]
    assert second.cookies.keys() == first.cookies.keys() == {"csrftoken"} & first.cookies.keys()


def test_each_showing_has_a_key_and_a_token_of_its_own(client, drawn):
    shown = [fresh(opened(client)) for _ in range(4)]
    assert len(drawn) == 1
    keys = [each["form_key"] for each in shown]
    assert len({read_form_key(key) for key in keys}) == 4
    assert None not in {read_form_key(key) for key in keys}
    assert len({each["csrfmiddlewaretoken"] for each in shown}) == 4
    assert form_age(keys[-1], at=timezone.now()) < timedelta(hours=1)


def test_no_role_and_no_mode_gets_the_page_of_another(client, drawn):
    pages = {settled(opened(client, address)) for address in ADDRESSES}
    assert len(pages) == len(ADDRESSES)
    assert {settled(opened(client, address)) for address in ADDRESSES} == pages
    assert len(drawn) == len(ADDRESSES)


@pytest.mark.parametrize(
    "changes",
    [
        {"telephone": "(02) 5550 9999"},
        {"emergency_number": "5550-0000"},
        {"name": "Other rooms"},
        {"after_hours_telephone": "(02) 5550 8888"},
        {"nurse_line": "0800 555 611"},
    ],
)
def test_another_fact_of_the_clinic_is_seen_at_once(client, drawn, changes):
    (value,) = changes.values()
    assert value not in opened(client)
    Clinic.objects.update(**changes)
    assert value in opened(client)
    assert len(drawn) == 2


def test_other_hours_and_a_closure_are_seen_at_once(client, drawn, clinic):
    room = clinic.locations.create(name="Rooms of the sample", address="1 Sample Street")
    before = opened(client)
    OpeningHours.objects.create(location=room, weekday=2, opens=time(7, 7), closes=time(7, 9))
    hours = opened(client)
    assert hours != before
    today = rooms_today()
    clinic.closures.create(first_day=today, last_day=today, reason="Burst pipe")
    assert "Burst pipe" not in hours
    assert "Burst pipe" in opened(client)


def test_a_page_that_was_published_is_in_the_menu_at_once(client, drawn):
    make_stage()
    page = make_page(menu_title="Quite new")
    assert "Quite new" not in opened(client)
    page.stage = make_stage()
    page.save()
    publish_starter(page=page)
    assert "Quite new" in opened(client)


def test_one_more_doctor_to_choose_is_seen_at_once(client, drawn, clinic):
    clinic.clinicians.create(name="Dr Sample One", role="Surgeon")
    assert "Dr Sample Two" not in opened(client, "/refer/")
    clinic.clinicians.create(name="Dr Sample Two", role="Surgeon")
    assert "Dr Sample Two" in opened(client, "/refer/")


def test_a_disk_that_is_full_is_seen_at_once(client, drawn, monkeypatch):
    before = settled(opened(client, "/refer/"))
    monkeypatch.setattr(storage, "takes_files", lambda: False)
    assert settled(opened(client, "/refer/")) != before


def test_the_next_minute_is_drawn_anew(client, drawn, monkeypatch):
    opened(client)
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    opened(client)
    assert len(drawn) == 2


def test_only_what_is_true_now_is_remembered(client, drawn):
    for number in range(3):
        Clinic.objects.update(telephone=f"(02) 5550 000{number}")
        for address in ADDRESSES:
            opened(client, address)
    assert len(empty_forms._known) == 1
    assert len(empty_forms._known[0].pages) == len(ADDRESSES)


def test_what_was_sent_with_mistakes_is_never_remembered(client, drawn):
    key = fresh(opened(client))["form_key"]
    answer = client.post("/contact/", {"form_key": key, "name": "Sam Sample"})
    assert answer.status_code in {403, 422}
    assert "Sam Sample" not in opened(client)


def test_a_page_of_another_shape_is_not_taken_apart():
    token, key = b'name="csrfmiddlewaretoken" value="t1"', b'name="form_key" value="k1"'
    assert empty_forms.parts_of(b"<a>" + token + b"<b>" + key + b"<c>") == [
        b'<a>name="csrfmiddlewaretoken" value="',
        b'"<b>name="form_key" value="',
        b'"<c>',
    ]
    for page in (token, key, key + token, token + key + key, token + key + b"t1"):
        assert empty_forms.parts_of(page) is None


@pytest.fixture
def watched(monkeypatch):
    """As in a web process, which asks at most once a second what public pages say: here the second
    does not pass, however slow the machine is."""
    monkeypatch.setattr(freshness, "close_old_connections", lambda: None)
    found = freshness.Freshness(clock=lambda: 0.0)
    freshness.watch_for_all(found)
    return found


def test_beside_public_pages_an_empty_form_asks_the_database_nothing(
    client, drawn, watched, django_assert_num_queries
):
    before = settled(opened(client, "/refer/"))
    with django_assert_num_queries(0):
        assert settled(opened(client, "/refer/")) == before


@pytest.mark.parametrize("changes", [{"telephone": "(02) 5550 9999"}, {"nurse_line": "0800 555"}])
def test_beside_public_pages_another_fact_is_seen_with_them(client, drawn, watched, changes):
    (value,) = changes.values()
    assert value not in opened(client)
    Clinic.objects.update(**changes)
    watched.ask()
    assert value in opened(client)


def test_beside_public_pages_one_more_doctor_is_seen_with_them(client, drawn, watched, clinic):
    opened(client, "/refer/")
    for name in ("Dr Sample One", "Dr Sample Two"):
        clinic.clinicians.create(name=name, role="Surgeon")
    watched.ask()
    assert "Dr Sample Two" in opened(client, "/refer/")


def test_while_nobody_can_tell_whether_pages_are_fresh_the_facts_are_read(client, drawn, watched):
    opened(client)
    watched.state = watched.state._replace(is_away=True)
    Clinic.objects.update(telephone="(02) 5550 9999")
    assert "(02) 5550 9999" in opened(client)


def test_without_its_facts_the_form_is_drawn_as_ever(client, drawn, monkeypatch):
    opened(client)

    def away():
        raise DatabaseError

    monkeypatch.setattr(empty_forms, "facts_now", away)
    opened(client)
    assert len(drawn) == 2
