"""The visits that follow an operation, as dates. Pure functions, no model.

Usual times, counted from the day of surgery; the rooms give the day and the time. A guide of
another operation has none until somebody who knows it writes them here.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from conditions.planner.holidays import States, working_day


class Visit(NamedTuple):
    """`key` names the kind of visit in calendar files: never change one, or old dates stay.

    `title` says what to do, `begins` that the day is the first of some weeks."""

    key: str
    name: str
    title: str
    usual: str
    bring: str
    days: int = 0
    months: int = 0
    begins: bool = False

    def day(self, surgery: date, states: States = ()) -> date:
        """A working day: what falls on a weekend or a public holiday goes to the next one."""
        day = months_later(surgery, self.months) + timedelta(days=self.days)
        return working_day(day, states=states)


class DatedVisit(NamedTuple):
    on: date
    visit: Visit

    def is_over(self, today: date) -> bool:
        return self.on < today


CHECK_UP = "New X-rays or scans, your list of medicines, and your questions."
VISITS = {
    "guides/recovery-after-fusion": [
        Visit(
            "wound-check",
            "Wound check",
            "Have your wound checked",
            "Usually 7 to 14 days after the operation. Ask before you go home who does it.",
            "Your hospital papers, your list of medicines, and any spare dressings.",
            days=10,
        ),
        Visit(
            "first-physiotherapy",
            "First physiotherapy visit",
            "Begin physiotherapy, once your surgeon agrees",
            "Visits begin 2 to 6 weeks after the operation: your surgeon says when.",
            "Your surgeon’s rules for weight and movement, your crutches, and loose clothes.",
            days=14,
            begins=True,
        ),
        Visit(
            "check-up-6-weeks",
            "Check-up at 6 weeks",
            "Have your check-up at 6 weeks: ask about weight, driving and work",
            "Often with an X-ray. Ask about weight on your leg, driving and work.",
            CHECK_UP,
            days=42,
        ),
        *(
            Visit(
                f"check-up-{months}-months",
                f"Check-up at {months} months",
                f"Have your check-up at {months} months",
                "Often with an X-ray. Say how far you walk, and what still hurts.",
                CHECK_UP,
                months=months,
            )
            for months in (3, 6, 12)
        ),
    ]
}


def dated_visits(address: str, surgery: date, *, states: States = ()) -> list[DatedVisit]:
    """Those of a guide by its section and slug, such as "guides/recovery-after-fusion"."""
    return [DatedVisit(visit.day(surgery, states), visit) for visit in VISITS.get(address, [])]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one: three months after 30 November is 28
    February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
