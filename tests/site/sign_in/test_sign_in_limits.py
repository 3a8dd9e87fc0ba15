"""Wrong passwords and codes are limited, and nobody is locked out by somebody else."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic_site import counting
from clinic_site.models import RateCount
from clinic_site.sign_in import codes, limits
from clinic_site.sign_in.places import Place
from referrals.models import Notification
from tests.codes import (
    CODE,
    CONFIRM,
    code_for,
    sign_in,
    type_code,
    type_password,
    with_phone,
    wrong_code,
)
from tests.makers import queue_sign_in_mail, signed_in

pytestmark = pytest.mark.django_db
ROOMS = {"REMOTE_ADDR": "192.0.2.1"}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.66"}


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def later(monkeypatch):
    """Moves the clock of the limits, not that of the codes."""
    now = timezone.now

    def move(span):
        monkeypatch.setattr(timezone, "now", lambda: now() + span)

    return move


def wrong_passwords(number, username="robin", **where):
    client = Client()
    return [type_password(client, username, "wrong", **where) for _ in range(number)]


def is_taken(response):
    return response.status_code == 302 and response["Location"].startswith(CODE)


def words(response):
    return response.content.decode()


def without_token(response):
    return re.sub(r'value="\w{64}"', "", words(response))


def test_the_sixth_wrong_password_waits_in_words(robin):
    *first, sixth = wrong_passwords(6, **ROOMS)
    assert [answer.status_code for answer in first] == [200] * 5
    assert sixth.status_code == 429
    assert re.search(r"Wait 1[345] minutes\. On a computer", words(sixth))
    assert 700 <= int(sixth["Retry-After"]) <= 901


def test_after_the_wait_the_right_password_is_taken(robin, later):
    wrong_passwords(6, **ROOMS)
    assert type_password(Client(), **ROOMS).status_code == 429
    later(timedelta(minutes=15, seconds=1))
    assert is_taken(type_password(Client(), **ROOMS))


def test_the_wait_grows(robin, later):
    wrong_passwords(5, **ROOMS)
    later(timedelta(minutes=16))
    assert re.search(r"Wait 4[234] minutes", words(wrong_passwords(6, **ROOMS)[-1]))


def test_ten_wrong_ones_for_one_account_do_not_lock_the_rooms(robin):
    with_phone("sandy")
    wrong_passwords(10, **ROOMS)
    assert is_taken(type_password(Client(), "sandy", **ROOMS))
    assert is_taken(type_password(Client(), "robin", REMOTE_ADDR="192.0.2.2"))


def test_one_address_tries_fifty_in_an_hour_whatever_the_account(robin):
    for n in range(50):
        wrong_passwords(1, f"name{n}", **ROOMS)
    assert type_password(Client(), **ROOMS).status_code == 429
    assert is_taken(type_password(Client(), REMOTE_ADDR="192.0.2.2"))


def test_a_colleague_at_her_own_desk_is_held_up_by_nobody(robin):
    desk = sign_in(Client(), **ROOMS)
    desk.post("/admin/account/logout/")
    for n in range(50):
        wrong_passwords(1, f"name{n}", **ROOMS)
    wrong_passwords(10, **ROOMS)
    assert is_taken(type_password(desk, **ROOMS))


def test_at_a_known_browser_wrong_ones_are_limited_as_well(robin):
    desk = sign_in(Client(), **ROOMS)
    desk.post("/admin/account/logout/")
    answers = [type_password(desk, "robin", "wrong", **ROOMS) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_under_attack_from_many_addresses_she_is_slowed_and_not_locked(robin):
    sign_in(Client(), **ROOMS)
    for n in range(100):
        wrong_passwords(1, REMOTE_ADDR=f"198.51.100.{n}")
    new_place = {"REMOTE_ADDR": "203.0.113.7"}
    assert is_taken(type_password(Client(), **new_place))
    first, second = wrong_passwords(2, **new_place)
    assert (first.status_code, second.status_code) == (200, 429)
    assert [answer.status_code for answer in wrong_passwords(2, **ROOMS)] == [200, 200]


def test_a_name_that_nobody_has_is_answered_alike(robin):
    pages = {}
    for name in ["robin", "nobody"]:
        answers = wrong_passwords(6, name, **ROOMS)
        pages[name] = [without_token(answer).replace(name, "NAME") for answer in answers]
    assert pages["robin"] == pages["nobody"]
    assert "This name and password do not belong together" in pages["nobody"][0]


def test_another_spelling_of_the_name_is_the_same_account(robin):
    for name in ["robin", "ROBIN", " robin", "Robin ", "rObin"]:
        wrong_passwords(1, name, **ROOMS)
    assert type_password(Client(), **ROOMS).status_code == 429


def test_of_a_hundred_wrong_codes_five_are_looked_at(robin, monkeypatch):
    looked = []
    take = codes.take_phone_code
    monkeypatch.setattr(codes, "take_phone_code", lambda *args: looked.append(1) or take(*args))
    thief = Client()
    type_password(thief, **ELSEWHERE)
    answers = [type_code(thief, wrong_code(), **ELSEWHERE) for _ in range(108)]
    assert len(looked) == 5
    assert re.search(r"Wait 1\d minutes", words(answers[-1]))
    assert answers[-1].status_code == 429


def test_a_new_session_gives_no_new_tries(robin):
    for _ in range(6):
        thief = Client()
        type_password(thief, **ELSEWHERE)
        type_code(thief, wrong_code(), **ELSEWHERE)
    assert type_code(thief, code_for(), **ELSEWHERE).status_code == 429
    assert thief.get("/admin/").status_code == 302


def thief_tries_forty_codes():
    thief = Client()
    type_password(thief, **ELSEWHERE)
    return [type_code(thief, wrong_code(), **ELSEWHERE) for _ in range(40)]


@pytest.mark.parametrize("where", [ROOMS, ELSEWHERE])
def test_who_knows_her_password_does_not_keep_her_browser_out(robin, where):
    desk = sign_in(Client(), **ROOMS)
    desk.post("/admin/account/logout/")
    thief_tries_forty_codes()
    sign_in(desk, later=1, **where)


def test_who_knows_her_password_does_not_keep_her_address_out(robin):
    sign_in(Client(), **ROOMS)
    thief_tries_forty_codes()
    sign_in(Client(), later=1, **ROOMS)


def test_recovery_codes_are_counted_apart_and_limited_as_well(robin):
    thief = Client()
    type_password(thief, **ELSEWHERE)
    [type_code(thief, wrong_code(), **ELSEWHERE) for _ in range(6)]
    answers = [type_code(thief, f"{n:08}", **ELSEWHERE) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_confirming_a_session_has_no_limit_of_its_own(client, robin):
    signed_in(client, robin)
    [type_code(client, wrong_code(), CONFIRM) for _ in range(5)]
    assert type_code(client, code_for(), CONFIRM).status_code == 429


def test_a_code_is_taken_once_and_no_older_one_after_it(robin, monkeypatch):
    now = time.time()
    still = SimpleNamespace(time=lambda: now)  # no half minute ends meanwhile
    monkeypatch.setattr("tests.codes.time", still)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", still)
    sign_in(Client(), **ROOMS)
    for step, said in [(0, "used already"), (-1, "used already")]:
        second = Client()
        type_password(second, **ROOMS)
        assert said in words(type_code(second, code_for(later=step), **ROOMS))
        assert second.get("/admin/").status_code == 302


def test_what_is_no_code_at_all_is_not_counted(robin):
    thief = Client()
    type_password(thief, **ROOMS)
    for typed in ["12345", "abcdef", "", "123 456 7", "١٢٣٤٥٦"] * 2:
        assert type_code(thief, typed, **ROOMS).status_code == 200
    assert type_code(thief, code_for(), **ROOMS).status_code == 302


def test_five_wrong_codes_are_told_to_her_once_a_day(robin):
    thief = Client()
    type_password(thief, **ELSEWHERE)
    [type_code(thief, wrong_code(), **ELSEWHERE) for _ in range(8)]
    [type_code(thief, f"{n:08}", **ELSEWHERE) for n in range(8)]
    assert [mail.subject for mail in Notification.objects.all()] == [
        "Somebody may know your password"
    ]


def test_a_new_password_ends_the_wait(client, robin):
    thief = Client()
    type_password(thief, **ELSEWHERE)
    [type_code(thief, wrong_code(), **ELSEWHERE) for _ in range(6)]
    limits.forget_wrong_tries(robin)
    type_password(client, **ELSEWHERE)
    assert type_code(client, code_for(), **ELSEWHERE).status_code == 302


def test_at_once_no_more_are_checked_than_one_after_another(robin):
    """Each is counted before it is checked: two that began together are two."""
    at, place = timezone.now(), Place("203.0.113.66")
    counted = limits.code_limits("code", robin, place, at=at)
    begun = [limits.begin(counted, at=at) for _ in range(5)]
    with pytest.raises(limits.TooMany):
        limits.begin(counted, at=at)
    begun[0].was_right()
    limits.begin(counted, at=at)


def test_a_flood_of_answers_to_pages_forgets_no_limit(robin):
    wrong_passwords(6, **ROOMS)
    for n in range(400):
        counting.count(purpose="feedback", source=f"198.51.100.{n}", at=timezone.now())
    assert type_password(Client(), **ROOMS).status_code == 429


def test_signing_in_needs_no_cache_table(settings, robin):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS clinic_site_cache")
    sign_in(Client(), **ROOMS)
    assert wrong_passwords(6, **ROOMS)[-1].status_code == 429


def test_behind_two_proxies_visitors_are_told_apart(settings, robin):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    proxy = {"REMOTE_ADDR": "10.0.0.5"}
    chain = "{}, 10.2.3.4"
    wrong_passwords(6, HTTP_X_FORWARDED_FOR=chain.format("203.0.113.9"), **proxy)
    own = chain.format("forged, 203.0.113.8")
    assert is_taken(type_password(Client(), HTTP_X_FORWARDED_FOR=own, **proxy))
    forged = chain.format("203.0.113.8, 203.0.113.9")
    assert type_password(Client(), HTTP_X_FORWARDED_FOR=forged, **proxy).status_code == 429


def test_the_table_holds_no_name_and_no_address(robin):
    wrong_passwords(2, "robin", **ROOMS)
    kept = " ".join(RateCount.objects.values_list("source", flat=True))
    assert "robin" not in kept
    assert "192.0.2" not in kept


def test_a_forged_cookie_makes_no_browser_known(settings, robin):
    client = Client()
    client.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = "eyJicm93c2VyIjoiMSJ9:1:forged"
    answers = [type_password(client, "robin", "wrong", **ROOMS) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert type_password(Client(), **ROOMS).status_code == 429


def test_one_browser_knows_everybody_who_signs_in_there(robin):
    with_phone("sandy")
    desk = sign_in(Client(), **ROOMS)
    desk.post("/admin/account/logout/")
    sign_in(desk, "sandy", **ROOMS).post("/admin/account/logout/")
    wrong_passwords(60, **ROOMS)
    for name in ["robin", "sandy"]:
        assert is_taken(type_password(desk, name, **ROOMS))
        desk.post("/admin/account/logout/")


def test_wrong_old_passwords_are_limited(client, robin):
    signed_in(client, robin)
    new = {"password1": "another phrase that is long", "password2": "another phrase that is long"}
    url = "/admin/account/password/change/"
    answers = [client.post(url, {"oldpassword": "wrong", **new}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 second"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (3600, "60 minutes"),
        (3601, "2 hours"),
    ],
)
def test_a_wait_in_words_is_never_too_short(seconds, said):
    assert limits.wait_in_words(seconds) == said
