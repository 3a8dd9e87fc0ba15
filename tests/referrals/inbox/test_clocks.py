"""The clocks run in opening hours, through weekends, closures and both changes of the hour."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from clinic_site.models import Location
from clinic_site.models.rooms import Closure, OpeningHours
from referrals.inbox.clocks import late, the_clocks, time_left
from referrals.models import Enquiry, InboxLimits
from referrals.models.hands import BOUNDS
from tests.makers import make_clinic, make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
SYDNEY, UTC = ZoneInfo("Australia/Sydney"), ZoneInfo("UTC")
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
RED_FLAG = {"red_flags": ["cauda_equina"], "urgency": "urgent"}


@pytest.fixture(autouse=True)
def rooms():
    """Open from eight to five on each day of the working week, in Sydney."""
    clinic = make_clinic(time_zone="Australia/Sydney")
    Location.objects.all().delete()
    place = Location.objects.create(
        clinic=clinic, name="Rooms", address="1 Sample Street", time_zone="Australia/Sydney"
    )
    for day in range(5):
        OpeningHours.objects.create(location=place, weekday=day, opens=time(8), closes=time(17))
    return clinic


def sydney(*parts):
    return datetime(*parts, tzinfo=SYDNEY)


def came(at, *, opened=False, **fields):
    enquiry = submitted(referral(**{"urgency": "routine", **fields}), at=at)
    if opened:
        Enquiry.objects.filter(pk=enquiry.pk).update(status="opened", opened_at=at)
    return Enquiry.objects.get(pk=enquiry.pk)


def is_late(enquiry, at):
    """As the list is ordered and as the row says: both must agree."""
    of = the_clocks(now=at.astimezone(UTC))
    found = Enquiry.objects.filter(late(of), pk=enquiry.pk).exists()
    left = time_left(enquiry, of)
    assert (left is not None and left.is_late) == found
    return found


def falls_due(enquiry, at):
    return not is_late(enquiry, at - SECOND) and is_late(enquiry, at + SECOND)


def test_a_weekend_stops_the_clock():
    assert falls_due(
        came(sydney(2027, 3, 19, 16, 30), urgency="urgent"), sydney(2027, 3, 22, 8, 30)
    )
    assert falls_due(came(sydney(2027, 3, 20, 12)), sydney(2027, 3, 23, 8))


def test_a_closure_stops_the_clock(rooms):
    day = {"first_day": date(2027, 3, 22), "last_day": date(2027, 3, 23)}
    Closure.objects.create(clinic=rooms, reason="Shut", **day)
    urgent = came(sydney(2027, 3, 19, 16, 30), urgency="urgent")
    assert falls_due(urgent, sydney(2027, 3, 24, 8, 30))


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        (sydney(2027, 4, 2, 16, 30), sydney(2027, 4, 5, 8, 30)),  # the hour comes back on the 4th
        (sydney(2027, 10, 1, 16, 30), sydney(2027, 10, 4, 8, 30)),  # and goes on the 3rd
    ],
)
def test_a_change_of_the_hour_neither_gives_nor_takes_one(friday, monday):
    assert falls_due(came(friday, urgency="urgent"), monday)
    assert falls_due(came(friday, opened=True, urgency="urgent"), monday + 8 * HOUR)


@pytest.mark.parametrize(
    "evening",
    [
        sydney(2027, 3, 20, 2),  # a Saturday at night
        sydney(2027, 4, 4, 1, 45).astimezone(UTC),  # ends within the hour that comes twice
        sydney(2027, 10, 3, 1, 45).astimezone(UTC),  # ends after the hour that is left out
    ],
)
def test_a_red_flag_has_thirty_minutes_at_any_hour(evening):
    enquiry = came(evening, **RED_FLAG)
    due = evening.astimezone(UTC) + 30 * MINUTE
    assert falls_due(enquiry, due)


def test_a_red_flag_says_since_when_until_somebody_rang_or_it_is_decided():
    enquiry = came(sydney(2027, 3, 22, 10, 15), **RED_FLAG)
    of = the_clocks(now=sydney(2027, 3, 22, 10, 50))
    assert time_left(enquiry, of).words == "Ring now: since 10.15 am"
    enquiry.first_rang_at = sydney(2027, 3, 22, 10, 40)
    assert time_left(enquiry, of).words == "Read by today, 11.15 am"
    enquiry.first_rang_at, enquiry.status = None, "accepted"
    assert time_left(enquiry, of) is None


def test_a_red_flag_that_waits_for_an_answer_is_still_to_be_rung():
    enquiry = came(sydney(2027, 3, 22, 10, 15), opened=True, **RED_FLAG)
    Enquiry.objects.filter(pk=enquiry.pk).update(status="needs_info")
    enquiry.refresh_from_db()
    assert is_late(enquiry, sydney(2027, 3, 22, 10, 45))


def test_limits_of_the_clinic_count_at_once(rooms):
    enquiry = came(sydney(2027, 3, 22, 9), urgency="urgent")
    assert falls_due(enquiry, sydney(2027, 3, 22, 10))
    limits = InboxLimits.objects.create(clinic=rooms, urgent_open_hours=2)
    assert falls_due(enquiry, sydney(2027, 3, 22, 11))
    limits.delete()
    assert falls_due(enquiry, sydney(2027, 3, 22, 10))


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("end", [0, 1])
def test_no_limit_is_out_of_bounds(rooms, name, end):
    value = BOUNDS[name][end] + (1 if end else -1)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InboxLimits.objects.create(clinic=rooms, **{"decide_days": 10, "open_days": 1, name: value})


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"open_days": 5, "decide_days": 4}, "inbox_limits_read_before_decided"),
        ({"urgent_decide_days": 4, "decide_days": 3}, "inbox_limits_urgent_is_sooner"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(rooms, limits, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InboxLimits.objects.create(clinic=rooms, **limits)


PAGE = "/admin/referrals/inboxlimits/"
TYPED = {
    "ring_minutes": 20,
    "urgent_open_hours": 2,
    "open_days": 1,
    "urgent_decide_days": 1,
    "decide_days": 5,
    "book_days": 4,
}


def test_who_looks_after_the_limits_changes_them_on_one_page(client):
    rights = ["referrals.view_inboxlimits", "referrals.change_inboxlimits"]
    staff = signed_in(client, make_user(*rights))
    page = staff.get(PAGE)["Location"]
    assert "ring_minutes" in staff.get(page).content.decode()
    staff.post(page, TYPED)
    assert InboxLimits.objects.values(*TYPED).get() == TYPED
    refused = staff.post(page, {**TYPED, "ring_minutes": 1}).content.decode()
    assert "Give a number from 5 to 240." in refused


def test_a_receptionist_changes_no_limit(client):
    staff = signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))
    assert staff.get(PAGE).status_code == 403
    assert staff.post(f"{PAGE}1/change/", TYPED).status_code == 403
    assert not InboxLimits.objects.exists()
