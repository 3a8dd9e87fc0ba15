"""Whoever wrote a message follows it, adds to it or withdraws it, as a doctor does a referral."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.utils import timezone

from referrals.models import Answer, AnswerBack, Enquiry, Notification
from referrals.retention.erasing import erase
from referrals.workflow import verbs
from tests.makers import (
    make_user,
    message,
    message_post,
    signed_in,
    submitted,
    with_status_link,
    words_of,
)
from tests.referrals.conversation.makers import address, form_of, robin, shown
from tests.referrals.conversation.test_reading_words import kinds
from tests.referrals.mail.test_letters import parsed, text_of
from tests.referrals.retention.conftest import administrator

pytestmark = pytest.mark.django_db
DIGITS, NAME = "0123", "alex  SAMPLEWRITER"
SECRETS = ["Samplewriter", "first visit", "5550 0123", "alex@sample.example"]


@pytest.fixture
def enquiry():
    return submitted(message(sender_email="alex@sample.example"))


@pytest.fixture
def status(enquiry):
    return f"/status/{with_status_link(enquiry)}/"


def begun(client, status):
    client.post(f"{status}change/")
    return Answer.objects.get()


def sent(client, answer, proof=DIGITS, **typed):
    return client.post(
        address(answer), {**form_of(shown(client, answer, proof)), **typed}, follow=True
    )


def word_on(client, status):
    html = client.get(status).content.decode()
    assert not [secret for secret in SECRETS if secret in html]
    return re.search(r"<h1[^>]*>([^<]+)</h1>", html)[1]


def replied_long_ago(enquiry):
    at = timezone.now() - timedelta(hours=1)
    verbs.reply(enquiry=enquiry, by=robin(), note="It costs an example.", at=at)


def test_the_receipt_and_its_mail_lead_to_it_and_say_what_goes_by_mail(client):
    page = client.post("/contact/", message_post(), follow=True).content.decode()
    status = re.search(r'href="(/status/[0-9a-f]+/)">Follow this message<', page)[1]
    assert "A receipt goes by email to" in page
    letter = parsed(Notification.objects.get(kind="receipt"))
    assert text_of(letter).count(status) == 2  # in both parts
    assert word_on(client, status) == "Received"


def test_the_words_follow_the_message(client, enquiry, status):
    promise = "read it and answer within one working day"
    assert promise in words_of(client.get(status).content.decode())
    verbs.open_(enquiry=enquiry, by=robin())
    assert word_on(client, status) == "Read by the rooms"
    replied_long_ago(enquiry)
    assert word_on(client, status) == "Answered"
    assert "Read it and answer" in client.get(status).content.decode()
    verbs.file(enquiry=enquiry, by=robin(), outcome="answered")
    assert word_on(client, status) == "Closed"
    assert "The rooms have answered it" in client.get(status).content.decode()


def test_its_steps_are_those_of_a_message(client, enquiry, status):
    verbs.open_(enquiry=enquiry, by=robin())
    replied_long_ago(enquiry)
    words = words_of(client.get(status).content.decode())
    assert "Received done Read by the rooms done Answered now Closed" in words
    own = words.partition("What happens next")[2].partition("Questions?")[0]
    assert not {"Accepted", "patient", "referral"} & set(own.split())


@pytest.mark.parametrize("outcome", Enquiry.Outcome.values)
def test_a_filed_message_never_speaks_of_a_patient(client, enquiry, status, outcome):
    verbs.open_(enquiry=enquiry, by=robin())
    verbs.file(enquiry=enquiry, by=robin(), outcome=outcome)
    html = client.get(status).content.decode()
    assert "patient" not in html.partition("What happens next")[2].partition("Questions?")[0]
    assert "{on}" not in html


def test_what_is_added_arrives_unread_in_the_same_message(client, enquiry, status):
    verbs.open_(enquiry=enquiry, by=robin())
    replied_long_ago(enquiry)
    page = sent(client, begun_after_reply(client, status), words="On Fridays, own-canary.")
    assert "It has arrived" in page.content.decode()
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert (stored.needs_look, AnswerBack.objects.get().words) == (True, "On Fridays, own-canary.")
    assert Notification.objects.filter(kind="answer_came", enquiry=stored).count() == 1
    assert word_on(client, status) == "Read by the rooms"
    assert "own-canary" not in client.get(status).content.decode()


def begun_after_reply(client, status):
    client.post(f"{status}change/")
    return Answer.objects.get(event__kind="sender_adds")


def test_the_rooms_see_it_as_the_senders_own_words(client, enquiry, status):
    sent(client, begun(client, status), words="Own-words-canary.")
    html = signed_in(client, robin()).get(enquiry.get_admin_url()).content.decode()
    assert "Own-words-canary." in html
    assert "wrote from the status page" in html


def test_withdrawing_asks_once_and_deletes_nothing(client, enquiry, status):
    answer = begun(client, status)
    asks = sent(client, answer, withdraw="ask").content.decode()
    assert "Withdraw this message?" in asks
    assert "withdrawn" not in kinds(enquiry)
    assert "Your message is withdrawn" in sent(client, answer, withdraw="yes").content.decode()
    assert AnswerBack.objects.get().words == "I withdraw this message."
    assert word_on(client, status) == "You asked to withdraw it"
    assert Enquiry.objects.get(pk=enquiry.pk).message.text


def test_it_asks_for_the_number_or_without_one_for_the_name_and_a_stranger_adds_nothing(client):
    enquiry = submitted(message(sender_email="alex@sample.example", sender_phone=""))
    answer = begun(client, f"/status/{with_status_link(enquiry)}/")
    assert "Your name" in client.get(address(answer)).content.decode()
    assert "You have 4 tries left" in shown(client, answer, "Kim Stranger").content.decode()
    assert not shown(client, answer, "Kim Stranger").context.get("pass")
    sent(client, answer, NAME, words="By email, please.")
    assert AnswerBack.objects.get().words == "By email, please."


def test_the_words_of_the_rooms_are_never_shown_for_a_name(client):
    enquiry = submitted(message(sender_email="alex@sample.example", sender_phone=""))
    verbs.open_(enquiry=enquiry, by=robin())
    replied_long_ago(enquiry)
    assert enquiry.answers.get().asks_for == ""


def test_what_breaks_midway_stores_nothing_and_gives_the_words_back(client, enquiry, status):
    answer = begun(client, status)
    page = form_of(shown(client, answer, DIGITS))
    with mock.patch(
        "referrals.conversation.answering.outbox.enqueue", side_effect=OperationalError
    ):
        response = client.post(address(answer), {**page, "words": "Midway-canary."})
    assert response.status_code == 503
    assert "Midway-canary." in response.content.decode()
    assert not AnswerBack.objects.exists()
    assert not Enquiry.objects.get(pk=enquiry.pk).needs_look


def test_to_a_filed_message_something_can_still_be_added(client, enquiry, status):
    verbs.open_(enquiry=enquiry, by=robin())
    verbs.file(enquiry=enquiry, by=robin(), outcome="answered")
    sent(client, begun(client, status), words="One more thing.")
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert (stored.status, stored.needs_look) == ("filed", True)


def test_spam_looks_unread_and_takes_nothing(client, enquiry, status):
    plain = client.get(status).content
    Enquiry.objects.update(status="spam")
    assert client.get(status).content == plain
    assert client.post(f"{status}change/").status_code == 410
    assert not Answer.objects.exists()


def test_after_an_erasure_the_link_says_so_and_takes_nothing(client, enquiry, status):
    asks, confirms = administrator("robin"), administrator("kim")
    verbs.ask_erasure(enquiry=enquiry, by=asks, note="She asked.")
    erase(enquiry=enquiry, by=confirms)
    assert client.get(status).status_code == 410
    assert client.post(f"{status}change/").status_code == 410
    assert not Enquiry.objects.exists()


def test_staff_switch_the_link_off_who_may_change_and_nobody_else(client, enquiry, status):
    viewer = make_user("referrals.view_enquiry", username="viewer")
    with pytest.raises(PermissionDenied):
        verbs.revoke_status_link(enquiry=enquiry, by=viewer)
    assert client.get(status).status_code == 200
    verbs.revoke_status_link(enquiry=enquiry, by=robin())
    assert client.get(status).status_code == 404


SIGN = "Since tonight I can't pee."


def test_whoever_adds_a_sign_of_an_emergency_reads_once_to_call_first(client, status):
    answer = begun(client, status)
    page = sent(client, answer, words=SIGN)
    html = page.content.decode()
    notice = html.partition("<h2>Before you send</h2>")[2].partition("</div>")[0]
    assert "What you wrote can be an emergency." in notice
    assert '<a href="tel:000">000</a>' in notice
    form = re.search(r'form="(\w+)" class="button">Send anyway', notice)[1]
    assert f'<form class="form" id="{form}"' in html  # a button of no form sends nothing
    assert not AnswerBack.objects.exists()
    again = {**form_of(page), "words": SIGN, "asked": asked_in(page)}
    assert "It has arrived" in words_of(
        client.post(address(answer), again, follow=True).content.decode()
    )


def test_who_withdraws_is_not_told_to_call(client, status):
    sent(client, begun(client, status), words=SIGN, withdraw="yes")
    assert AnswerBack.objects.exists()


def asked_in(page):
    return re.search(r'name="asked" value="([^"]*)"', page.content.decode())[1]
