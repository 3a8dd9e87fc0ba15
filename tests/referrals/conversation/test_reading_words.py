"""Words of the rooms are shown to whoever has the link and knows what a stranger does not."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from clinic_site.logs.paths import logged_path, without_secrets
from referrals.conversation.verbs import send_new_link, switch_off
from referrals.models import AccessLog, Answer
from referrals.models.conversation import LINK_LASTS
from tests.makers import PATIENT
from tests.referrals.conversation.makers import (
    BORN,
    WORDS,
    address,
    asked,
    replied,
    robin,
    shown,
)
from tests.site.matrix.watching import fingerprint

pytestmark = pytest.mark.django_db
WRONG = "1/2/1981"


def kinds(enquiry):
    return list(enquiry.events.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_follows_every_link_changes_nothing_and_sees_nothing(client, method):
    answer = asked()
    url, before = address(answer), fingerprint()
    for _ in range(9):
        response = getattr(client, method)(url)
    assert response.status_code == 200
    assert fingerprint() == before
    said = response.content.decode()
    assert not [word for word in (WORDS, PATIENT, answer.enquiry.reference) if word in said]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("proof", [BORN, "31.01.1980", "31 January 1980"])
def test_the_date_of_birth_shows_the_words_and_staff_see_when_they_were_read(client, proof):
    answer = asked()
    response = shown(client, answer, proof)
    assert WORDS in response.content.decode()
    answer.refresh_from_db()
    assert answer.first_read_at
    assert kinds(answer.enquiry)[-1] == "answer_read"
    assert (
        AccessLog.objects.filter(reference=answer.enquiry.reference, action="answer").count() == 1
    )


def test_a_second_reading_is_no_second_line(client):
    answer = asked()
    shown(client, answer)
    shown(client, answer)
    assert kinds(answer.enquiry).count("answer_read") == 1


def test_the_last_digits_of_the_telephone_number_show_a_message_its_reply(client):
    answer = replied()
    assert WORDS not in shown(client, answer, "0124").content.decode()
    assert WORDS in shown(client, answer, "0123").content.decode()
    assert WORDS in shown(client, answer, "02 5550 0123").content.decode()


@pytest.mark.parametrize("phone", ["02 5550 0123 x4412", "02 5550 0123 4412"])
@pytest.mark.parametrize("digits", ["0123", "4412"])
def test_the_digits_before_an_extension_are_the_last_of_a_number_too(client, phone, digits):
    answer = replied(sender_phone=phone)
    assert WORDS in shown(client, answer, digits).content.decode()


def test_without_a_telephone_number_the_page_says_to_ring_and_shows_no_words(client):
    answer = replied(sender_phone="")
    response = shown(client, answer, "0123")
    assert answer.enquiry.reference in response.content.decode()
    assert WORDS not in response.content.decode()


def test_five_wrong_dates_close_the_link_and_then_the_right_one_is_too_late(client):
    answer = asked()
    assert [shown(client, answer, WRONG).status_code for _ in range(5)] == [422] * 4 + [410]
    response = shown(client, answer)
    assert response.status_code == 410
    assert WORDS not in response.content.decode()
    assert kinds(answer.enquiry)[-1] == "answer_closed"
    answer.enquiry.refresh_from_db()
    assert answer.enquiry.needs_look


@pytest.mark.parametrize("slip", ["", "yesterday", "31/1/2980"])
def test_what_cannot_be_a_date_of_birth_is_no_try(client, slip):
    answer = asked()
    assert shown(client, answer, slip).status_code == 422
    answer.refresh_from_db()
    assert answer.wrong_tries == 0


def test_a_right_answer_costs_no_try(client):
    answer = asked()
    for _ in range(7):
        assert shown(client, answer).status_code == 200


def test_the_database_counts_no_sixth_try():
    answer = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(wrong_tries=6)


def test_a_link_expires_after_thirty_days(client):
    answer = asked()
    past = timezone.now() - LINK_LASTS
    Answer.objects.update(written_at=past - timedelta(1), expires_at=past + LINK_LASTS)
    assert client.get(address(answer)).status_code == 410
    assert WORDS not in shown(client, answer).content.decode()


def test_the_database_refuses_an_answer_that_is_over_before_it_begins():
    answer = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(expires_at=answer.written_at)


def test_a_link_that_staff_switched_off_shows_nothing(client):
    by = robin()
    answer = switch_off(answer=asked(by), by=by)
    assert client.get(address(answer)).status_code == 410
    assert WORDS not in shown(client, answer).content.decode()


def test_a_new_link_opens_and_the_old_one_does_not(client):
    by = robin()
    answer = asked(by)
    old = address(answer)
    for _ in range(5):
        shown(client, answer, WRONG)
    send_new_link(answer=answer, by=by)
    assert client.get(old).status_code == 404
    assert WORDS in shown(client, answer).content.decode()


def test_a_link_that_was_made_up_is_no_answer_and_is_counted(client):
    assert client.get("/answer/0123456789abcdef/").status_code == 404
    assert client.post("/answer/0123456789abcdef/", {"proof": BORN}).status_code == 404


def test_another_site_cannot_try_dates_in_the_name_of_a_visitor(client):
    answer = asked()
    response = client.post(
        address(answer), {"proof": WRONG}, headers={"Origin": "https://x.example"}
    )
    assert response.status_code == 403
    answer.refresh_from_db()
    assert answer.wrong_tries == 0


def test_words_that_cannot_be_noted_as_read_are_not_shown(client):
    answer = asked()
    broken = mock.patch("referrals.conversation.reading.note_link", side_effect=OperationalError)
    with broken:
        response = shown(client, answer)
    assert response.status_code == 503
    assert WORDS not in response.content.decode()


def test_nobody_guesses_from_one_network_at_many_links(client):
    answers = [asked(by) for by in [robin()] for _ in range(10)]
    for answer in answers:
        for _ in range(3):
            shown(client, answer, WRONG)
    response = shown(client, answers[0])
    assert response.status_code == 429
    assert "Retry-After" in response.headers


@pytest.mark.parametrize("torn", ["", "/x", " x", "?utm=1"])
def test_no_log_holds_a_link_to_words(torn):
    path = f"/answer/{'5f' * 16}{torn}/"
    assert "5f5f" not in logged_path(path)
    assert "5f5f" not in without_secrets(f"GET {path} 200")


def test_search_engines_are_told_to_stay_away(client):
    assert "Disallow: /answer/" in client.get("/robots.txt").content.decode()
