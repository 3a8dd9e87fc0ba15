"""A mistaken decision is undone, and the doctor believes only what is true."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected
from socket import gaierror
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from referrals.mail import delivery, outbox
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, Event, Notification
from referrals.workflow import news, verbs
from tests.makers import make_user, message, referral, signed_in, submitted, with_status_link

pytestmark = pytest.mark.django_db
DECISIONS = {
    "accept": ({}, "accepted", "had accepted your referral. That no longer stands"),
    "ask": ({"note": "Which side?"}, "needs_info", "You need not send it for now"),
    "return_": ({"note": "Try this."}, "returned", "returned your referral with advice. That no"),
    "file": ({"outcome": "booked"}, "filed", "a visit was booked for your patient. Do not count"),
}


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(robin):
    stored = submitted(referral())
    Notification.objects.update(state="sent", sent_at=timezone.now())
    verbs.open_(enquiry=stored, by=robin)
    return stored


def decide(verb, enquiry, by):
    words, status, _ = DECISIONS[verb]
    getattr(verbs, verb)(enquiry=enquiry, by=by, **words)
    assert enquiry.status == status


def news_of(enquiry):
    return list(enquiry.notifications.filter(kind="status").order_by("pk"))


def send_all():
    while delivery.deliver_one(at=timezone.now() + timedelta(seconds=1)):
        pass


@pytest.mark.parametrize("verb", DECISIONS)
def test_what_has_not_gone_out_is_withdrawn_and_nobody_hears(enquiry, robin, verb):
    decide(verb, enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert enquiry.status == "opened"
    assert [mail.state for mail in news_of(enquiry)] == ["undone"]
    with mock.patch.object(delivery, "hand_to_server") as sent:
        send_all()
    assert not sent.called


@pytest.mark.parametrize("verb", DECISIONS)
def test_who_was_told_hears_that_it_no_longer_stands(enquiry, robin, verb):
    decide(verb, enquiry, robin)
    send_all()
    verbs.reopen(enquiry=enquiry, by=robin)
    first, second = news_of(enquiry)
    assert (first.state, second.state) == ("sent", "queued")
    letter = write_letter(second)
    assert DECISIONS[verb][2] in letter.body
    assert "open again, not decided yet" in letter.subject
    assert "Your referral is open again" in letter.alternatives[0][0]


def test_a_mail_that_is_on_its_way_counts_as_told_and_is_not_tried_again(enquiry, robin):
    decide("accept", enquiry, robin)
    claimed = outbox.claim(at=timezone.now() + timedelta(seconds=1))
    verbs.reopen(enquiry=enquiry, by=robin)
    delivery.finish_failed(claimed, TimeoutError(), timezone.now() - timedelta(hours=1))
    send_all()
    first, second = news_of(enquiry)
    assert (first.state, second.state) == ("undone", "sent")


def tried(error):
    """One try of the newest mail, in vain."""
    claimed = outbox.claim(at=timezone.now() + timedelta(seconds=1))
    delivery.finish_failed(claimed, error, timezone.now())


TURNED_AWAY = [ConnectionRefusedError(), gaierror(), SMTPDataError(451, b"later")]


@pytest.mark.parametrize("error", TURNED_AWAY, ids=lambda error: type(error).__name__)
def test_news_that_no_server_took_is_withdrawn_and_nothing_is_taken_back(enquiry, robin, error):
    decide("accept", enquiry, robin)
    tried(error)
    assert "has not gone out" in news.if_reopened(enquiry)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert [mail.state for mail in news_of(enquiry)] == ["undone"]


def test_news_that_a_broken_line_may_have_taken_is_put_right_in_words_that_are_true(enquiry, robin):
    decide("accept", enquiry, robin)
    tried(SMTPServerDisconnected())
    assert "may have been told" in news.if_reopened(enquiry)
    verbs.reopen(enquiry=enquiry, by=robin)
    words = write_letter(news_of(enquiry)[-1]).body
    assert "If you heard otherwise from us" in words
    assert "We told you" not in words


@pytest.mark.parametrize("state", ["queued", "dead"])
def test_it_may_still_have_gone_out_when_it_is_put_back_or_given_up(enquiry, robin, state):
    decide("accept", enquiry, robin)
    tried(TimeoutError())
    [mail] = news_of(enquiry)
    outbox.retry(notification=mail, at=timezone.now() + timedelta(minutes=20))
    enquiry.notifications.filter(pk=mail.pk).update(state=state)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert len(news_of(enquiry)) == 2


def test_a_process_that_died_while_sending_may_have_sent(enquiry, robin):
    decide("accept", enquiry, robin)
    outbox.claim(at=timezone.now() + timedelta(seconds=1))
    outbox.claim(at=timezone.now() + timedelta(hours=1))
    assert news_of(enquiry)[0].may_have_left


def test_a_mail_that_never_arrived_needs_no_second_one(enquiry, robin):
    decide("accept", enquiry, robin)
    enquiry.notifications.filter(kind="status").update(state="dead")
    verbs.reopen(enquiry=enquiry, by=robin)
    assert [mail.state for mail in news_of(enquiry)] == ["dead"]


def test_the_earlier_news_that_was_told_is_what_is_taken_back(enquiry, robin):
    decide("accept", enquiry, robin)
    send_all()
    decide("ask", enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    mails = news_of(enquiry)
    assert [mail.state for mail in mails] == ["sent", "undone", "queued"]
    assert "had accepted your referral" in write_letter(mails[-1]).body


def test_after_a_second_decision_only_that_one_counts(enquiry, robin):
    decide("accept", enquiry, robin)
    send_all()
    verbs.reopen(enquiry=enquiry, by=robin)
    send_all()
    decide("return_", enquiry, robin)
    send_all()
    assert [mail.event.kind for mail in news_of(enquiry)] == ["accepted", "reopened", "returned"]
    assert {mail.state for mail in news_of(enquiry)} == {"sent"}
    assert news.told(enquiry).kind == "returned"


def test_opened_twice_it_is_said_once(enquiry, robin):
    decide("accept", enquiry, robin)
    send_all()
    verbs.reopen(enquiry=enquiry, by=robin)
    decide("accept", enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert [mail.state for mail in news_of(enquiry)] == ["sent", "queued", "undone"]


def test_a_colleague_who_was_faster_undoes_nothing(enquiry, robin):
    decide("accept", enquiry, robin)
    mine, theirs = (Enquiry.objects.get(pk=enquiry.pk) for _ in range(2))
    verbs.reopen(enquiry=theirs, by=robin)
    with pytest.raises(verbs.ChangedMeanwhile):
        verbs.reopen(enquiry=mine, by=robin)
    assert enquiry.events.filter(kind="reopened").count() == 1


def test_a_failure_midway_leaves_all_as_it_was(enquiry, robin):
    decide("accept", enquiry, robin)
    with mock.patch.object(outbox, "withdraw_mail", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            verbs.reopen(enquiry=enquiry, by=robin)
    assert Enquiry.objects.get(pk=enquiry.pk).status == "accepted"
    assert not Event.objects.filter(kind="reopened").exists()
    assert [mail.state for mail in news_of(enquiry)] == ["queued"]


def test_who_may_only_read_cannot(enquiry, robin):
    decide("accept", enquiry, robin)
    reader = make_user("referrals.view_enquiry", username="sam")
    with pytest.raises(PermissionDenied):
        verbs.reopen(enquiry=enquiry, by=reader)
    assert [mail.state for mail in news_of(enquiry)] == ["queued"]


def test_the_status_page_says_that_it_is_open_again(client, enquiry, robin):
    address = f"/status/{with_status_link(enquiry)}/"
    decide("accept", enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    html = client.get(address).content.decode()
    assert "The rooms have opened it again and have not decided yet." in html
    decide("return_", enquiry, robin)
    assert "<strong>Accepted</strong>" not in client.get(address).content.decode()


def button(client, robin, enquiry):
    html = signed_in(client, robin).get(enquiry.get_admin_url()).content.decode()
    return html.partition("Open again</button>")[2].partition("</form>")[0]


def test_the_button_says_beforehand_who_hears_what(client, enquiry, robin):
    decide("accept", enquiry, robin)
    assert "It is withdrawn, and they hear nothing." in button(client, robin, enquiry)
    send_all()
    assert "They get an email that it no longer stands." in button(client, robin, enquiry)


def test_the_button_undoes_it_and_says_so(client, enquiry, robin):
    decide("accept", enquiry, robin)
    send_all()
    address = f"/admin/referrals/enquiry/{enquiry.pk}/do/reopen/"
    page = signed_in(client, robin).post(address, {"seen": "accepted"}, follow=True)
    assert "Opened again. The doctor gets an email" in page.content.decode()
    late = client.post(address, {"seen": "accepted"})
    assert late.status_code == 409


def test_a_withdrawn_mail_is_not_shown_as_waiting(client, enquiry, robin):
    decide("accept", enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    html = signed_in(client, robin).get("/admin/referrals/enquiry/?show=all").content.decode()
    assert "Mail waits:" not in html
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert "Withdrawn before it was sent" in page


def test_a_message_has_no_doctor_to_tell(robin):
    stored = submitted(message())
    verbs.open_(enquiry=stored, by=robin)
    verbs.file(enquiry=stored, by=robin, outcome="answered")
    verbs.reopen(enquiry=stored, by=robin)
    assert stored.status == "opened"
    assert news_of(stored) == []


def file_told(enquiry, state="queued"):
    """News that a file could not be used, as the mail process brings it."""
    event = verbs.write_down("quarantined", enquiry=enquiry, by=None, at=timezone.now())
    news.tell_referrer(event, enquiry)
    sent_at = timezone.now() if state == "sent" else None
    Notification.objects.filter(event=event).update(state=state, sent_at=sent_at)


def test_news_of_a_file_stays_true_and_goes_out_after_a_reopening(enquiry, robin):
    file_told(enquiry)
    decide("accept", enquiry, robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert [mail.state for mail in news_of(enquiry)] == ["queued", "undone"]
    send_all()
    assert [mail.state for mail in news_of(enquiry)] == ["sent", "undone"]


def test_news_of_a_file_is_no_decision_that_could_be_taken_back(enquiry, robin):
    file_told(enquiry, "sent")
    decide("accept", enquiry, robin)
    assert "withdrawn" in news.if_reopened(enquiry)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert [mail.event.kind for mail in news_of(enquiry)] == ["quarantined", "accepted"]


def test_the_decision_is_named_though_a_file_was_told_of_later(enquiry, robin):
    decide("accept", enquiry, robin)
    send_all()
    file_told(enquiry, "sent")
    verbs.reopen(enquiry=enquiry, by=robin)
    assert DECISIONS["accept"][2] in write_letter(news_of(enquiry)[-1]).body


def test_staff_are_not_told_of_a_mail_to_the_doctor_where_the_patient_alone_hears(robin, enquiry):
    decide("accept", enquiry, robin)
    enquiry.notifications.filter(kind="status").delete()
    verbs.reopen(enquiry=enquiry, by=robin)
    line = enquiry.events.get(kind="reopened")
    outbox.enqueue(kind="patient", enquiry=enquiry, event=line, recipients=["jo@sample.example"])
    assert news.heard_of_reopening(enquiry) == "The doctor hears nothing by email."


def test_an_earlier_decision_that_waited_is_not_told_after_a_later_one(enquiry, robin):
    verbs.accept(enquiry=enquiry, by=robin)
    verbs.return_(enquiry=enquiry, by=robin, note="Try this.")
    accepted, returned = news_of(enquiry)
    Notification.objects.filter(pk=returned.pk).update(state="sent", sent_at=timezone.now())
    Notification.objects.filter(pk=accepted.pk).update(attempts=1)  # it waited for its server
    send_all()
    assert [mail.state for mail in news_of(enquiry)] == ["undone", "sent"]
