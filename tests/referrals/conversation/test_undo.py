"""News of a decision waits a minute: until then it can be undone, and nobody outside hears."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.conversation.showing import conversation_of
from referrals.mail.delivery import deliver_one
from referrals.workflow import verbs
from tests.makers import referral, signed_in, submitted, with_status_link
from tests.referrals.conversation.makers import WORDS, address, asked, robin, shown

pytestmark = pytest.mark.django_db
MINUTE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def a_minute(settings):
    settings.NEWS_WAITS_SECONDS = 60


@pytest.fixture
def accepted():
    by, enquiry = robin(), submitted(referral())
    verbs.open_(enquiry=enquiry, by=by)
    return verbs.accept(enquiry=enquiry, by=by), by


def news(enquiry):
    return enquiry.notifications.filter(kind="status").order_by("pk")


def delivered(at):
    while deliver_one(at=at):
        pass


def test_nobody_begins_to_send_news_within_a_minute_and_then_it_goes(accepted):
    enquiry, _ = accepted
    delivered(timezone.now())
    assert news(enquiry).get().state == "queued"
    delivered(timezone.now() + MINUTE)
    assert news(enquiry).get().state == "sent"


def test_undone_within_the_minute_the_doctor_hears_nothing(accepted):
    enquiry, by = accepted
    verbs.reopen(enquiry=enquiry, by=by)
    delivered(timezone.now() + 2 * MINUTE)
    assert [mail.state for mail in news(enquiry)] == ["undone"]


def test_taken_back_later_a_second_mail_says_that_it_no_longer_stands(accepted):
    enquiry, by = accepted
    delivered(timezone.now() + MINUTE)
    verbs.reopen(enquiry=enquiry, by=by)
    delivered(timezone.now())  # at once: what was told is no longer true
    assert [mail.state for mail in news(enquiry)] == ["sent", "sent"]


def test_the_receipt_does_not_wait(accepted):
    enquiry, _ = accepted
    delivered(timezone.now())
    assert enquiry.notifications.get(kind="receipt").state == "sent"


def test_the_page_offers_undo_until_the_mail_is_due(client, accepted):
    enquiry, by = accepted
    assert ">Undo</button>" in signed_in(client, by).get(enquiry.get_admin_url()).content.decode()
    later = conversation_of(enquiry, at=timezone.now() + 2 * MINUTE)
    assert later.goes_at is None


def test_an_undone_question_is_not_to_be_read_any_more(client):
    by = robin()
    answer = asked(by)
    verbs.reopen(enquiry=answer.enquiry, by=by)
    assert client.get(address(answer)).status_code == 410
    assert WORDS not in shown(client, answer).content.decode()


def test_the_status_page_offers_the_words_only_when_they_can_no_longer_be_undone(client, settings):
    answer = asked()
    url = f"/status/{with_status_link(answer.enquiry)}/"
    assert address(answer) not in client.get(url).content.decode()
    settings.NEWS_WAITS_SECONDS = 0
    assert address(answer) in client.get(url).content.decode()
    assert WORDS not in client.get(url).content.decode()


def test_undoing_two_decisions_at_once_takes_the_words_of_both_back(accepted):
    enquiry, by = accepted
    verbs.ask(enquiry=enquiry, by=by, note=WORDS)
    verbs.accept(enquiry=enquiry, by=by)
    verbs.reopen(enquiry=enquiry, by=by)
    assert [mail.state for mail in news(enquiry)] == ["undone"] * 3
    assert enquiry.answers.get().revoked_at is not None


def test_undo_stands_above_the_patient_and_promises_silence_only_where_nobody_heard(
    client, accepted
):
    enquiry, by = accepted
    signed_in(client, by)
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert page.index(">Undo</button>") < page.index('class="enquiry-head"')
    assert "Nobody outside has heard" in page
    delivered(timezone.now() + MINUTE)
    verbs.ask(enquiry=enquiry, by=by, note=WORDS)
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert ">Undo</button>" in page
    assert "Nobody outside has heard" not in page
    assert "they hear nothing" not in page
    assert "They get an email that it no longer stands." in page


def test_undo_after_the_mail_has_gone_says_so_and_changes_nothing(client, accepted):
    enquiry, by = accepted
    delivered(timezone.now() + MINUTE)
    late = {"undo": "1", "seen": "accepted"}
    answer = signed_in(client, by).post(f"/admin/referrals/enquiry/{enquiry.pk}/do/reopen/", late)
    assert answer.status_code == 409
    assert "Too late for Undo" in answer.content.decode()
    enquiry.refresh_from_db()
    assert (enquiry.status, news(enquiry).count()) == ("accepted", 1)


def test_it_says_who_has_heard_where_only_the_doctors_mail_waits(client):
    by = robin()
    enquiry = submitted(referral(patient_email="jo@home.example", patient_agrees_mail=True))
    verbs.open_(enquiry=enquiry, by=by)
    verbs.accept(enquiry=enquiry, by=by)
    patients = enquiry.notifications.filter(kind="patient", event__kind="accepted")
    patients.update(state="sent", sent_at=timezone.now())
    page = signed_in(client, by).get(enquiry.get_admin_url()).content.decode()
    assert ">Undo</button>" in page
    assert "Nobody outside has heard" not in page
    assert "The patient was told. They get an email that it no longer stands." in page


def test_too_late_for_undo_does_not_say_that_a_refused_email_has_gone_out(client, accepted):
    enquiry, by = accepted
    refused = {"state": "dead", "failure": "refused", "failures_in_a_row": 1}
    news(enquiry).update(**refused)
    late = {"undo": "1", "seen": "accepted"}
    answer = signed_in(client, by).post(f"/admin/referrals/enquiry/{enquiry.pk}/do/reopen/", late)
    assert answer.status_code == 409
    assert "Too late for Undo: no email waits any more" in answer.text
    assert "The doctor was told nothing by email" in answer.text
