"""How a referral ended is told to whoever referred, with the day of the visit where it is known."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from referrals.fields import VisitDayField
from referrals.mail.texts import write_letter
from referrals.models import Ending, Enquiry, Notification
from referrals.states.outcomes import OUTCOMES
from referrals.states.shapes import Hears
from referrals.workflow import verbs
from tests.makers import make_clinic, make_user, referral, signed_in, submitted, with_status_link

pytestmark = pytest.mark.django_db
VISIT = date(2026, 12, 7)


@pytest.fixture
def staff():
    make_clinic()
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(staff):
    return verbs.open_(enquiry=submitted(referral()), by=staff)


def last_mail(kind="status"):
    mail = Notification.objects.filter(kind=kind).order_by("-pk").first()
    return write_letter(mail).body if mail else ""


@pytest.mark.parametrize("outcome", [row for row in OUTCOMES.values() if row.news])
def test_an_end_is_told_in_its_own_words_and_its_undoing_too(enquiry, staff, outcome):
    verbs.file(enquiry=enquiry, outcome=outcome.outcome, by=staff)
    assert last_mail().startswith(outcome.news.words.partition("{")[0])
    Notification.objects.update(state="sent", sent_at=timezone.now())
    verbs.reopen(enquiry=enquiry, by=staff)
    assert last_mail().startswith(outcome.news.if_undone)


def test_what_is_no_end_for_the_sender_sends_no_mail(enquiry, staff):
    verbs.file(enquiry=enquiry, outcome="in_software", by=staff)
    assert last_mail() == ""


@pytest.mark.parametrize("outcome", ["withdrawn", "not_reached", "elsewhere", "duplicate"])
def test_whoever_referred_hears_of_an_end_without_a_visit(outcome):
    assert OUTCOMES[outcome].hears is Hears.REFERRER


def test_a_returned_referral_is_not_told_a_second_time(enquiry, staff):
    verbs.return_(enquiry=enquiry, by=staff, note="Advice.")
    verbs.file(enquiry=enquiry, outcome="not_taken", by=staff)
    assert Notification.objects.filter(kind="status").count() == 1


def test_the_day_of_the_visit_stands_in_mail_and_on_the_status_page(client, enquiry, staff):
    page = f"/status/{with_status_link(enquiry)}/"
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=VISIT)
    assert "for Monday 7 December 2026" in last_mail()
    assert "for Monday 7 December 2026" in client.get(page).content.decode()


def test_without_a_day_no_day_is_told(client, enquiry, staff):
    page = f"/status/{with_status_link(enquiry)}/"
    verbs.file(enquiry=enquiry, outcome="booked", by=staff)
    assert "We booked a visit for the patient. We write" in client.get(page).content.decode()
    assert "{on}" not in last_mail()


def test_booked_anew_the_last_day_counts(client, enquiry, staff):
    page = f"/status/{with_status_link(enquiry)}/"
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=VISIT)
    verbs.reopen(enquiry=enquiry, by=staff)
    later = VISIT + timedelta(days=7)
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=later)
    words = client.get(page).content.decode()
    assert "14 December" in words
    assert "7 December" not in words.replace("17 December", "")


def test_a_day_goes_with_booked_only(enquiry, staff):
    with pytest.raises(verbs.CannotMove, match="Booked"):
        verbs.file(enquiry=enquiry, outcome="withdrawn", by=staff, booked_on=VISIT)
    assert Enquiry.objects.get().status == "opened"


def test_the_database_refuses_a_day_without_a_booking(enquiry, staff):
    event = enquiry.events.first()
    with pytest.raises(IntegrityError, match="ending_with_a_day_is_booked"):
        Ending.objects.create(event=event, outcome="withdrawn", booked_on=VISIT)


def test_an_ending_is_written_once(enquiry, staff):
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=VISIT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Ending.objects.update(outcome="withdrawn")
    with pytest.raises(DatabaseError), transaction.atomic():
        Ending.objects.filter(event__enquiry=enquiry)._raw_delete("default")
    assert Ending.objects.get().outcome == "booked"


def test_a_day_that_is_over_is_refused_and_nothing_typed_is_lost(client, enquiry, staff):
    signed_in(client, staff)
    typed = {"seen": "opened", "outcome": "booked", "booked_on": "2020-01-31", "note": "By phone."}
    answer = client.post(f"/admin/referrals/enquiry/{enquiry.pk}/do/file/", typed)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Day of the visit: this day is over." in words
    assert 'value="2020-01-31"' in words
    assert "By phone." in words


def test_a_slip_in_the_year_of_a_visit_is_found():
    with pytest.raises(ValidationError, match="years ahead"):
        VisitDayField().clean("7/12/2206")
