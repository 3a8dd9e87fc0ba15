"""The list tells what to do next: who is late, who is urgent, who waits longest, and who it is."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from clinic_site.models import Location
from clinic_site.models.rooms import Closure, OpeningHours
from referrals.inbox import rows
from referrals.models import AccessLog, Enquiry
from tests.makers import PATIENT, make_clinic, make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
PERTH = ZoneInfo("Australia/Perth")
MONDAY_AT_TEN = datetime(2027, 3, 22, 10, tzinfo=PERTH)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _a_monday_in_perth():
    clinic = make_clinic(time_zone="Australia/Perth")
    Location.objects.all().delete()
    place = Location.objects.create(
        clinic=clinic, name="Rooms", address="1 Sample Street", time_zone="Australia/Perth"
    )
    for day in range(5):
        OpeningHours.objects.create(location=place, weekday=day, opens=time(8), closes=time(17))
    with time_machine.travel(MONDAY_AT_TEN, tick=False):
        yield


@pytest.fixture
def staff(client):
    return signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))


def came(ago: timedelta, *, opened: bool = False, **fields: object) -> Enquiry:
    enquiry = submitted(referral(**{"urgency": "routine", **fields}), at=MONDAY_AT_TEN - ago)
    if opened:
        Enquiry.objects.filter(pk=enquiry.pk).update(status="opened", opened_at=MONDAY_AT_TEN)
    return enquiry


def order_of(staff, query: str = "") -> list[str]:
    html = staff.get(f"{INBOX}{query}").content.decode()
    return re.findall(r'inbox-reference">(SIJ-\w+)<', html)


def test_late_stands_before_urgent_before_soon_before_routine_each_from_the_oldest(staff):
    routine = [came(2 * HOUR), came(HOUR)]
    soon = came(HOUR, urgency="soon")
    urgent = came(HOUR / 2, urgency="urgent")
    late = came(5 * DAY)
    wanted = [late, urgent, soon, *routine]
    assert order_of(staff) == [enquiry.reference for enquiry in wanted]


def test_what_was_opened_and_not_decided_keeps_its_place(staff):
    newer = came(HOUR)
    urgent = came(2 * HOUR, urgency="urgent", opened=True)
    assert order_of(staff) == [urgent.reference, newer.reference]


def test_what_waits_for_its_sender_stands_below_what_waits_for_the_rooms(staff):
    waits = came(6 * DAY, opened=True)
    Enquiry.objects.filter(pk=waits.pk).update(status="needs_info")
    fresh = came(HOUR)
    assert order_of(staff) == [fresh.reference, waits.reference]


def test_the_urgent_hour_runs_in_opening_hours(staff):
    came(15 * HOUR, urgency="urgent")  # 7 pm on Sunday: due at nine on Monday
    html = staff.get(INBOX).content.decode()
    assert "Read it now: late since 9 am" in html


def test_a_closed_day_stops_the_clock(staff):
    clinic_pk = Location.objects.get().clinic_id
    friday = (MONDAY_AT_TEN - 3 * DAY).date()
    came(4 * DAY)  # Thursday at ten: due on Friday at ten
    assert "late since 19 March" in staff.get(INBOX).content.decode()
    Closure.objects.create(clinic_id=clinic_pk, first_day=friday, last_day=friday, reason="Shut")
    came(4 * DAY - HOUR)
    html = staff.get(INBOX).content.decode()
    assert "late since 10 am" in html
    assert "Read by today, 11 am" in html


def test_the_list_says_who_it_is_about_who_wrote_and_what(staff):
    came(HOUR, patient_birth_date=date(1971, 6, 5), practice_name="Sample Practice")
    submitted(message(sender_name="Lee Samplewriter", text="May I bring my dog?", topic="fees"))
    html = staff.get(INBOX).content.decode()
    for words in [f"{PATIENT}, ", "Born 5 June 1971", "Sample Practice", "Left buttock pain"]:
        assert words in html
    assert "Lee Samplewriter" in html
    assert "Fees: May I bring my dog?" in html


def test_what_cannot_wait_is_counted_once_whatever_the_reason(staff):
    came(HOUR)
    assert "All of it can wait its turn." in staff.get(INBOX).text
    came(5 * DAY)
    came(HOUR / 2, urgency="urgent")
    came(HOUR / 2, red_flags=["leg_weakness"], is_red_flagged=True)
    came(5 * DAY, urgency="urgent")
    assert "5 to do. 4 cannot wait." in staff.get(INBOX).text


def test_showing_names_is_reading_and_stands_in_the_log(staff):
    enquiry = came(HOUR)
    staff.get(INBOX)
    assert set(AccessLog.objects.values_list("reference", "action")) == {
        ("inbox", "list"),
        (enquiry.reference, "list"),
    }


def listed(reference):
    return AccessLog.objects.filter(reference=reference, action="list").count()


def test_a_list_drawn_anew_notes_each_line_once_an_hour_and_the_list_each_time(staff):
    enquiry = came(HOUR)
    for _ in range(3):
        staff.get(INBOX)
    assert (listed("inbox"), listed(enquiry.reference)) == (3, 1)
    newer = came(HOUR)
    staff.get(INBOX)
    assert (listed("inbox"), listed(enquiry.reference), listed(newer.reference)) == (4, 1, 1)
    with time_machine.travel(MONDAY_AT_TEN + HOUR, tick=False):
        signed_in(staff, AccessLog.objects.latest("pk").by).get(INBOX)
    assert listed(enquiry.reference) == 2


def test_each_colleague_who_looks_at_the_list_is_noted(staff, client):
    enquiry = came(HOUR)
    staff.get(INBOX)
    kim = make_user("referrals.view_enquiry", username="kim")
    signed_in(client, kim).get(INBOX)
    assert listed(enquiry.reference) == 2


def test_who_may_not_read_the_inbox_sees_no_list(client):
    came(HOUR)
    assert signed_in(client, make_user("conditions.view_page")).get(INBOX).status_code == 403
    assert not AccessLog.objects.exists()


def test_one_that_no_key_opens_takes_no_other_with_it(staff):
    lost, fine = came(2 * HOUR), came(HOUR)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_referral SET reason = 'broken' WHERE enquiry_ptr_id = %s", [lost.pk]
        )
    html = staff.get(INBOX).content.decode()
    assert rows.LOST in html
    assert [lost.reference, fine.reference] == order_of(staff)
    assert f"{PATIENT}, " in html


def test_the_front_page_says_how_many_are_late(staff):
    came(5 * DAY)
    came(HOUR)
    assert "1 late</strong>" in staff.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Short and\n good", "Short and good"),
        ("word " * 40, ("word " * 14).strip() + " …"),
        ("x" * 90, "x" * 70 + " …"),
        ("", ""),
    ],
)
def test_first_words_are_whole_words(text, shown):
    assert rows.first_words(text) == shown
