"""How much came in and how long it waited, in the hours of the rooms."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site.hours.open_time import OpenTime
from clinic_site.hours.rooms import Hours
from clinic_site.hours.working_time import calendar
from clinic_site.models import Location
from referrals.models import Enquiry
from referrals.numbers.counting import add_waits, counts_of, in_words, wait_of
from referrals.numbers.periods import MONTH, WEEK, last_periods
from referrals.workflow import verbs
from tests.environment import CLINIC_ZONE
from tests.makers import make_clinic, make_user, message, referral, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
NUMBERS = "/admin/referrals/numbers/"
RIGHTS = "referrals.view_enquiry", "referrals.change_enquiry"


@pytest.fixture(autouse=True)
def clinics_time():
    """Of the test and of every page that it opens."""
    make_clinic()
    with timezone.override(CLINIC_ZONE):
        yield


@pytest.fixture
def reader(client):
    return signed_in(client, make_user(*RIGHTS))


def at(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


MONDAY = date(2026, 11, 23)
NOW_DAY = date(2026, 11, 27)


def counted(by=WEEK):
    return counts_of(last_periods(by, now=at(NOW_DAY, 12)))


def test_each_week_has_what_came_in_by_kind_urgency_and_way_in():
    submitted(referral(urgency="urgent"), at=at(MONDAY, 0))
    submitted(message(), at=at(MONDAY, 23, 59))
    faxed = submitted(referral(urgency="routine"), at=at(MONDAY - timedelta(days=1), 23, 59))
    Enquiry.objects.filter(pk=faxed.pk).update(way_in="fax")
    this, last = counted()[:2]
    assert (this.total, this.kinds["referral"], this.kinds["message"]) == (2, 1, 1)
    assert (this.urgencies["urgent"], this.urgencies["routine"]) == (1, 0)
    assert (last.total, last.ways_in["fax"], last.ways_in["web"]) == (1, 1, 0)
    assert (this.share, last.share) == (100, 50)


def test_what_looked_like_spam_is_counted_apart():
    submitted(message(), suspicions=["honeypot"], at=at(MONDAY, 9))
    [this, *_] = counted()
    assert (this.total, this.suspected) == (0, 1)


def test_months_and_weeks_go_twelve_back_and_no_further():
    submitted(message(), at=at(date(2025, 12, 1), 0))
    submitted(message(), at=at(date(2025, 11, 30), 23))
    months = counted(MONTH)
    assert [months[0].period.words, months[-1].period.words] == ["November 2026", "December 2025"]
    assert sum(one.total for one in months) == 1
    assert counted()[0].period.words == "23 to 29 November"


def waited(by=WEEK):
    found = counted(by)
    assert add_waits(found, now=at(NOW_DAY, 12))
    return found[0].waits


def test_waiting_is_counted_in_the_hours_of_the_rooms():
    Location.objects.all().delete()  # nine to five, in the clinic’s zone
    robin = make_user(*RIGHTS)
    sent = submitted(referral(), at=at(MONDAY, 16))
    verbs.open_(enquiry=sent, by=robin, at=at(MONDAY + timedelta(days=1), 10))
    verbs.accept(enquiry=sent, by=robin, at=at(MONDAY + timedelta(days=1), 11))
    verbs.file(enquiry=sent, by=robin, outcome="booked", at=at(MONDAY + timedelta(days=2), 9))
    waits = waited()
    assert (waits["opened"].median, waits["decided"].median) == ("2 h", "3 h")
    assert waits["filed"].median == "9 h"


def test_the_first_decision_counts_and_what_waits_has_no_time():
    Location.objects.all().delete()
    robin = make_user(*RIGHTS)
    sent = submitted(referral(), at=at(MONDAY, 9))
    submitted(referral(), at=at(MONDAY, 9))
    verbs.open_(enquiry=sent, by=robin, at=at(MONDAY, 10))
    verbs.ask(enquiry=sent, by=robin, note="Which side?", at=at(MONDAY, 10))
    verbs.accept(enquiry=sent, by=robin, at=at(MONDAY, 15))
    assert waited()["decided"].median == "1 h"
    assert waited()["opened"].number == 1
    assert waited()["filed"].number == 0


def test_the_middle_and_the_slowest_tenth_are_times_that_were_measured():
    wait = wait_of(minutes * 60 for minutes in range(1, 11))
    assert (wait.number, wait.median, wait.slowest_tenth) == (10, "6 min", "10 min")
    assert wait_of([]).median == ""
    assert [in_words(s) for s in (0, 3900, 3600 * 26.4)] == ["0 min", "1 h 5 min", "26 h"]


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Australia/Perth", "UTC"])
def test_open_time_over_a_weekend_and_a_change_of_clocks(zone):
    """On 4 October 2026 Sydney’s clocks go forward, while the rooms are closed."""
    clock = ZoneInfo(zone)
    of = calendar(zone=zone, spans=[Hours(day, time(9), time(17)) for day in range(5)], closures=[])
    start = datetime(2026, 10, 2, 16, tzinfo=clock)
    open_time = OpenTime(start=start, end=start + timedelta(days=900), of=of)
    assert open_time.between(start, datetime(2026, 10, 5, 10, tzinfo=clock)) == 2 * 3600
    saturday = datetime(2026, 10, 3, 12, tzinfo=clock)
    assert open_time.between(saturday, saturday + timedelta(hours=9)) == 0
    late = datetime(2028, 11, 29, 9, tzinfo=clock)
    assert open_time.between(late, late + timedelta(hours=30)) == 14 * 3600
    assert open_time.between(late.astimezone(UTC), late.astimezone(UTC)) == 0


def test_the_page_says_it_all_and_names_nobody(reader):
    submitted(referral(urgency="urgent"))
    page = reader.get(NUMBERS)
    html = page.content.decode()
    words = words_of(html)
    assert "late now" in words
    assert "What came in" in words
    assert "So far".casefold() in words.casefold()
    assert "Samplepatient" not in html
    assert "style=" not in html.partition("<main")[2].partition("</main")[0]
    assert reader.get(f"{NUMBERS}?by=month").status_code == 200
    assert reader.get(f"{NUMBERS}?by=<script>").status_code == 200


def test_who_may_not_read_the_inbox_sees_no_numbers(client):
    stranger = signed_in(client, make_user("conditions.view_page"))
    assert stranger.get(NUMBERS).status_code == 403
    assert stranger.get(f"{NUMBERS}list/").status_code == 403


def test_queries_do_not_grow_with_the_rows(reader):
    reader.get(NUMBERS)
    counts = []
    for number in (1, 6):
        for _ in range(number):
            submitted(referral())
        with CaptureQueriesContext(connection) as queries:
            reader.get(NUMBERS)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 26
