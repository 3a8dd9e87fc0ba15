"""After *lost phone*: her password alone connects nothing until the code was heard and typed."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import SpokenCode
from clinic_site.sign_in import factors
from clinic_site.sign_in.codes import make_spoken_code
from clinic_site.sign_in.gate import OPEN_BEFORE_THE_SPOKEN_CODE, OPEN_WITHOUT_A_CODE
from clinic_site.sign_in.passkeys.verbs import connect_passkey
from tests.codes import CONNECT, SECRET, code_for, secret_on, type_code, type_password
from tests.makers import make_user, queue_sign_in_mail, words_of

pytestmark = pytest.mark.django_db
SPOKEN = "/admin/account/2fa/spoken-code/"
CHOOSE = "/admin/account/2fa/choose/"
MADE_OF = {"account_link": ["no-such-token"]}  # what an address needs


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return make_user(username="robin", email="robin@rooms.example")


@pytest.fixture
def code(robin):
    return make_spoken_code(user=robin)


@pytest.fixture
def hers(client, code):
    type_password(client)
    return client


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08}"


def test_it_is_asked_for_before_a_phone_is_connected(hers, code):
    assert hers.get(CONNECT)["Location"] == SPOKEN
    assert "code from your colleague" in words_of(hers.get(SPOKEN).content.decode())
    assert type_code(hers, f"{code[:4]} {code[4:]}", SPOKEN)["Location"] == CHOOSE
    type_code(hers, code_for(secret_on(hers)), CONNECT)
    assert hers.get("/admin/").status_code == 200
    assert not SpokenCode.objects.exists()


@pytest.mark.parametrize("name", sorted(OPEN_WITHOUT_A_CODE - OPEN_BEFORE_THE_SPOKEN_CODE))
def test_no_other_way_in_opens_before_it(hers, name):
    address = reverse(name, args=MADE_OF.get(name))
    for answer in (hers.get(address), hers.post(address)):
        assert answer["Location"] == SPOKEN


def test_who_knows_the_password_alone_connects_nothing(hers, code, robin):
    said = type_code(hers, wrong(code), SPOKEN)
    assert "That is not the code" in words_of(said.content.decode())
    key = hers.session.session_key
    with pytest.raises(factors.CodeNotHeard):
        factors.connect_phone(by=robin, secret=SECRET, step=1, session_key=key)
    assert not Authenticator.objects.filter(user=robin).exists()


def test_it_counts_in_the_session_it_was_typed_in_alone(hers, code):
    type_code(hers, code, SPOKEN)
    thief = Client()
    type_password(thief)
    assert thief.get(CONNECT)["Location"] == SPOKEN
    assert hers.get(CONNECT).status_code == 200


def test_after_a_day_it_opens_nothing(hers, code):
    SpokenCode.objects.update(made_at=timezone.now() - timedelta(hours=24))
    assert "good for 24 hours" in words_of(type_code(hers, code, SPOKEN).content.decode())
    assert hers.get(CONNECT)["Location"] == SPOKEN


def test_a_new_one_replaces_the_one_before(hers, code, robin):
    type_code(hers, code, SPOKEN)
    second = make_spoken_code(user=robin)
    assert hers.get(CONNECT)["Location"] == SPOKEN
    assert type_code(hers, code, SPOKEN).status_code == 200
    assert type_code(hers, second, SPOKEN).status_code == 302


def test_wrong_ones_make_wait_and_a_new_one_ends_the_wait(hers, code, robin):
    for _ in range(5):
        type_code(hers, wrong(code), SPOKEN)
    assert type_code(hers, code, SPOKEN).status_code == 429
    factors.forget_factors(robin)
    assert type_code(hers, make_spoken_code(user=robin), SPOKEN).status_code == 302


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "not digits", "١٢٣٤٥٦٧٨9"])
def test_what_has_not_eight_digits_is_not_counted(hers, typed):
    assert type_code(hers, typed, SPOKEN).status_code == 200


def test_nobody_without_one_is_asked(client, robin):
    type_password(client)
    assert client.get(CONNECT).status_code == 200
    assert client.get(SPOKEN)["Location"].startswith("/admin/login/")


def test_the_digits_are_kept_nowhere(code, robin):
    row = SpokenCode.objects.values().get()
    assert code not in str(row)
    assert SpokenCode.digest_of(robin.pk + 1, code) != row["digest"]


def test_the_database_keeps_no_empty_one(robin):
    with pytest.raises(IntegrityError, match="spoken_code_is_not_empty"), transaction.atomic():
        SpokenCode.objects.create(user=robin, digest="", made_at=timezone.now())


def test_a_passkey_is_no_way_past_it(robin, code):
    with pytest.raises(factors.CodeNotHeard):
        connect_passkey(by=robin, name="Tablet", made={}, session_key=None)
    assert not Authenticator.objects.filter(user=robin).exists()
