"""A sender of several tells them apart by when each was sent; no mail names the patient."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from referrals.models import Enquiry
from tests.environment import CLINIC_ZONE
from tests.makers import PATIENT, make_clinic, words_of
from tests.referrals.conversation.makers import address, asked, replied, shown
from tests.referrals.mail.test_letters import parsed, text_of

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 11, 29, 18, 49, tzinfo=ZoneInfo(CLINIC_ZONE))
IN_WORDS = "Sunday 29 November 2026, 6.49 pm"


@pytest.fixture(autouse=True)
def _clinic():
    make_clinic()


def at_that_time(answer, **changes):
    Enquiry.objects.update(received_at=SENT, **changes)
    return type(answer).objects.get()


def news_of(answer):
    with timezone.override(CLINIC_ZONE):  # as the mail process does
        return text_of(parsed(answer.enquiry.notifications.get(kind="status")))


def test_each_mail_of_news_says_when_it_was_sent_and_nothing_of_the_patient():
    text = news_of(at_that_time(asked()))
    assert text.count(f"You sent it on {IN_WORDS}") == 2
    assert PATIENT not in text


def test_what_came_on_paper_was_not_sent_here():
    assert f"It came to us on {IN_WORDS}" in news_of(at_that_time(asked(), way_in="fax"))


def test_the_page_behind_the_link_says_so_before_it_asks_and_names_nobody(client):
    html = client.get(address(at_that_time(asked()))).content.decode()
    assert f"the patient of the referral that you sent on {IN_WORDS}, so we ask" in words_of(html)
    assert PATIENT not in html


def test_a_question_of_the_rooms_does_not_say_that_no_answer_is_needed(client):
    answer = asked()
    assert "You need not answer" not in shown(client, answer).content.decode()
    assert "answer if you like" not in news_of(answer)


def test_a_reply_says_it(client):
    answer = replied()
    page = client.post(address(answer), {"proof": answer.last_digits[0]}).content.decode()
    assert "You need not answer." in page
    assert "Read it, and answer if you like:" in news_of(answer)
