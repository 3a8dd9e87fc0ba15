"""What may go, from which day, and what never goes by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from clinic_site.zone import in_clinic_time
from referrals.models import Enquiry, Event, Referral, RequestedEnquiry
from referrals.retention.due import due
from referrals.retention.kinds import end_of_year, years_later
from referrals.retention.purging import preview
from referrals.timeline import add_line
from referrals.workflow import verbs
from tests.makers import make_clinic, message, referral, submitted
from tests.referrals.patient_requests import asking
from tests.referrals.retention.conftest import (
    NOW,
    came,
    move_line,
    old_message,
    old_referral,
    today,
)

pytestmark = pytest.mark.django_db
SOFTWARE = ("open_", "accept", "file", "note_in_software")
DAY = timedelta(days=1)


def found(signed, until=None):
    return {one.reference: one for one in due(signed.rule, until=until or today())}


def test_a_message_goes_a_year_after_it_was_filed(robin, signed):
    at = datetime(2025, 11, 28, 3, tzinfo=UTC)
    enquiry = came(message(), "open_", "file", at=at, by=robin)
    assert found(signed, date(2026, 11, 27)) == {}
    one = found(signed, date(2026, 11, 28))[enquiry.reference]
    assert (one.rule_kind, one.day) == ("message", date(2026, 11, 28))


def test_an_answer_that_nobody_read_keeps_it_and_counts_as_contact(robin, signed):
    enquiry = old_message(robin)
    add_line(Event.Kind.ANSWER_CAME, enquiry=enquiry, at=NOW - 10 * DAY)
    Enquiry.objects.filter(pk=enquiry.pk).update(needs_look=True)
    assert found(signed, today() + 9000 * DAY) == {}
    Enquiry.objects.filter(pk=enquiry.pk).update(needs_look=False)
    assert found(signed) == {}
    assert found(signed, today() + 355 * DAY)[enquiry.reference].since == today() - 10 * DAY


def test_inner_clicks_make_nothing_stay_longer(robin, signed):
    enquiry = old_message(robin)
    for line in ["handed", "for_whom", "remind", "unread", "joined", "parted"]:
        add_line(Event.Kind(line), enquiry=enquiry, at=NOW, by=robin)
    assert list(found(signed)) == [enquiry.reference]


@pytest.mark.parametrize(
    "line",
    [
        *("entered", "attached", "details_corrected", "replied", "answer_came"),
        *("information_came", "rang", "not_reached", "joined", "sent_again", "withdrawn"),
    ],
)
def test_what_somebody_worked_on_is_no_spam_either(robin, signed, line):
    enquiry = came(referral(), "open_", "mark_spam", at=NOW - 400 * DAY, by=robin)
    assert list(found(signed)) == [enquiry.reference]
    add_line(Event.Kind(line), enquiry=enquiry, at=NOW - 399 * DAY)
    assert found(signed) == {}


def test_what_nobody_filed_never_goes(robin, signed):
    came(message(), "open_", at=NOW - 4000 * DAY, by=robin)
    came(referral(), "open_", "accept", at=NOW - 9000 * DAY, by=robin)
    submitted(message(), at=NOW - 4000 * DAY)
    assert found(signed) == {}


def test_spam_goes_thirty_days_after_it_was_set_aside(robin, signed):
    enquiry = came(message(), "open_", "mark_spam", at=NOW - 40 * DAY, by=robin)
    move_line(enquiry, "spam", NOW - 30 * DAY)
    assert found(signed, today() - DAY) == {}
    assert found(signed)[enquiry.reference].rule_kind == "spam"


def test_what_only_looks_like_spam_goes_once_somebody_has_looked(robin, signed):
    enquiry = submitted(message(), suspicions=["honeypot"], at=NOW - 40 * DAY)
    assert found(signed) == {}
    verbs.open_(enquiry=enquiry, by=robin, at=NOW)
    assert list(found(signed)) == [enquiry.reference]


@pytest.mark.parametrize("decided", ["accept", "ask", "return_", "file"])
def test_what_was_ever_decided_is_no_spam_whatever_it_is_marked_as(robin, signed, decided):
    """Else a press on “Open again” and one on “This is spam” shorten seven years to 30 days."""
    child = referral(patient_birth_date=date(2015, 5, 1))
    words = {"note": "Words."} if decided in {"ask", "return_"} else {}
    extra = {"outcome": "booked"} if decided == "file" else words
    enquiry = came(child, "open_", at=NOW - 3000 * DAY, by=robin)
    getattr(verbs, decided)(enquiry=enquiry, by=robin, at=NOW - 2900 * DAY, **extra)
    verbs.reopen(enquiry=enquiry, by=robin, at=NOW - 2800 * DAY)
    verbs.mark_spam(enquiry=enquiry, by=robin, at=NOW - 2700 * DAY)
    assert found(signed) == {}
    one = found(signed, date(2041, 1, 1))[enquiry.reference]
    assert (one.rule_kind, one.day) == ("referral", date(2041, 1, 1))


def test_a_message_that_was_filed_and_then_set_aside_goes_as_a_message(robin, signed):
    enquiry = old_message(robin)
    verbs.reopen(enquiry=enquiry, by=robin, at=NOW - 40 * DAY)
    verbs.mark_spam(enquiry=enquiry, by=robin, at=NOW - 40 * DAY)
    assert found(signed) == {}
    one = found(signed, today() + 325 * DAY)[enquiry.reference]
    assert (one.rule_kind, one.since) == ("message", today() - 40 * DAY)


def test_a_referral_in_the_practice_software_goes_after_two_years(robin, signed):
    enquiry = old_referral(robin, years=2, steps=SOFTWARE)
    other = old_referral(robin, years=2)
    one = found(signed)[enquiry.reference]
    assert one.rule_kind == "software"
    assert other.reference not in found(signed)


def test_opened_again_it_counts_as_not_seen_there(robin, signed):
    enquiry = old_referral(robin, years=3, steps=SOFTWARE)
    verbs.reopen(enquiry=enquiry, by=robin, at=NOW - 900 * DAY)
    verbs.file(enquiry=enquiry, by=robin, outcome="booked", at=NOW - 900 * DAY)
    assert found(signed) == {}


def test_another_referral_goes_at_the_end_of_the_year_after_seven_years(robin, signed):
    at = datetime(2019, 3, 4, 3, tzinfo=UTC)
    enquiry = came(referral(), "open_", "file", at=at, by=robin)
    assert found(signed, date(2026, 12, 31)) == {}
    assert found(signed, date(2027, 1, 1))[enquiry.reference].day == date(2027, 1, 1)


def test_a_childs_referral_stays_to_the_25th_birthday_and_the_day_does_not_tell_it(robin, signed):
    at = datetime(2012, 3, 4, 3, tzinfo=UTC)
    child = referral(patient_birth_date=date(2004, 2, 29))
    enquiry = came(child, "open_", "file", at=at, by=robin)
    assert found(signed, date(2029, 12, 31)) == {}
    assert found(signed, date(2030, 1, 1))[enquiry.reference].day == date(2030, 1, 1)


def test_what_was_written_to_the_sender_counts_as_contact_and_a_hold_does_not(robin, signed):
    enquiry = old_referral(robin, years=9)
    verbs.hold(enquiry=enquiry, by=robin, note="A complaint.", at=NOW - 300 * DAY)
    verbs.lift_hold(enquiry=enquiry, by=robin, note="It is over.", at=NOW - 200 * DAY)
    assert list(found(signed)) == [enquiry.reference]
    verbs.reopen(enquiry=enquiry, by=robin, at=NOW - 100 * DAY)
    verbs.file(enquiry=enquiry, by=robin, outcome="booked", at=NOW - 100 * DAY)
    assert found(signed) == {}


def test_what_a_patient_asks_for_stays_while_her_request_is_open(robin, signed):
    enquiry, lee = old_referral(robin, years=9), asking.administrator()
    request = asking.noted(by=lee)
    tied = RequestedEnquiry.objects.create(
        request=request, reference=enquiry.reference, tied_at=NOW, tied_by=lee
    )
    assert found(signed) == {}
    RequestedEnquiry.objects.filter(pk=tied.pk).update(untied_at=NOW, untied_by=lee)
    assert list(found(signed)) == [enquiry.reference]


def test_it_goes_once_her_request_is_ended(robin, signed):
    enquiry, lee = old_referral(robin, years=9), asking.administrator()
    request = asking.noted(by=lee)
    RequestedEnquiry.objects.create(
        request=request, reference=enquiry.reference, tied_at=NOW, tied_by=lee
    )
    assert found(signed) == {}
    type(request).objects.update(
        outcome="withdrawn", answered_on=today(), ended_at=NOW, ended_by=lee
    )
    assert list(found(signed)) == [enquiry.reference]


def test_for_ever_is_for_ever(robin, signed):
    old_message(robin, days=30000)
    signed.rule.message_years = None
    assert list(due(signed.rule, until=today())) == []


def test_a_referral_that_no_key_opens_is_kept(robin, signed):
    old_referral(robin, years=9)
    keys = ["cGVyaGFwcy1hbm90aGVyLWNsaW5pYy1oYXMtdGhpcy0="]
    with override_settings(CLINIC_DATA_KEYS=keys):
        assert keys == settings.CLINIC_DATA_KEYS
        assert list(due(signed.rule, until=today())) == []


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Auckland", date(2026, 3, 2)), ("Australia/Perth", date(2026, 3, 1))],
)
def test_days_are_the_clinics_own(robin, signed, zone, day):
    make_clinic(time_zone=zone)
    at = datetime(2025, 3, 1, 15, 30, tzinfo=UTC)  # after midnight in the east
    enquiry = came(message(), "open_", "file", at=at, by=robin)
    with in_clinic_time():
        assert found(signed)[enquiry.reference].day == day


def test_a_dry_run_says_what_goes_now_and_what_soon(robin, signed):
    now, soon = old_message(robin), old_message(robin, days=340)
    old_message(robin, days=100)
    seen = preview(at=NOW)
    assert [one.reference for one in seen.now] == [now.reference]
    assert [one.reference for one in seen.soon] == [soon.reference]
    assert not seen.is_proposal


def test_before_the_signing_it_says_what_the_proposal_would_do(robin):
    enquiry = old_message(robin)
    seen = preview(at=NOW)
    assert ([one.reference for one in seen.now], seen.is_proposal) == ([enquiry.reference], True)


def test_years_are_counted_by_the_calendar():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert end_of_year(date(2026, 1, 1)) == date(2026, 1, 1)
    assert end_of_year(date(2026, 1, 2)) == date(2027, 1, 1)


def test_it_opens_no_birthday_that_cannot_matter_yet(robin, signed, monkeypatch):
    old_referral(robin, years=2)
    monkeypatch.setattr(Referral.objects, "only", lambda *_: 1 / 0)
    assert found(signed) == {}
