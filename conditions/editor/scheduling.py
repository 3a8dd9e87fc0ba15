"""From when a draft is to be public: a moment in the clinic's time, typed by a person."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

CHOOSE = "Choose the day and time from which the page is to be public."
PASSED = "This time has passed. Choose a later one, or press Publish now."
CLOCKS_CHANGE = (
    "The clocks change that night, and this time {how}. Choose one two hours earlier or later."
)


class MomentField(forms.DateTimeField):
    """A moment of the clock on the clinic's wall. One that never or twice comes is refused."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as problem:
            if problem.code != "ambiguous_timezone":
                raise
            raise ValidationError(CLOCKS_CHANGE.format(how=how_often(problem))) from None


def how_often(problem: ValidationError) -> str:
    """A time has two readings when the clocks go back, and none when they go forward.

    Back means: what the clock is ahead of UTC gets less.
    """
    typed: datetime = problem.params["datetime"]  # type: ignore[index]
    zone = timezone.get_current_timezone()
    first, second = zone.utcoffset(typed.replace(fold=0)), zone.utcoffset(typed.replace(fold=1))
    comes_twice = first is not None and second is not None and first > second
    return "comes twice" if comes_twice else "does not come at all"


class ScheduleForm(forms.Form):
    live_from = MomentField(error_messages={"required": CHOOSE, "invalid": CHOOSE})

    @property
    def box(self) -> str:
        """A browser empties its own box for a day and time where it cannot read what was typed."""
        return "text" if self.has_error("live_from", "invalid") else "datetime-local"

    def clean_live_from(self) -> datetime:
        moment: datetime = self.cleaned_data["live_from"]
        if moment <= timezone.now():
            raise ValidationError(PASSED)
        return moment
