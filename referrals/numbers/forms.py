"""Which days and columns a list shall have."""

from datetime import date
from typing import Any

from django import forms

from referrals.fields import DayField
from referrals.numbers.columns import COLUMNS


class ListForm(forms.Form):
    """Details of people are ticked apart, and only offered to whoever may save them."""

    since = DayField(label="From")
    until = DayField(label="To")
    columns = forms.MultipleChoiceField(
        label="Columns", required=False, widget=forms.CheckboxSelectMultiple
    )
    details = forms.MultipleChoiceField(
        label="Details of people", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, may_save_details: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.name, one.heading) for one in COLUMNS.values() if not one.of_a_person]
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]
        people = [(one.name, one.heading) for one in COLUMNS.values() if one.of_a_person]
        self.fields["details"].choices = people if may_save_details else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        for name in ("since", "until"):
            if not 2000 <= data[name].year <= 2100:
                self.add_error(name, "Write a year from 2000 on.")
        if not self.errors and data["since"] > data["until"]:
            self.add_error("until", "This day is before the first one.")
        if not data["columns"] and not data["details"]:
            self.add_error("columns", "Tick at least one column.")
        return data

    def days(self) -> list[forms.BoundField]:
        return [self["since"], self["until"]]

    def chosen(self) -> list[str]:
        return [*self.cleaned_data["columns"], *self.cleaned_data["details"]]


def at_first(*, since: date, until: date) -> dict[str, Any]:
    """What stands in the form before anybody changes it: every column without a person."""
    columns = [one.name for one in COLUMNS.values() if not one.of_a_person]
    return {"since": day_in_form(since), "until": day_in_form(until), "columns": columns}


def day_in_form(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
