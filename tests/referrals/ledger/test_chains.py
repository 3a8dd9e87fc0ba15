"""A line that is changed, put in or taken out behind the site's back is named."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from referrals.access_log import note_access
from referrals.ledger import chains
from referrals.ledger.chains import broken_days, broken_timelines, seal_days
from referrals.models import AccessDay, AccessLog, Enquiry, Event
from referrals.timeline import add_line
from referrals.workflow import verbs
from tests.makers import make_user, referral, submitted
from tests.triggers import lifted

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(robin):
    """Received, opened, asked, accepted."""
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.ask(enquiry=enquiry, by=robin, note="Which side? O’Sample\n⁠second line")
    return verbs.accept(enquiry=enquiry, by=robin)


def line(number):
    return Event.objects.filter(number=number)


def change(**columns):
    with lifted():
        line(2).update(**columns)


def test_what_the_site_wrote_is_whole(enquiry):
    assert list(enquiry.events.order_by("pk").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert list(broken_timelines()) == []


def test_what_begins_with_two_lines_is_whole(robin):
    enquiry = submitted(referral(), suspicions=["markup"])
    verbs.not_spam(enquiry=enquiry, by=robin)
    lines = enquiry.events.order_by("pk").values_list("kind", "number")
    assert list(lines) == [("received", 1), ("suspected", 2), ("not_spam", 3)]
    assert list(broken_timelines()) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "accepted"},
        {"at": NOON},
        {"by": None},
        {"note": "Another word."},
        {"seal": "0" * 64},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_a_changed_line_is_named(enquiry, columns):
    change(**columns)
    assert list(broken_timelines()) == [enquiry.reference]


def test_a_line_taken_out_of_the_middle_is_named(enquiry):
    with lifted():
        line(2).delete()
    assert list(broken_timelines()) == [enquiry.reference]


def test_a_line_put_in_without_a_seal_is_named(enquiry, robin):
    Event.objects.create(enquiry=enquiry, kind="filed", at=timezone.now(), by=robin)
    assert list(broken_timelines()) == [enquiry.reference]


def test_lines_of_another_enquiry_do_not_fit(enquiry, robin):
    other = submitted(referral())
    verbs.open_(enquiry=other, by=robin)
    with lifted():
        theirs = Event.objects.get(enquiry=enquiry, number=2)
        Event.objects.filter(enquiry=other, number=2).update(seal=theirs.seal)
    assert list(broken_timelines()) == [other.reference]


def test_lines_from_before_there_were_seals_are_taken_in(enquiry, robin):
    with lifted():
        Event.objects.update(number=None, seal=None)
    assert list(broken_timelines()) == []
    verbs.file(enquiry=enquiry, by=robin, outcome="booked")
    assert line(5).get().kind == "filed"
    assert list(broken_timelines()) == []
    with lifted():
        Event.objects.filter(kind="asked").update(at=NOON)
    assert list(broken_timelines()) == [enquiry.reference]


def test_the_database_lets_no_seal_be_changed(enquiry):
    for change in ["seal = 'x'", "number = 9", "note = note, seal = 'x'"]:
        with pytest.raises(IntegrityError, match="append-only"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE referrals_event SET {change} WHERE note IS NOT NULL")
    assert list(broken_timelines()) == []


def test_a_timeline_that_lost_all_its_seals_is_named(enquiry, robin):
    other = submitted(referral())
    with lifted():
        Event.objects.filter(enquiry=other).update(seal=None, number=None, by=robin)
    assert list(broken_timelines()) == [other.reference]


def test_a_timeline_whose_enquiry_is_gone_stops_nothing(enquiry):
    change(kind="accepted")
    with mock.patch.object(chains, "Enquiry") as gone:
        gone.objects.filter.return_value.values_list.return_value.first.return_value = None
        [said] = broken_timelines()
    assert "whose enquiry is gone" in said


def test_the_database_lets_no_sealed_day_be_changed(robin):
    read_on(0, robin)
    seal_days(at=NOON + DAY)
    for statement in [
        "UPDATE referrals_accessday SET readings = 9",
        "DELETE FROM referrals_accessday",
    ]:
        with pytest.raises(IntegrityError, match="append-only"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_two_lines_never_share_a_number(enquiry):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(enquiry=enquiry, kind="filed", at=NOON, number=4, seal="x")


def test_a_line_that_fails_leaves_the_chain_as_it_was(enquiry):
    with transaction.atomic():
        add_line("mail_noted", enquiry=enquiry, at=NOON)
        transaction.set_rollback(True)
    add_line("mail_noted", enquiry=enquiry, at=NOON)
    assert (line(5).count(), list(broken_timelines())) == (1, [])


def read_on(day, robin, *, reference="SIJ-7KH2M9PD"):
    note_access(references=[reference], by=robin, action="view", at=NOON + day * DAY)


def test_a_day_is_sealed_when_it_is_over(robin):
    read_on(0, robin)
    assert seal_days(at=NOON) == 0
    assert seal_days(at=NOON + DAY) == 1
    assert seal_days(at=NOON + DAY) == 0
    assert AccessDay.objects.get().readings == 1
    assert list(broken_days()) == []


def test_days_without_a_reading_are_sealed_too(robin):
    read_on(0, robin)
    read_on(3, robin)
    assert seal_days(at=NOON + 4 * DAY) == 4
    assert list(AccessDay.objects.order_by("day").values_list("readings", flat=True)) == [
        1,
        0,
        0,
        1,
    ]


def spoil_action():
    AccessLog.objects.filter(at__lt=NOON + DAY).update(action="search")


def spoil_by_adding():
    row = AccessLog.objects.first()
    AccessLog.objects.create(reference="SIJ-7KH2M9PF", by=row.by, at=NOON, action="view")


def spoil_by_deleting():
    AccessLog.objects.filter(at__lt=NOON + DAY).delete()


@pytest.mark.parametrize("spoil", [spoil_action, spoil_by_adding, spoil_by_deleting])
def test_readings_that_were_changed_name_their_day(robin, spoil):
    for day in range(3):
        read_on(day, robin)
    seal_days(at=NOON + 3 * DAY)
    with lifted():
        spoil()
    assert list(broken_days()) == [NOON.date()]


def test_a_day_whose_seal_is_gone_is_noticed(robin):
    for day in range(3):
        read_on(day, robin)
    seal_days(at=NOON + 3 * DAY)
    with lifted():
        AccessDay.objects.filter(day=(NOON + DAY).date()).delete()
    assert list(broken_days()) == [(NOON + 2 * DAY).date()]


def test_an_enquiry_keeps_its_state_where_its_line_cannot_be_written(robin, monkeypatch):
    enquiry = submitted(referral())
    monkeypatch.setattr(Event.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        verbs.open_(enquiry=enquiry, by=robin)
    assert Enquiry.objects.get().opened_at is None
