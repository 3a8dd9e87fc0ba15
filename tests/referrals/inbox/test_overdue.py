"""What is late is mailed once, to the second address, without a word about the patient."""

from datetime import date, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from clinic_site.models import Location
from clinic_site.models.rooms import Closure, OpeningHours
from referrals.inbox import overdue
from referrals.inbox.overdue import tell_of_late
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, LateNotice, Notification
from referrals.retention.erasing import GOES, delete_rows, erase
from referrals.workflow import verbs
from tests.makers import OF_PATIENT, make_clinic, referral, submitted
from tests.referrals.retention.conftest import administrator

pytestmark = pytest.mark.django_db
PERTH = ZoneInfo("Australia/Perth")
MONDAY = datetime(2027, 3, 22, 10, tzinfo=PERTH)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATE = MONDAY + HOUR + timedelta(seconds=1)  # what came on Monday at ten is urgent
SECOND = "manager@home.example"


@pytest.fixture(autouse=True)
def rooms():
    clinic = make_clinic(time_zone="Australia/Perth", second_email=SECOND)
    Location.objects.all().delete()
    place = Location.objects.create(
        clinic=clinic, name="Rooms", address="1 Sample Street", time_zone="Australia/Perth"
    )
    for day in range(5):
        OpeningHours.objects.create(location=place, weekday=day, opens=time(8), closes=time(17))
    return clinic


def came(at, **fields):
    return submitted(referral(**{"urgency": "urgent", **fields}), at=at)


def mails():
    return list(Notification.objects.filter(kind="late").order_by("pk"))


def test_it_says_so_once_by_reference_only():
    enquiry = came(MONDAY)
    assert tell_of_late(at=MONDAY + 59 * MINUTE) == 0
    assert tell_of_late(at=LATE) == 1
    assert tell_of_late(at=MONDAY + 3 * HOUR) == 0
    (mail,) = mails()
    letter = write_letter(mail)
    assert mail.recipient == SECOND
    assert letter.subject == "1 late in the inbox"
    assert enquiry.reference in letter.body
    for word in (*OF_PATIENT, "Samplegp"):
        assert word not in letter.body + str(letter.alternatives)


def test_each_clock_tells_once():
    enquiry = came(MONDAY)
    tell_of_late(at=LATE)
    Enquiry.objects.filter(pk=enquiry.pk).update(status="opened", opened_at=MONDAY)
    assert tell_of_late(at=LATE + 24 * HOUR) == 1
    assert set(LateNotice.objects.values_list("clock", flat=True)) == {"read", "decide"}


def test_at_most_one_mail_an_hour_and_then_with_all_that_is_new():
    came(MONDAY)
    tell_of_late(at=LATE)
    later = [came(MONDAY + MINUTE), came(MONDAY + 2 * MINUTE)]
    assert tell_of_late(at=LATE + 5 * MINUTE) == 0
    assert tell_of_late(at=LATE + HOUR) == 2
    body = write_letter(mails()[1]).body
    assert [enquiry.reference in body for enquiry in later] == [True, True]


def test_a_red_flag_waits_for_no_hour_and_makes_nothing_else_wait():
    came(MONDAY)
    tell_of_late(at=LATE)
    waits = came(MONDAY + MINUTE)
    came(LATE - 25 * MINUTE, red_flags=["cauda_equina"])
    assert tell_of_late(at=LATE + 5 * MINUTE) == 1
    assert waits.reference not in write_letter(mails()[1]).body
    assert tell_of_late(at=LATE + HOUR) == 2  # the one that waited; the red flag is unread as well


def test_one_that_no_key_opens_silences_none_of_the_others():
    first, other = came(MONDAY), came(MONDAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_enquiry SET sender_name = 'gAAAAbroken' WHERE id = %s", [first.pk]
        )
    assert tell_of_late(at=LATE) == 2
    (mail,) = Notification.objects.filter(kind="late")
    assert first.reference in write_letter(mail).body
    assert mail.enquiry_id == other.pk


@pytest.mark.parametrize(("state", "told_again"), [("queued", 1), ("sent", 0)])
def test_an_erasure_before_the_mail_went_tells_of_the_others_again(state, told_again):
    first = came(MONDAY)
    came(MONDAY)
    tell_of_late(at=LATE)
    sent_at = LATE if state == "sent" else None
    Notification.objects.filter(kind="late").update(state=state, sent_at=sent_at)
    verbs.ask_erasure(enquiry=first, by=administrator("kim"), note="She asked.")
    erase(enquiry=first, by=administrator("robin"))
    assert tell_of_late(at=LATE + MINUTE) == told_again


def test_a_long_list_is_cut_and_says_how_many_more():
    for _ in range(22):
        came(MONDAY)
    tell_of_late(at=LATE)
    body = write_letter(mails()[0]).body
    assert body.count("SIJ-") == 20
    assert "and 2 more" in body


def test_two_mail_processes_at_once_send_one():
    came(MONDAY)
    at = LATE

    def other_one_first(found, now):
        with transaction.atomic():
            assert overdue_queue(found, now) == 1
        return overdue_queue(found, now)

    overdue_queue = overdue.queue_one_mail
    with mock.patch.object(overdue, "queue_one_mail", other_one_first):
        assert tell_of_late(at=at) == 0
    assert len(mails()) == 1


def test_the_database_takes_each_clock_of_an_enquiry_once():
    enquiry = came(MONDAY)
    row = {"enquiry": enquiry, "clock": "read"}
    LateNotice.objects.create(told_at=MONDAY, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        LateNotice.objects.create(told_at=MONDAY + HOUR, **row)


def test_a_failure_midway_leaves_nothing_and_the_next_round_tells():
    came(MONDAY)
    with (
        mock.patch.object(overdue.outbox, "enqueue", side_effect=LookupError),
        pytest.raises(LookupError),
    ):
        tell_of_late(at=LATE)
    assert not LateNotice.objects.exists()
    assert tell_of_late(at=LATE) == 1


def test_a_closure_makes_nobody_late(rooms):
    Closure.objects.create(
        clinic=rooms, first_day=date(2027, 3, 22), last_day=date(2027, 3, 23), reason="Shut"
    )
    came(MONDAY)
    assert tell_of_late(at=MONDAY + 24 * HOUR) == 0


def test_spam_and_what_is_decided_is_never_late():
    for status in ("spam", "accepted"):
        enquiry = came(MONDAY, red_flags=["cauda_equina"])
        Enquiry.objects.filter(pk=enquiry.pk).update(status=status, opened_at=MONDAY)
    assert tell_of_late(at=MONDAY + 24 * HOUR) == 0


def test_a_red_flag_is_late_at_night():
    came(MONDAY + 13 * HOUR, red_flags=["cauda_equina"])
    assert tell_of_late(at=MONDAY + 13 * HOUR + 29 * MINUTE) == 0
    assert tell_of_late(at=MONDAY + 13 * HOUR + 30 * MINUTE) == 1


def test_without_a_second_address_the_rooms_hear(rooms):
    make_clinic(time_zone="Australia/Perth", second_email="")
    came(MONDAY)
    tell_of_late(at=LATE)
    assert [mail.recipient for mail in mails()] == [rooms.email]


def test_a_clock_that_was_wrong_once_silences_nobody():
    early = came(MONDAY)
    LateNotice.objects.create(enquiry=early, clock="read", told_at=MONDAY + 9000 * HOUR)
    came(MONDAY)
    assert tell_of_late(at=LATE) == 1


def test_the_second_address_hears_of_a_red_flag_at_once(rooms):
    came(MONDAY)
    flagged = came(MONDAY, red_flags=["cauda_equina"])
    told = [mail.recipient for mail in flagged.notifications.order_by("pk")][:2]
    assert told == [rooms.email, SECOND]
    letter = write_letter(flagged.notifications.order_by("pk")[1])
    assert "(ring now)" in letter.subject
    assert Notification.objects.filter(kind="new_enquiry").count() == 3


def test_an_erasure_takes_what_was_told_of_it():
    enquiry = came(MONDAY)
    tell_of_late(at=LATE)
    with transaction.atomic():
        delete_rows(enquiry.pk, [row for row in GOES if row[0] is LateNotice])
    assert not LateNotice.objects.exists()
