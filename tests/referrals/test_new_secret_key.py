"""A new SECRET_KEY costs nobody a receipt, a status link or a second referral."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.utils.crypto import salted_hmac

from clinic_site.models import LastingKey
from referrals.mail.contexts import status_link
from referrals.models import Enquiry
from referrals.references import receipt_token, resend_key, status_token
from tests.makers import aged_form_key, referral_post

pytestmark = pytest.mark.django_db
NEW = "new-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP"


@pytest.fixture
def sent(client):
    """A referral from before the change; the address of its receipt."""
    return client.post("/refer/", referral_post())["Location"]


def new_secret_key(settings, *, keep_old: bool = False) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_old else []
    settings.SECRET_KEY = NEW


def new_data_key(settings) -> None:
    newest = Fernet.generate_key().decode()
    settings.CLINIC_DATA_KEYS = [newest, *settings.CLINIC_DATA_KEYS]
    call_command("rotate_keys", stdout=StringIO())
    settings.CLINIC_DATA_KEYS = [newest]


@pytest.mark.parametrize("change", [new_secret_key, new_data_key])
def test_receipt_its_status_link_and_the_link_in_mail_go_on_working(client, settings, sent, change):
    change(settings)
    receipt = client.get(sent)
    link = status_link(Enquiry.objects.get())
    assert link.removeprefix(settings.SITE_URL) in receipt.content.decode()
    assert client.get(link.removeprefix(settings.SITE_URL)).status_code == 200


def test_the_proof_of_receipt_is_still_there(client, settings, sent, monkeypatch):
    monkeypatch.setattr("referrals.files.records.receipt_pdf", lambda **_: b"%PDF-")
    new_secret_key(settings)
    assert client.get(f"{sent}receipt.pdf").content == b"%PDF-"


def test_a_form_that_was_open_keeps_its_words_and_can_be_sent(client, settings):
    post = referral_post()
    new_secret_key(settings)
    assert client.post("/refer/", post).status_code == 302
    assert Enquiry.objects.count() == 1


def test_the_same_form_sent_across_the_change_is_one_referral(client, settings):
    post = referral_post(form_key=aged_form_key())
    first = client.post("/refer/", post)["Location"]
    new_secret_key(settings, keep_old=True)
    assert client.post("/refer/", post)["Location"] == first
    assert Enquiry.objects.count() == 1
    assert client.get(first).status_code == 200


def test_an_edited_resend_across_the_change_is_still_marked_as_one(client, settings):
    post = referral_post(form_key=aged_form_key())
    client.post("/refer/", post)
    new_secret_key(settings, keep_old=True)
    client.post("/refer/", {**post, "reason": "Right buttock pain."})
    assert Enquiry.objects.exclude(resend_of=None).count() == 1


def test_addresses_given_out_before_the_table_came_stay_as_they_are():
    made = [receipt_token("k"), status_token("k"), resend_key("k", "d")]
    before = [("receipt", "k"), ("status", "k"), ("resend", "k:d")]
    for token, (purpose, value) in zip(made, before, strict=True):
        old = salted_hmac(f"referrals.{purpose}", value, algorithm="sha256").hexdigest()
        assert token == old[:32]


@pytest.mark.parametrize("kept_hash", [None, "0" * 64])
def test_a_receipt_offers_no_link_that_would_be_dead(client, sent, kept_hash):
    assert "/status/" in client.get(sent).content.decode()
    Enquiry.objects.update(status_token_hash=kept_hash)
    assert "/status/" not in client.get(sent).content.decode()


def test_keys_that_were_lost_are_made_again_once():
    LastingKey.objects.all().delete()
    assert receipt_token("k") == receipt_token("k") != status_token("k")
    assert LastingKey.objects.count() == 2


def test_the_keys_lie_sealed():
    receipt_token("k")
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM clinic_site_lastingkey")
        assert all(key.startswith("gAAAA") for (key,) in cursor.fetchall())
