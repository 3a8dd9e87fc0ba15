"""Samples of every component, for the style guide alone."""

from datetime import date, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from clinic_site.colours import contrast
from clinic_site.hours.opening import Now
from clinic_site.hours.rooms import ClosedDays, Hours, Rooms

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
SOURCE = {"code": "R0", "citation": "Sample A, Sample B. A sample study. 2020.", "url": "#source"}
CELLS = ["what_it_is", "how long relief may last", "what can go wrong", "how sure we are"]


def figure_of(group: str, numerator: int, denominator: int = 100) -> dict[str, Any]:
    return {
        "kind": "risk_figure",
        "group": group,
        "outcome": "had a good result",
        "others": "did not have a good result",
        "numerator": numerator,
        "denominator": denominator,
        "time_frame": "6 months after",
        "source": SOURCE,
    }


def card(level: str, heading: str) -> dict[str, Any]:
    signs = "<ul><li>a first sign</li><li>a second sign, in a few words more</li></ul>"
    return {"kind": "care_card", "level": level, "heading": heading, "html": signs}


def stage(heading: str, first: int, last: int | None) -> dict[str, Any]:
    return {
        "kind": "recovery_stage",
        "heading": heading,
        "from_week": first,
        "to_week": last,
        "weight_bearing": "Part of your weight.",
        "can_do": "<ul><li>Walk a little.</li><li>Rest often.</li></ul>",
        "avoid": "<ul><li>Twisting.</li></ul>",
    }


def option(name: str) -> dict[str, Any]:
    facts = [{"label": label.replace("_", " "), "text": f"Words on {name}."} for label in CELLS]
    return {"kind": "treatment_option", "name": name, "link": "#page", "facts": facts}


def checklist(purpose: str, heading: str) -> dict[str, Any]:
    items = ["A first line", "A second line"]
    return {"kind": "checklist", "purpose": purpose, "heading": heading, "items": items}


PROSE = (
    "<h2>A second-level heading</h2><p>Running text with a <a href='#link'>link</a>, "
    "<strong>strong words</strong> and an explained word: the ilium.</p><h3>A third-level heading"
    "</h3><ul><li>A point.</li><li>Another point.</li></ul><ol><li>First.</li><li>Second.</li></ol>"
)
PAYLOAD: dict[str, Any] = {
    "format": 1,
    "glossary": [
        {
            "term": "ilium",
            "pronunciation": "ILL-ee-um",
            "definition": "The wing bone of the pelvis.",
        }
    ],
    "blocks": [
        {"kind": "prose", "html": PROSE},
        card("emergency", "Call {emergency} now if:"),
        card("urgent", "Ring us today if:"),
        card("non_urgent", "See your GP if:"),
        {
            "kind": "figure",
            "picture": {"illustration": "pain-map", "width": 1000, "height": 1040},
            "alt": "A sample picture.",
            "long_description": "The same story in words.",
            "caption": "A caption.",
        },
        {"kind": "step", "heading": "First step", "html": "<p>What happens first.</p>"},
        {"kind": "step", "heading": "Second step", "html": "<p>What happens next.</p>"},
        figure_of("people with one treatment", 81),
        figure_of("people with another", 25),
        figure_of("people of a small study", 7, 40),
        figure_of("people of a large study", 31, 1000),
        stage("The first weeks", 0, 4),
        stage("The next weeks", 4, 12),
        stage("Later", 12, None),
        checklist("do", "Do"),
        checklist("dont", "Do not"),
        checklist("bring", "Bring"),
        checklist("ask", "Ask"),
        option("One choice"),
        option("Another choice"),
        option("A third choice"),
    ],
}


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
    """The context of the style guide, but for what is rendered of `PAYLOAD`."""
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
