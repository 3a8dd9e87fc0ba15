"""Two dozen wrong passwords at once do not fill the memory of a small server."""

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from clinic_site.running import sign_in_settings
from clinic_site.sign_in import hashing
from clinic_site.sign_in.hashing import Argon2InLittleMemory, TooBusy, one_of_few
from tests.codes import PASSWORD, type_password, with_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_taken(monkeypatch):
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    for _ in range(hashing.AT_A_TIME):
        hashing._places.acquire()
    yield
    for _ in range(hashing.AT_A_TIME):
        hashing._places.release()


def test_one_password_takes_19_mebibytes_in_two_rounds():
    kept = Argon2InLittleMemory().encode(PASSWORD, "salt" * 4)
    assert "$m=19456,t=2,p=1$" in kept


def test_passwords_kept_with_the_usual_settings_still_open(settings):
    settings.PASSWORD_HASHERS = sign_in_settings.PASSWORDS["PASSWORD_HASHERS"]
    usual = super(Argon2InLittleMemory, Argon2InLittleMemory()).encode(PASSWORD, "salt" * 4)
    assert check_password(PASSWORD, usual)


def test_no_more_than_a_few_are_looked_at_at_a_time(all_taken):
    with pytest.raises(TooBusy), one_of_few():
        pass


def test_a_place_is_free_again_after_a_fault():
    for _ in range(hashing.AT_A_TIME + 1):
        with pytest.raises(ZeroDivisionError), one_of_few():
            raise ZeroDivisionError


def test_who_is_not_looked_at_is_told_to_wait_and_nothing_is_counted(all_taken):
    with_phone()
    for _ in range(7):
        response = type_password(Client(), password="not hers at all")
        assert response.status_code == 429
        assert "Very many people sign in just now" in response.content.decode()
    for _ in range(hashing.AT_A_TIME):
        hashing._places.release()
    try:
        assert type_password(Client()).status_code == 302
    finally:
        for _ in range(hashing.AT_A_TIME):
            hashing._places.acquire()
