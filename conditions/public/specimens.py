"""Samples of every component, for the style guide alone."""

from datetime import date, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from clinic_site.colours import contrast
from clinic_site.hours.opening import Now
from clinic_site.hours.rooms import ClosedDays, Hours, Rooms
from conditions.blocks.registry import BLOCKS
from conditions.payloads import SourcePayload, TermPayload, current_format

LIGHT = {
    "paper": "#fbfaf6",
    "card": "#ffffff",
    "sand": "#f3eee2",
    "tint": "#e3efee",
    "ink": "#16323a",
    "soft-ink": "#365058",
    "link": "#0b4f58",
    "brand": "#0e5a63",
    "emergency": "#a4231b",
    "emergency-ink": "#7d1611",
    "good": "#0f5532",
}
EXPLAINED: list[TermPayload] = [
    {
        "term": "ilium",
        "variants": [],
        "pronunciation": "ILL-ee-um",
        "definition": "The wing bone of the pelvis.",
    }
]
CITED: list[SourcePayload] = [
    {
        "code": "R0",
        "citation": "Sample A. A sample study. 2020.",
        "url": "https://doi.org/10.1000/0",
    }
]


def page_of_specimens() -> dict[str, Any]:
    """A payload with every kind of block in all its states."""
    blocks = [specimen for kind in BLOCKS for specimen in kind.specimens()]
    lists = {"glossary": EXPLAINED, "sources": CITED}
    return {"format": current_format(), **lists, "blocks": blocks}


class SpecimenForm(forms.Form):
    """Every kind of field; bound to nothing it shows its errors."""

    name = forms.CharField(label="A line of text", help_text="A hint stands above its field.")
    ours = forms.CharField(label="Cannot be changed", disabled=True, initial="Fixed words")
    day = forms.DateField(label="A day", required=False, widget=forms.DateInput({"type": "date"}))
    choice = forms.ChoiceField(label="One of a list", choices=[("a", "First"), ("b", "Second")])
    radio = forms.ChoiceField(
        label="One of a few", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect
    )
    ticks = forms.MultipleChoiceField(
        label="Any of these",
        required=False,
        choices=[("a", "First"), ("b", "Second")],
        widget=forms.CheckboxSelectMultiple,
    )
    letter = forms.FileField(label="A file", required=False, help_text="PDF, JPEG or PNG.")
    words = forms.CharField(label="More words", required=False, widget=forms.Textarea({"rows": 4}))
    agreed = forms.BooleanField(label="I agree.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.attrs = {"novalidate": True}
        helper.layout = Layout(
            Fieldset("A group of fields", "name", "ours", "day", "choice", "radio"),
            Fieldset("Another group", "ticks", "letter", "words", "agreed"),
        )
        helper.add_input(Submit("", "Send"))
        return helper


def rooms() -> Rooms:
    holidays = ClosedDays(date(2026, 12, 24), date(2099, 1, 3), "Sample holidays")
    hours = tuple(Hours(day, time(8), time(17)) for day in range(5))
    return Rooms(
        "Sample rooms", "1 Sample Street", "In the yard.", "A ramp.", "UTC", hours, (holidays,)
    )


def specimens() -> dict[str, Any]:
    """The context of the style guide, but for the page of all kinds of block."""
    return {
        "colours": [
            {"name": name, "value": value, "on_paper": f"{contrast(value, LIGHT['paper']):.1f}"}
            for name, value in LIGHT.items()
        ],
        "faulty": SpecimenForm({"ours": ""}, prefix="faulty"),
        "fresh": SpecimenForm(prefix="fresh"),
        "location": rooms(),
        "states": [
            Now(True, "Open now, until 5 pm"),
            Now(False, "Closed now, opens Monday at 8 am"),
        ],
        "reviews": [
            {
                "state": state,
                "by": "Dr Sam Sampledoctor",
                "on": date(2026, 1, 31),
                "due": date(2027, 1, 31),
            }
            for state in ("pending", "signed", "changed", "overdue")
        ],
        "published_at": date(2026, 1, 31),
    }
