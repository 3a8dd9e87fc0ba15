"""How long the rooms still have to answer a request, in days of the clinic's zone."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from referrals.models import PatientRequest

AMBER_DAYS = 7


@dataclass(frozen=True)
class Clock:
    """`days_left` is below zero where the day has passed."""

    due_on: date
    days_left: int

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def is_near(self) -> bool:
        return 0 <= self.days_left <= AMBER_DAYS

    @property
    def tone(self) -> str:
        """A class of the staff's style sheet."""
        return "alarm" if self.is_overdue else "soon" if self.is_near else "done"

    @property
    def words(self) -> str:
        count = abs(self.days_left)
        days = f"{count} day" if count == 1 else f"{count} days"
        if self.is_overdue:
            return f"{days} overdue"
        return f"{days} left" if count else "Due today"


def clock_of(patient_request: PatientRequest, *, today: date | None = None) -> Clock:
    due_on = patient_request.due_on
    return Clock(due_on, (due_on - (today or timezone.localdate())).days)
