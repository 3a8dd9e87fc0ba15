"""What was read in a letter lies sealed beside the held file, and goes with it."""

import logging

import pytest
from django.db import connection

from referrals.files import uploads
from referrals.models import Attachment, Referral
from tests.makers import PATIENT, aged_form_key, quick_post, sample_letter
from tests.referrals.from_letter.conftest import saying

pytestmark = pytest.mark.django_db


def half_sent(client):
    fields = {"form_key": aged_form_key(), "mode": "quick", "letter": sample_letter()}
    client.post("/refer/letter/", fields)
    return Attachment.objects.get()


def column():
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter_said FROM referrals_attachment")
        return cursor.fetchone()[0]


def test_it_is_sealed(client, letter_says):
    letter_says()
    held = half_sent(client)
    assert PATIENT in held.letter_said
    assert PATIENT not in column()


def test_a_sent_letter_has_none(client, letter_says):
    letter_says()
    client.post("/refer/", quick_post())
    assert Referral.objects.count() == 1
    assert column() is None


def test_it_goes_with_the_held_file(client, letter_says):
    letter_says()
    uploads.discard([half_sent(client)])
    assert Attachment.objects.count() == 0


def test_nothing_of_it_is_logged(client, letter_says, caplog):
    letter_says(flags={"cancer": "flag-canary"})
    with caplog.at_level(logging.DEBUG):
        half_sent(client)
    assert PATIENT not in caplog.text
    assert "flag-canary" not in caplog.text


def test_a_letter_is_read_once(client, monkeypatch):
    read = []
    reading = lambda **facts: read.append(facts) or saying()  # noqa: E731
    monkeypatch.setattr("referrals.from_letter.held.read_letter", reading)
    held = half_sent(client)
    fields = quick_post(kept=[str(held.pk)], letter=[""], signed="")
    client.post("/refer/", {**fields, "form_key": aged_form_key()})
    client.post("/refer/", fields)
    assert len(read) == 1


def test_a_letter_that_is_set_aside_is_not_read(client, monkeypatch):
    read = []
    monkeypatch.setattr("referrals.from_letter.held.read_letter", lambda **_: read.append(1))
    monkeypatch.setattr("referrals.files.judging.inspect", lambda *_, **__: ["active"])
    half_sent(client)
    assert read == []
