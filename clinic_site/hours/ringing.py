"""Whom to ring, and what to do where nobody would answer. Pure functions over the clinic's facts.

Whoever is told to ring hears what helps at that moment. Pages say it for now; what is read later
(mail, PDF, paper) says it for any time.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from clinic_site.hours.opening import (
    MONTHS,
    Days,
    Now,
    closed_until,
    closes_next,
    open_until,
    opens_next,
    time_in_words,
    touching_spans_joined,
    when_in_words,
    zone_in_words,
)
from clinic_site.hours.rooms import ClosedDays, Rooms

CLOSING_SOON = timedelta(minutes=15)
NOBODY_ANSWERS = "If nobody answers and the patient cannot wait"
OWN_HOSPITAL = (
    "go the usual way of your own hospital: its emergency department or its surgeon on call."
)


class Telephones(Protocol):
    """What of a clinic matters here. `rooms` share the one telephone."""

    telephone: str
    after_hours_telephone: str
    after_hours_words: str
    emergency_number: str
    nurse_line: str
    nurse_line_name: str

    @property
    def rooms(self) -> Sequence[Rooms]: ...


class Need(StrEnum):
    """Why somebody rings: a warning sign, an urgent referral, both by a hospital doctor, a sign
    that needs somebody today (on pages to read, by patients and doctors), a question of whoever
    referred a patient (the second by a hospital doctor), or anything else."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    WARD = "ward"
    WARD_EMERGENCY = "ward_emergency"
    TODAY = "today"
    REFERRER = "referrer"
    WARD_REFERRER = "ward_referrer"
    QUESTION = "question"


EMERGENCIES = {Need.EMERGENCY, Need.WARD_EMERGENCY}
REFERRERS = {Need.REFERRER, Need.WARD_REFERRER}
ON_A_WARD = {Need.WARD, Need.WARD_REFERRER}
QUESTIONS = {Need.QUESTION, *REFERRERS}


class NextStep(NamedTuple):
    """One thing to do, in words, with at most one number to dial."""

    before: str
    number: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before} {self.number}{self.after}" if self.number else self.before


class Answering(NamedTuple):
    """Whether somebody answers the rooms' telephone; None where no hours are known."""

    is_open: bool | None
    until: str = ""
    opens: str = ""
    zone: str = ""
    closes_soon: bool = False
    now: str = ""  # by that clock, while nobody answers


def answering(rooms: Sequence[Rooms], *, at: datetime) -> Answering:
    """The telephone is answered while any of the rooms is open, each by its own clock."""
    openings: list[tuple[datetime, Answering]] = []
    closings: list[tuple[datetime, Answering]] = []
    for place in rooms:
        week = touching_spans_joined(place.hours)
        closed: list[Days] = list(place.closures)
        here = at.astimezone(zoneinfo.ZoneInfo(place.time_zone))
        zone = zone_in_words(place.time_zone)
        closing, opening = closes_next(here, week, closed), opens_next(here, week, closed)
        if closing:
            soon = closing - here <= CLOSING_SOON
            until = time_in_words(closing.time())
            closings.append((closing, Answering(True, until=until, zone=zone, closes_soon=soon)))
        elif opening:
            opens, now = when_in_words(opening, here), time_in_words(here.time())
            openings.append((opening, Answering(False, opens=opens, zone=zone, now=now)))
    if closings:
        return max(closings, key=lambda found: found[0])[1]
    if openings:
        return min(openings, key=lambda found: found[0])[1]
    return Answering(False if any(place.hours for place in rooms) else None)


def telephone_now(rooms: Sequence[Rooms], *, at: datetime) -> Now | None:
    """`Open now, until 5 pm (Sydney time)`, beside the telephone number; None without hours."""
    found = answering(rooms, at=at)
    if found.is_open is None:
        return None
    if found.is_open:
        return open_until(found.until, found.zone)
    return closed_until(found.opens, found.zone)


def with_clock(found: Answering) -> Answering:
    """For a doctor, who may read it in Perth: with what the clock of the rooms says now, the hours
    are a matter of counting, in daylight saving too. Not on pages that a cache keeps."""
    return found._replace(zone=f"{found.zone}, now {found.now}") if found.now else found


def whom_to_ring(clinic: Telephones, *, at: datetime, need: Need) -> list[NextStep]:
    """What to do at this moment, the most pressing first."""
    found = answering(clinic.rooms, at=at)
    if need in EMERGENCIES:
        return [act_now(clinic, need), then_tell_us(clinic, found)]
    if need in {Need.URGENT, Need.WARD}:
        return urgent_steps(clinic, found, need)
    if need == Need.TODAY:
        return today_steps(clinic, found)
    if need in REFERRERS and found.is_open is False:
        return [ring_later(clinic, with_clock(found)), *patient_who_cannot_wait(clinic, need)]
    return question_steps(clinic, found)


def to_hospital_now(clinic: Telephones) -> NextStep:
    start = "Send the patient to an emergency department now, or call"
    return NextStep(start, clinic.emergency_number, ". Do not wait for us.")


def act_now(clinic: Telephones, need: Need) -> NextStep:
    return own_team_now(clinic) if need == Need.WARD_EMERGENCY else to_hospital_now(clinic)


def own_team_now(clinic: Telephones) -> NextStep:
    """A patient on a ward is in hospital already; one who is not goes there all the same."""
    start = "Call your own team on call now. A patient who is not in hospital: send them to an"
    start += " emergency department now, or call"
    return NextStep(start, clinic.emergency_number, ". Do not wait for us.")


def then_tell_us(clinic: Telephones, found: Answering) -> NextStep:
    if found.is_open is not False:
        return NextStep("Then ring the rooms on", clinic.telephone, open_words(found))
    if clinic.after_hours_telephone:
        return after_hours_step(clinic, "The rooms are closed: then ring our after-hours number,")
    start = f"The rooms are closed {until_words(found)}. Then tell us on"
    return NextStep(start, clinic.telephone, ".")


def urgent_steps(clinic: Telephones, found: Answering, need: Need) -> list[NextStep]:
    if found.is_open is not False:
        ring = NextStep("Ring the rooms now on", clinic.telephone, open_words(found))
        return [ring, *if_nobody_answers(clinic, need)]
    later = NextStep(f"Ring the rooms {from_words(found)} on", clinic.telephone, ".")
    if clinic.after_hours_telephone:
        now = after_hours_step(clinic, "The rooms are closed: ring our after-hours number now,")
        return [now, cannot_wait(clinic, f"{NOBODY_ANSWERS}, ", need), later]
    start = f"The rooms are closed {until_words(with_clock(found))}. If the patient cannot wait, "
    return [cannot_wait(clinic, start, need), later]


def if_nobody_answers(clinic: Telephones, need: Need) -> list[NextStep]:
    hospital = cannot_wait(clinic, f"{NOBODY_ANSWERS}, ", need)
    if clinic.after_hours_telephone:
        return [after_hours_step(clinic, "If nobody answers, ring"), hospital]
    return [hospital]


def cannot_wait(clinic: Telephones, start: str, need: Need) -> NextStep:
    """A patient on a ward is in hospital already."""
    if need in ON_A_WARD:
        return NextStep(f"{start}{OWN_HOSPITAL}")
    words = f"{start}send the patient to a hospital emergency department now, or call"
    return NextStep(words, clinic.emergency_number, ".")


def today_steps(clinic: Telephones, found: Answering) -> list[NextStep]:
    """Nobody who needs help today is told to wait for Monday."""
    if found.is_open is False and found.opens.startswith("today"):
        return question_steps(clinic, found)
    hospital = "a hospital emergency department helps at any hour. In an emergency call"
    after = NextStep(f"If nobody answers, {hospital}", clinic.emergency_number, ".")
    if found.is_open is not False:
        return [NextStep("Ring the rooms now on", clinic.telephone, open_words(found)), after]
    if clinic.after_hours_telephone:
        start = "The rooms are closed: ring our after-hours number now,"
        return [after_hours_step(clinic, start), after, *ask_a_nurse(clinic)]
    start = f"The rooms are closed now. Do not wait until they open: {hospital}"
    return [NextStep(start, clinic.emergency_number, "."), *ask_a_nurse(clinic)]


def question_steps(clinic: Telephones, found: Answering) -> list[NextStep]:
    if found.is_open is not False:
        return [NextStep("Ring the rooms on", clinic.telephone, open_words(found))]
    return [ring_later(clinic, found), *what_cannot_wait(clinic)]


def ring_later(clinic: Telephones, found: Answering) -> NextStep:
    start = f"The rooms are closed now. Ring {from_words(found)} on"
    return NextStep(start, clinic.telephone, ".")


def patient_who_cannot_wait(clinic: Telephones, need: Need) -> list[NextStep]:
    """For whoever referred: the patient goes to a hospital, and not the doctor who reads it."""
    if not clinic.after_hours_telephone:
        return [cannot_wait(clinic, "If the patient cannot wait, ", need)]
    now = after_hours_step(clinic, "If it cannot wait, ring our after-hours number,")
    return [now, cannot_wait(clinic, f"{NOBODY_ANSWERS}, ", need)]


def what_cannot_wait(clinic: Telephones) -> list[NextStep]:
    """For somebody whose need is not known: a person in pain, or a doctor with a question."""
    if clinic.after_hours_telephone:
        first = after_hours_step(clinic, "If it cannot wait, ring our after-hours number,")
        emergency = NextStep("In an emergency call", clinic.emergency_number, ".")
        return [first, emergency, *ask_a_nurse(clinic)]
    start = "If it cannot wait, go to a hospital emergency department. In an emergency call"
    return [NextStep(start, clinic.emergency_number, "."), *ask_a_nurse(clinic)]


def ask_a_nurse(clinic: Telephones) -> list[NextStep]:
    """Comes last: who knows that it is an emergency does not ask first how urgent it is."""
    if not clinic.nurse_line:
        return []
    start = f"Not sure how urgent it is? Ring {clinic.nurse_line_name or 'a nurse'} on"
    return [NextStep(start, clinic.nurse_line, ". A nurse answers day and night.")]


def and_the_emergency_number(clinic: Telephones, steps: list[NextStep]) -> list[NextStep]:
    """By night the steps for a question name it already, by day they do not."""
    if any(step.number == clinic.emergency_number for step in steps):
        return steps
    return [*steps, NextStep("In an emergency call", clinic.emergency_number, ".")]


def after_hours_step(clinic: Telephones, start: str) -> NextStep:
    who = clinic.after_hours_words.strip()
    ended = f"{who}." if who and who[-1] not in ".!?" else who
    return NextStep(start, clinic.after_hours_telephone, f". {ended}" if ended else ".")


def open_words(found: Answering) -> str:
    if not found.is_open:
        return "."
    verb = "close at" if found.closes_soon else "are open until"
    return f". They {verb} {found.until} ({found.zone})."


def until_words(found: Answering) -> str:
    return f"until {opening_words(found)}" if found.opens else "for some time"


def from_words(found: Answering) -> str:
    return f"from {opening_words(found)}" if found.opens else "when they open again"


def opening_words(found: Answering) -> str:
    """`1 pm today (Sydney time)`, `Monday at 8 am (Sydney time)`."""
    day, _, hour = found.opens.partition(" at ")
    when = f"{hour} today" if day == "today" else found.opens
    return f"{when} ({found.zone})"


def at_any_time(clinic: Telephones, *, at: datetime, need: Need) -> list[NextStep]:
    """The same for words that are read later: by day one way, by night another. `at` is when they
    are written: closures that are over then are left out."""
    hours = hours_in_words(clinic.rooms, at=at)
    open_hours = f" while they are open: {hours}" if hours else "."
    ring = "Then ring the rooms on" if need in EMERGENCIES else "Ring the rooms on"
    steps = [NextStep(ring, clinic.telephone, open_hours), *at_other_times(clinic, need)]
    return [act_now(clinic, need), *steps] if need in EMERGENCIES else steps


def at_other_times(clinic: Telephones, need: Need) -> list[NextStep]:
    steps = []
    if clinic.after_hours_telephone:
        steps.append(after_hours_step(clinic, "At other times ring our after-hours number,"))
    if need in {Need.URGENT, Need.WARD}:
        steps.append(cannot_wait(clinic, f"{NOBODY_ANSWERS}, ", need))
    if need == Need.TODAY:
        steps += ask_a_nurse(clinic)
    if need in QUESTIONS:
        steps.append(
            NextStep("In an emergency call", clinic.emergency_number, ". Do not wait for us.")
        )
    return steps


def hours_in_words(rooms: Sequence[Rooms], *, at: datetime) -> str:
    """`Monday to Friday 8 am to 5 pm (Sydney time). Closed 24 December 2026 to 3 January 2027.`"""
    said: dict[str, list[str]] = {}
    for place in rooms:
        lines = "; ".join(f"{line.days} {line.hours}" for line in place.weekly_lines)
        if lines:
            said.setdefault(f"{lines} ({zone_in_words(place.time_zone)})", []).append(place.name)
    if not said:
        return ""
    named = len(said) > 1
    week = "; ".join(
        f"{' and '.join(names)}: {hours}" if named else hours for hours, names in said.items()
    )
    closed = {days for place in rooms for days in place.closures_from(at)}
    return " ".join([f"{week}.", *(closed_in_words(days) for days in sorted(closed))])


def closed_in_words(days: ClosedDays) -> str:
    first, last = day_and_year(days.first_day), day_and_year(days.last_day)
    return f"Closed {first}." if first == last else f"Closed {first} to {last}."


def day_and_year(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
