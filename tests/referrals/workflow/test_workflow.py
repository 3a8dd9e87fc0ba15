"""What may happen to an enquiry, in which order, by whom, and who hears of it."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from referrals.models import Enquiry, Event, Notification
from referrals.states.keeping import KEEPING_VERBS
from referrals.states.lookups import possible
from referrals.workflow import verbs
from tests.makers import make_user, message, referral, submitted, with_status_link

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"
STATES = list(Enquiry.Status.values)
WORDS = {
    "ask": {"note": "Which side is it?"},
    "return_": {"note": "Please try physiotherapy first."},
    "file": {"outcome": "booked"},
}
ALLOWED = {
    "accept": {"opened": "accepted", "needs_info": "accepted"},
    "ask": {"opened": "needs_info", "accepted": "needs_info"},
    "return_": {"opened": "returned", "needs_info": "returned", "accepted": "returned"},
    "file": dict.fromkeys(["opened", "needs_info", "accepted", "returned"], "filed"),
    "reopen": dict.fromkeys(["needs_info", "accepted", "returned", "filed"], "opened"),
    "mark_spam": {"received": "spam", "opened": "spam", "spam": "spam"},
    "not_spam": {"spam": "received"},
}


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


def in_state(state, enquiry=None):
    """A stored referral in any state, however it got there."""
    stored = submitted(enquiry or referral())
    now = timezone.now()
    columns = {"status": state}
    if state not in {"received", "spam"}:
        columns["opened_at"] = now
    if state == "filed":
        columns |= {"filed_at": now, "outcome": "answered"}
    if state == "spam":  # a suspect’s sender has heard nothing yet
        stored.notifications.filter(kind="receipt").delete()
    Enquiry.objects.filter(pk=stored.pk).update(**columns)
    return Enquiry.objects.get(pk=stored.pk)


def use(verb, enquiry, by, **words):
    return getattr(verbs, verb)(enquiry=enquiry, by=by, **{**WORDS.get(verb, {}), **words})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ALLOWED)
def test_each_verb_works_from_its_own_states_and_no_other(robin, verb, state):
    enquiry = in_state(state)
    events = enquiry.events.count()
    if state in ALLOWED[verb]:
        assert use(verb, enquiry, robin).status == ALLOWED[verb][state]
        assert enquiry.events.last().by == robin
    else:
        with pytest.raises(verbs.CannotMove):
            use(verb, enquiry, robin)
        assert Enquiry.objects.get().status == state
        assert enquiry.events.count() == events


@pytest.mark.parametrize("verb", ALLOWED)
def test_a_reader_may_change_nothing(verb):
    state = next(iter(ALLOWED[verb]))
    enquiry = in_state(state)
    with pytest.raises(PermissionDenied):
        use(verb, enquiry, make_user(READ))
    assert Enquiry.objects.get().status == state


@pytest.mark.parametrize("verb", ALLOWED)
def test_a_failure_midway_changes_nothing(robin, verb):
    state = next(iter(ALLOWED[verb]))
    enquiry = in_state(state)
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            use(verb, enquiry, robin)
    assert Enquiry.objects.get().status == state


@pytest.mark.parametrize("verb", ["accept", "ask", "return_", "file", "not_spam"])
def test_a_change_whose_news_cannot_be_queued_does_not_happen(robin, verb):
    state = next(iter(ALLOWED[verb]))
    enquiry = in_state(state)
    before = enquiry.events.count()
    with mock.patch("referrals.mail.outbox.enqueue", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            use(verb, enquiry, robin)
    assert Enquiry.objects.get().status == state
    assert enquiry.events.count() == before


@pytest.mark.parametrize("verb", ALLOWED)
def test_whoever_was_slower_hears_so(robin, verb):
    state = next(iter(ALLOWED[verb]))
    mine = in_state(state)
    other = "filed" if state == "returned" else "returned"
    done = {"filed_at": timezone.now(), "outcome": "booked"} if other == "filed" else {}
    if state == "filed":
        done = {"filed_at": None, "outcome": ""}
    Enquiry.objects.update(status=other, opened_at=timezone.now(), **done)
    with pytest.raises(verbs.ChangedMeanwhile):
        use(verb, mine, robin)
    assert Enquiry.objects.get().status == other


@pytest.mark.parametrize("verb", ["accept", "ask", "return_"])
def test_a_message_is_read_and_filed_and_never_accepted_asked_about_or_returned(robin, verb):
    with pytest.raises(verbs.CannotMove):
        use(verb, in_state("opened", message()), robin)
    offered = [row.name for row in possible(Enquiry.objects.get())]
    of_its_keeping = {verb.name for verb in KEEPING_VERBS}
    rest = [name for name in offered if name not in of_its_keeping]
    assert rest == ["file", "mark_spam", "revoke_status_link"]


@pytest.mark.parametrize("verb", ["ask", "return_"])
def test_a_question_and_an_advice_need_words(robin, verb):
    enquiry = in_state("opened")
    with pytest.raises(verbs.NothingWritten):
        use(verb, enquiry, robin, note=" \n ")
    assert Enquiry.objects.get().status == "opened"


def test_what_staff_write_is_sealed_in_the_timeline(robin):
    enquiry = use("ask", in_state("opened"), robin)
    assert enquiry.events.last().note == "Which side is it?"
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM referrals_event WHERE note IS NOT NULL")
        assert "side" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("verb", "words", "is_told"),
    [
        ("ask", {}, True),
        ("accept", {}, True),
        ("return_", {}, True),
        ("file", {"outcome": "booked"}, True),
        ("file", {"outcome": "duplicate"}, True),
        ("file", {"outcome": "in_software"}, False),
    ],
)
def test_the_referrer_hears_of_what_concerns_the_patient(robin, verb, words, is_told):
    enquiry = use(verb, in_state("opened"), robin, **words)
    news = Notification.objects.filter(kind="status")
    assert [n.recipient for n in news] == (["sam@practice.example"] if is_told else [])
    assert [n.event for n in news] == ([enquiry.events.last()] if is_told else [])


def test_a_referrer_without_an_address_is_not_written_to(robin):
    use("accept", in_state("opened", referral(sender_email="")), robin)
    assert not Notification.objects.filter(kind="status").exists()


def test_filing_needs_an_outcome_that_exists(robin):
    with pytest.raises(verbs.CannotMove):
        use("file", in_state("opened"), robin, outcome="lost")


def test_filing_keeps_outcome_and_time_and_reopening_forgets_them(robin):
    enquiry = use("file", in_state("opened"), robin)
    assert (enquiry.outcome, enquiry.filed_at is not None) == ("booked", True)
    enquiry = use("reopen", enquiry, robin)
    assert (enquiry.status, enquiry.outcome, enquiry.filed_at) == ("opened", "", None)


def test_what_was_no_spam_gets_its_receipt_and_keeps_its_clock(robin):
    long_ago = timezone.now() - timedelta(hours=3)
    enquiry = submitted(referral(), at=long_ago)
    Enquiry.objects.update(status="spam")
    Notification.objects.filter(kind="receipt").delete()
    enquiry = use("not_spam", Enquiry.objects.get(), robin)
    assert (enquiry.status, enquiry.received_at) == ("received", long_ago)
    assert [n.recipient for n in Notification.objects.filter(kind="receipt")] == [
        "sam@practice.example"
    ]


def test_nobody_gets_a_second_receipt(robin):
    enquiry = use("mark_spam", in_state("opened"), robin)
    use("not_spam", enquiry, robin)
    use("mark_spam", enquiry, robin)
    enquiry = use("not_spam", enquiry, robin)
    assert enquiry.status == "opened"
    assert Notification.objects.filter(kind="receipt").count() == 1


def test_rooms_that_never_heard_of_it_hear_when_it_is_no_spam(robin):
    enquiry = in_state("spam")
    Notification.objects.filter(kind="new_enquiry").delete()
    use("not_spam", enquiry, robin)
    assert Notification.objects.filter(kind="new_enquiry").count() == 1


def test_mail_of_what_was_no_spam_counts_its_days_from_then(robin):
    at = timezone.now() + timedelta(days=4)
    enquiry = use("not_spam", submitted(referral(), suspicions=["trap"]), robin, at=at)
    assert enquiry.notifications.get(kind="receipt").created_at == at
    assert enquiry.events.last().at == at


def test_rooms_that_heard_of_a_suspect_do_not_hear_twice(robin):
    suspect = submitted(referral(), suspicions=["trap"])
    use("not_spam", suspect, robin)
    told = suspect.notifications.order_by("kind").values_list("kind", flat=True)
    assert list(told) == ["new_enquiry", "receipt"]


def test_whoever_gave_no_address_is_sent_no_receipt_when_it_is_no_spam(robin):
    use("not_spam", submitted(message(sender_email=""), suspicions=["trap"]), robin)
    assert not Notification.objects.filter(kind="receipt").exists()


def test_a_suspect_that_was_read_comes_back_as_opened(robin):
    enquiry = verbs.open_(enquiry=in_state("spam"), by=robin)
    assert enquiry.status == "spam"
    assert enquiry.events.filter(kind=Event.Kind.OPENED).count() == 1
    assert use("not_spam", enquiry, robin).status == "opened"


def test_a_status_link_is_switched_off_once_and_for_good(robin):
    enquiry = in_state("opened")
    with_status_link(enquiry)
    assert verbs.revoke_status_link(enquiry=enquiry, by=robin).status_token_hash is None
    assert enquiry.events.last().kind == Event.Kind.LINK_REVOKED
    with pytest.raises(verbs.CannotMove):
        verbs.revoke_status_link(enquiry=enquiry, by=robin)


def test_a_reader_switches_no_link_off():
    enquiry = in_state("opened")
    with_status_link(enquiry)
    with pytest.raises(PermissionDenied):
        verbs.revoke_status_link(enquiry=enquiry, by=make_user(READ))
    assert Enquiry.objects.get().status_token_hash


def test_a_link_is_on_when_switching_it_off_fails_midway(robin):
    enquiry = in_state("opened")
    with_status_link(enquiry)
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            verbs.revoke_status_link(enquiry=enquiry, by=robin)
    assert Enquiry.objects.get().status_token_hash


def test_a_dead_letter_that_was_seen_to_no_longer_warns(robin):
    submitted()
    Notification.objects.update(state="dead")
    mail = verbs.note_dead_mail(notification=Notification.objects.first(), by=robin)
    assert mail.state == "noted"
    assert mail.enquiry.events.last().kind == Event.Kind.MAIL_NOTED


def test_another_dead_letter_still_warns(robin):
    submitted(referral())
    Notification.objects.update(state="dead")
    seen_to, other = Notification.objects.all()
    verbs.note_dead_mail(notification=seen_to, by=robin)
    assert Notification.objects.get(pk=other.pk).state == "dead"


def test_only_a_dead_letter_can_be_seen_to_and_only_by_staff_who_may(robin):
    submitted()
    mail = Notification.objects.first()
    with pytest.raises(verbs.CannotMove):
        verbs.note_dead_mail(notification=mail, by=robin)
    with pytest.raises(PermissionDenied):
        verbs.note_dead_mail(notification=mail, by=make_user(READ, username="pat"))


def test_a_reader_does_not_open_without_permission():
    with pytest.raises(PermissionDenied):
        verbs.open_(enquiry=submitted(), by=make_user())
    assert Enquiry.objects.get().status == "received"
