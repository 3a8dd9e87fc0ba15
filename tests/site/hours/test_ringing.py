"""Whom to ring: what helps at that moment, by the clinic's clock."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from clinic_site.hours.ringing import Need, answering, at_any_time, telephone_now, whom_to_ring
from clinic_site.hours.rooms import ClosedDays, Hours, Rooms

SYDNEY, PERTH, AUCKLAND = "Australia/Sydney", "Australia/Perth", "Pacific/Auckland"
WEEK = tuple(Hours(day, time(8), time(17)) for day in range(5))
WITH_LUNCH = tuple(
    Hours(0, opens, closes) for opens, closes in [(time(8), time(12)), (time(13), time(17))]
)


@dataclass
class Practice:
    telephone: str = "(02) 5550 1234"
    after_hours_telephone: str = ""
    after_hours_words: str = ""
    emergency_number: str = "000"
    nurse_line: str = ""
    nurse_line_name: str = ""
    rooms: tuple[Rooms, ...] = ()


def place(zone=SYDNEY, hours=WEEK, closures=()):
    return Rooms("City", "1 Sample St", "", "", zone, hours, closures)


def practice(**changes):
    return Practice(**{"rooms": (place(),), **changes})


def at(when, zone=SYDNEY):
    return datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone))


def said(clinic, when, need=Need.URGENT):
    moment = when if isinstance(when, datetime) else at(when)
    return [str(step) for step in whom_to_ring(clinic, at=moment, need=need)]


ON_CALL = {"after_hours_telephone": "1800 555 019", "after_hours_words": "The surgeon on call"}
SUNDAY, MONDAY = "2026-11-22T21:00", "2026-11-23T10:00"


def test_while_the_rooms_are_open_they_are_rung():
    first, fallback = said(practice(), MONDAY)
    assert first == "Ring the rooms now on (02) 5550 1234. They are open until 5 pm (Sydney time)."
    assert "emergency department now, or call 000." in fallback


def test_nobody_is_told_to_ring_closed_rooms_now():
    first, later = said(practice(), SUNDAY)
    assert first.startswith("The rooms are closed until Monday at 8 am (Sydney time, now 9 pm).")
    assert "send the patient to a hospital emergency department now, or call 000." in first
    assert later == "Ring the rooms from Monday at 8 am (Sydney time) on (02) 5550 1234."


@pytest.mark.parametrize("changes", [{}, ON_CALL])
@pytest.mark.parametrize("when", [SUNDAY, MONDAY])
def test_a_patient_on_a_ward_is_not_sent_to_an_emergency_department(changes, when):
    words = " ".join(said(practice(**changes), when, Need.WARD))
    later = at_any_time(practice(**changes), at=at(when), need=Need.WARD)
    for told in [words, " ".join(map(str, later))]:
        assert "go the usual way of your own hospital" in told
        assert "send the patient" not in told
        assert "(02) 5550 1234" in told


def test_an_after_hours_number_comes_first_and_says_who_answers():
    first = said(practice(**ON_CALL), SUNDAY)[0]
    assert first == (
        "The rooms are closed: ring our after-hours number now, 1800 555 019. The surgeon on call."
    )


def test_it_is_named_by_day_too_for_when_nobody_answers():
    assert "If nobody answers, ring 1800 555 019." in said(practice(**ON_CALL), MONDAY)[1]


@pytest.mark.parametrize("when", [SUNDAY, MONDAY])
def test_a_warning_sign_goes_to_hospital_at_any_hour(when):
    first = said(practice(**ON_CALL), when, Need.EMERGENCY)[0]
    assert first == (
        "Send the patient to an emergency department now, or call 000. Do not wait for us."
    )


def test_after_that_the_rooms_hear_of_it_by_the_number_that_answers():
    assert "(02) 5550 1234" in said(practice(**ON_CALL), MONDAY, Need.EMERGENCY)[1]
    assert "1800 555 019" in said(practice(**ON_CALL), SUNDAY, Need.EMERGENCY)[1]
    assert "closed until Monday at 8 am" in said(practice(), SUNDAY, Need.EMERGENCY)[1]


def test_five_minutes_before_closing_the_hour_is_said():
    assert "They close at 5 pm" in said(practice(), "2026-11-23T16:55")[0]
    assert "The rooms are closed until Tuesday" in said(practice(), "2026-11-23T17:00")[0]


@pytest.mark.parametrize(("day", "now"), [("2026-12-01", "12.30 am"), ("2026-07-01", "11.30 pm")])
def test_a_doctor_in_perth_can_count_in_summer_and_in_winter(day, now):
    half_past_nine = at(f"{day}T21:30", "Australia/Perth")
    for need in [Need.WARD, Need.WARD_REFERRER]:
        assert f"(Sydney time, now {now})" in said(practice(), half_past_nine, need)[0]


def test_a_page_that_a_cache_keeps_tells_no_clock():
    for need in [Need.QUESTION, Need.TODAY]:
        assert "now 9 pm" not in " ".join(said(practice(), SUNDAY, need))


def test_lunch_is_closed():
    clinic = practice(rooms=(place(hours=WITH_LUNCH),))
    assert "until 12 pm" in said(clinic, "2026-11-23T11:00")[0]
    first = said(clinic, "2026-11-23T12:30")[0]
    assert "closed until 1 pm today (Sydney time, now 12.30 pm)" in first


def test_a_holiday_is_closed_on_its_first_and_last_day():
    days = ClosedDays(date(2026, 12, 24), date(2027, 1, 3), "Summer")
    clinic = practice(rooms=(place(closures=(days,)),))
    assert "closed until Monday 4 January at 8 am" in said(clinic, "2026-12-24T10:00")[0]
    assert said(clinic, "2026-12-23T10:00")[0].startswith("Ring the rooms now")


@pytest.mark.parametrize(
    ("zone", "opens_utc"),
    [
        (SYDNEY, datetime(2026, 11, 22, 21, tzinfo=UTC)),  # summer time, UTC+11
        (SYDNEY, datetime(2026, 6, 21, 22, tzinfo=UTC)),  # winter, UTC+10
        (PERTH, datetime(2026, 11, 23, 0, tzinfo=UTC)),  # UTC+8 all year
        (PERTH, datetime(2026, 6, 22, 0, tzinfo=UTC)),
        (AUCKLAND, datetime(2026, 11, 22, 19, tzinfo=UTC)),  # UTC+13
        (AUCKLAND, datetime(2026, 6, 21, 20, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("reader", [SYDNEY, PERTH, "America/New_York"])
def test_the_clock_is_that_of_the_rooms_whoever_reads(zone, opens_utc, reader):
    clinic = practice(rooms=(place(zone),))
    before = opens_utc.replace(hour=(opens_utc.hour - 1) % 24)
    if opens_utc.hour == 0:
        before = before.replace(day=opens_utc.day - 1)
    local = ZoneInfo(reader)
    assert answering(clinic.rooms, at=opens_utc.astimezone(local)).is_open
    assert not answering(clinic.rooms, at=before.astimezone(local)).is_open


def test_the_day_the_clocks_change_opens_at_eight_as_ever():
    sunday_too = (*WEEK, Hours(6, time(8), time(17)))
    clinic = practice(rooms=(place(hours=sunday_too),))
    for day in ["2026-04-05", "2026-10-04"]:
        assert not answering(clinic.rooms, at=at(f"{day}T07:59")).is_open
        assert answering(clinic.rooms, at=at(f"{day}T08:00")).is_open


def test_one_telephone_is_answered_while_any_place_is_open():
    rooms = (place(), place(PERTH))
    evening = at("2026-11-23T18:00")  # 3 pm in Perth
    assert answering(rooms, at=evening).until == "5 pm"
    assert answering(rooms, at=evening).zone == "Perth time"
    assert telephone_now(rooms, at=evening).words == "Open now, until 5 pm (Perth time)"


def test_without_hours_nobody_claims_to_know():
    clinic = practice(rooms=(place(hours=()),))
    assert telephone_now(clinic.rooms, at=at(SUNDAY)) is None
    assert said(clinic, SUNDAY)[0] == "Ring the rooms now on (02) 5550 1234."


def test_rooms_that_open_in_no_foreseeable_time_are_closed_all_the_same():
    days = ClosedDays(date(2026, 1, 1), date(2027, 12, 31), "Moving")
    clinic = practice(rooms=(place(closures=(days,)),))
    assert said(clinic, MONDAY)[0].startswith("The rooms are closed for some time.")


def test_somebody_with_a_question_is_not_sent_away_nor_alarmed():
    first, other = said(practice(), SUNDAY, Need.QUESTION)
    assert first.startswith("The rooms are closed now. Ring from Monday at 8 am (Sydney time)")
    assert other.startswith("If it cannot wait, go to a hospital emergency department.")
    assert len(said(practice(), MONDAY, Need.QUESTION)) == 1


def test_whoever_referred_a_patient_is_told_where_the_patient_goes_and_not_she():
    first, other = said(practice(), SUNDAY, Need.REFERRER)
    assert "Ring from Monday at 8 am (Sydney time, now 9 pm) on (02) 5550 1234." in first
    assert other.startswith("If the patient cannot wait, send the patient to a hospital")
    assert "go the usual way of your own" in said(practice(), SUNDAY, Need.WARD_REFERRER)[1]
    assert "1800 555 019" in said(practice(**ON_CALL), SUNDAY, Need.REFERRER)[1]
    for need in [Need.REFERRER, Need.WARD_REFERRER]:
        assert said(practice(), MONDAY, need) == said(practice(), MONDAY, Need.QUESTION)


def test_who_needs_help_today_is_not_told_to_wait_for_monday():
    [only] = said(practice(), SUNDAY, Need.TODAY)
    assert "Do not wait until they open: a hospital emergency department helps" in only
    assert "Monday" not in only
    assert "1800 555 019" in said(practice(**ON_CALL), SUNDAY, Need.TODAY)[0]
    assert said(practice(), MONDAY, Need.TODAY)[0].startswith("Ring the rooms now on")


def test_who_is_not_sure_hears_of_a_nurse_last_and_only_while_nobody_answers():
    for own in [{}, ON_CALL]:
        clinic = practice(nurse_line="1800 555 020", nurse_line_name="Sampleline", **own)
        for need in [Need.TODAY, Need.QUESTION]:
            assert "Ring Sampleline on 1800 555 020." in said(clinic, SUNDAY, need)[-1]
            assert "Sampleline" not in " ".join(said(clinic, MONDAY, need))
        for need in [Need.EMERGENCY, Need.URGENT]:
            assert "Sampleline" not in " ".join(said(clinic, SUNDAY, need))


def test_paper_that_says_to_ring_today_names_the_nurse_at_any_time():
    clinic = practice(nurse_line="1800 555 020")
    steps = at_any_time(clinic, at=at(MONDAY), need=Need.TODAY)
    assert str(steps[-1]).startswith("Not sure how urgent it is? Ring a nurse on 1800 555 020.")


def test_who_needs_help_today_may_wait_for_the_end_of_lunch():
    clinic = practice(rooms=(place(hours=WITH_LUNCH),))
    first, other = said(clinic, "2026-11-23T12:30", Need.TODAY)
    assert "Ring from 1 pm today" in first
    assert other.startswith("If it cannot wait")


@pytest.mark.parametrize("need", [Need.EMERGENCY, Need.URGENT, Need.REFERRER, Need.QUESTION])
@pytest.mark.parametrize("changes", [{}, ON_CALL])
def test_what_is_read_later_says_nothing_of_now(need, changes):
    steps = [str(s) for s in at_any_time(practice(**changes), at=at(MONDAY), need=need)]
    words = " ".join(steps)
    assert "Monday to Friday 8 am to 5 pm (Sydney time)." in words
    assert "are open until" not in words
    assert ("1800 555 019" in words) == bool(changes)
    assert "000" in words


def test_what_is_read_later_names_the_holidays_that_come():
    days = ClosedDays(date(2026, 12, 24), date(2027, 1, 3), "Summer")
    clinic = practice(rooms=(place(closures=(days,)),))
    words = [str(s) for s in at_any_time(clinic, at=at("2026-12-10T10:00"), need=Need.URGENT)]
    assert "Closed 24 December 2026 to 3 January 2027." in words[0]


def test_places_with_hours_of_their_own_are_named():
    short = replace(place(hours=WEEK[:1]), name="Bay")
    clinic = practice(rooms=(place(), short))
    words = str(at_any_time(clinic, at=at(MONDAY), need=Need.URGENT)[0])
    assert "City: Monday to Friday" in words
    assert "Bay: Monday 8 am" in words
