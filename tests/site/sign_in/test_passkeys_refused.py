"""What a passkey answers is refused unless every part of it is right."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.models import SignInEvent
from clinic_site.sign_in.gate import used_second_factor
from clinic_site.sign_in.passkeys import ceremony, views
from clinic_site.sign_in.passkeys.address import can_have_passkeys, host, origin
from referrals.models import Notification
from tests.codes import CODE, CONFIRM, type_password, with_phone
from tests.makers import confirmed, make_user, queue_sign_in_mail, signed_in
from tests.passkeys import ADD, ALONE, NEW, OPTIONS, Device, asked, give_passkey, send, touch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def device(robin):
    return give_passkey(robin)


def is_in(client):
    return client.get("/admin/").status_code == 200


def words(response):
    return response.content.decode()


def refusals():
    return list(SignInEvent.objects.filter(kind="passkey_refused").values_list("detail", flat=True))


def test_the_same_answer_twice(client, device):
    answer = device.touch(asked(client))
    send(client, answer)
    assert is_in(client)
    client.post("/admin/account/logout/")
    asked(client)
    assert "could not be checked" in words(send(client, answer))
    assert not is_in(client)


def test_the_same_answer_in_a_session_that_was_put_back(client, device):
    """Synced passkeys do not count, so the counter does not tell."""
    device.step = device.counter = 0
    Authenticator.objects.filter(type="webauthn").update(
        data={**Authenticator.objects.get(type="webauthn").data, "counter": 0}
    )
    answer = device.touch(asked(client))
    question = client.session[ceremony.ASKED]
    send(client, answer)
    other = Client()
    asked(other)
    session = other.session
    session[ceremony.ASKED] = question
    session.save()
    assert "took too long" in words(send(other, answer))
    assert not is_in(other)


def test_an_answer_after_five_minutes(client, device, monkeypatch):
    answer = device.touch(asked(client))
    later = ceremony.timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(ceremony.timezone, "now", lambda: later)
    assert "took too long" in words(send(client, answer))


def test_an_answer_to_no_question(client, device):
    answer = device.touch(asked(Client()))
    assert "took too long" in words(send(client, answer))
    asked(client)
    assert "could not be checked" in words(send(client, answer))


def test_a_question_is_used_up_by_a_wrong_answer(client, device):
    question = asked(client)
    send(client, {"id": "x"})
    assert "took too long" in words(send(client, device.touch(question)))


def test_without_a_finger_a_face_or_a_pin(client, device):
    device.verifies = False
    assert "did not ask for your finger" in words(touch(client, device))
    assert not is_in(client)
    assert refusals() == ["without finger, face or PIN"]


def test_after_the_password_too(client, device):
    device.verifies = False
    type_password(client)
    assert "did not ask for your finger" in words(touch(client, device, CODE, "code"))
    assert not is_in(client)


def test_a_new_one_without_them(client, robin):
    confirmed(client, robin)
    weak = Device(verifies=False)
    page = send(client, weak.make(client.post(NEW).json()), ADD)
    assert "could not be checked" in words(page)
    assert not Authenticator.objects.filter(type="webauthn").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"origin": "http://evil.localhost:8000"},
        {"host": "evil.example"},
    ],
)
def test_of_another_address(client, robin, device, wrong):
    for name, value in wrong.items():
        setattr(device, name, value)
    assert "could not be checked" in words(touch(client, device))
    assert not is_in(client)
    confirmed(client, robin)
    made = Device(**wrong).make(client.post(NEW).json())
    assert "could not be checked" in words(send(client, made, ADD))
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_asked_by_a_page_that_frames_ours(client, device):
    answer = device.touch(asked(client), cross_origin=True)
    assert "could not be checked" in words(send(client, answer))
    assert not is_in(client)


def test_signed_by_another_key(client, device):
    device.key = Device().key
    assert "could not be checked" in words(touch(client, device))
    assert not is_in(client)


def test_with_the_name_of_a_colleagues(client, robin, device):
    """Her own key, under the name of his: and his name, in the place of hers."""
    kims = give_passkey(make_user(username="kim"))
    kims.id = device.id
    assert "opens nothing here" in words(touch(client, kims))
    kims.handle = device.handle
    assert "could not be checked" in words(touch(client, kims))
    assert not is_in(client)


def test_a_colleagues_after_her_password_and_in_her_session(client, robin, device):
    kims = give_passkey(make_user(username="kim"))
    type_password(client)
    assert "opens nothing here" in words(touch(client, kims, CODE, "code"))
    assert not is_in(client)
    session = signed_in(Client(), robin)
    assert "opens nothing here" in words(touch(session, kims, CONFIRM, "confirm"))
    assert session.get("/admin/account/2fa/totp/replace/")["Location"].startswith(CONFIRM)


def test_one_that_does_not_say_whose_it_is(client, device):
    device.handle = None
    assert "opens nothing here" in words(touch(client, device))


def test_an_answer_to_a_question_for_something_else(client, robin, device):
    """What was asked in her session by a thief's page of the sign-in confirms nothing."""
    session = signed_in(Client(), robin)
    page = send(session, device.touch(asked(session, "sign_in")), CONFIRM)
    assert "took too long" in words(page)
    type_password(client)
    page = send(client, device.touch(asked(client, "sign_in")), CODE)
    assert "took too long" in words(page)


def test_a_counter_that_goes_back_is_refused_and_told_of_once_a_day(client, device):
    touch(client, device)
    client.post("/admin/account/logout/")
    for _ in range(2):
        device.counter = 0
        assert "may have been copied" in words(touch(client, device))
    assert not is_in(client)
    told = [mail.subject for mail in Notification.objects.all()]
    assert told.count("One of your passkeys may have been copied") == 1
    device.counter = 9
    touch(client, device)
    assert is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_whose_account_is_closed(client, robin, device, change):
    """Or whose password was taken away, to keep her out."""
    answer = device.touch(asked(client))
    User.objects.update(**change)
    assert "This account is closed" in words(send(client, answer))
    assert not is_in(client)


def test_of_a_person_who_was_deleted(client, robin, device):
    answer = device.touch(asked(client))
    robin.delete()
    assert "opens nothing here" in words(send(client, answer))


RUBBISH = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"x"',
    "{}",
    "[" * 5000,
    "x" * 30_000,
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": 7}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "response": dict.fromkeys(
                ["clientDataJSON", "authenticatorData", "signature", "attestationObject"], "AA"
            ),
        }
    ),
]


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize(("url", "purpose"), [(ALONE, "sign_in"), (CONFIRM, "confirm"), (ADD, "")])
def test_what_is_no_answer_at_all(robin, device, url, purpose, rubbish):
    client = Client() if url == ALONE else confirmed(Client(), robin)
    client.post(NEW) if url == ADD else asked(client, purpose)
    assert client.post(url, {"credential": rubbish}).status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_any_byte_that_is_turned(client, device):
    """Whatever is changed on the way, nobody is signed in by it, and nothing breaks."""
    answer = device.touch(asked(client))
    for part, value in answer["response"].items():
        for place in range(0, len(value), 37):
            other = "A" if value[place] != "A" else "B"
            turned = value[:place] + other + value[place + 1 :]
            changed = {**answer, "response": {**answer["response"], part: turned}}
            question = client.post(OPTIONS)
            assert question.status_code == 200
            session = client.session
            assert send(client, changed).status_code == 200, (part, place)
            assert "_auth_user_id" not in session


def test_the_question_names_nobody_before_a_password(client, device):
    question = asked(client)["publicKey"]
    assert "allowCredentials" not in question
    assert question["userVerification"] == "required"
    assert client.post(OPTIONS, {"for": "code"}).status_code == 403
    assert client.post(OPTIONS, {"for": "confirm"}).status_code == 403
    assert client.post(OPTIONS, {"for": "nothing"}).status_code == 403


def test_after_it_the_question_names_hers_alone(client, device):
    give_passkey(make_user(username="kim"))
    type_password(client)
    allowed = asked(client, "code")["publicKey"]["allowCredentials"]
    assert [one["id"] for one in allowed] == [device.answer()["id"]]


def test_a_new_one_carries_a_number_that_tells_nothing(client, robin):
    confirmed(client, robin)
    first, second = (client.post(NEW).json()["publicKey"] for _ in range(2))
    assert len(first["user"]["id"]) == 43
    assert first["user"]["id"] != second["user"]["id"]
    assert first["authenticatorSelection"]["residentKey"] == "required"


def test_two_of_one_person_carry_the_same_number(client, robin, device):
    confirmed(client, robin)
    question = client.post(NEW).json()["publicKey"]
    assert question["user"]["id"] == device.handle
    assert [one["id"] for one in question["excludeCredentials"]] == [device.answer()["id"]]


def test_who_asks_without_end_is_told_to_wait(client, robin, monkeypatch):
    monkeypatch.setattr(views, "ASKED_FROM_ONE_ADDRESS", 2)
    answers = [client.post(OPTIONS).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    type_password(client)
    give_passkey(robin)
    assert client.post(OPTIONS, {"for": "code"}).status_code == 200


def test_a_page_that_is_opened_asks_nothing(client, device):
    client.get("/admin/account/login/")
    assert ceremony.ASKED not in client.session


@pytest.mark.parametrize(
    ("site", "name", "where", "can"),
    [
        ("https://Rooms.Example", "rooms.example", "https://rooms.example", True),
        ("https://rooms.example:443", "rooms.example", "https://rooms.example", True),
        ("https://rooms.example:8443", "rooms.example", "https://rooms.example:8443", True),
        ("https://hüfte.example", "xn--hfte-0ra.example", "https://xn--hfte-0ra.example", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("https://203.0.113.7", "203.0.113.7", "https://203.0.113.7", False),
        ("http://rooms.example", "rooms.example", "http://rooms.example", False),
    ],
)
def test_the_address_is_read_as_browsers_write_it(settings, site, name, where, can):
    settings.SITE_URL = site
    assert (host(), origin(), can_have_passkeys()) == (name, where, can)


def test_where_a_browser_can_have_none_none_is_asked_for(client, robin, device, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert client.post(OPTIONS).status_code == 403
    confirmed(client, robin)
    assert client.post(NEW).status_code == 403
    assert client.get(ADD)["Location"] == "/admin/account/"
    assert used_second_factor(client.get("/admin/").wsgi_request)
