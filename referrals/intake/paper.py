"""The referral form for a pen, made from the full form, so that the two never drift apart.

Faxed sheets part from each other: each one names the patient and says which sheet it is.
"""

from typing import NamedTuple

from django import forms

from referrals.intake.referral_forms import FullReferralForm


class Sheet(NamedTuple):
    """One page: what stands at its top, and its groups by their legends."""

    patient: list["PaperField"]
    groups: list[tuple[str, list["PaperField"]]]
    is_signed: bool


class PaperField(NamedTuple):
    """One question on paper: boxes to tick, or so many lines to write on."""

    label: str
    hint: str
    choices: list[str]
    lines: range
    is_wide: bool = False


# Label and hint where those of the screen would be wrong for a pen.
ON_PAPER = {
    "email": ("Your email", ""),
    "referral_date": ("Date of the referral", ""),
    "urgency": ("How soon?", ""),
    "provider_number": ("Provider number", "For this practice."),
    "medicare_irn": ("Number on the card", "Before the name."),
    "signed": ("The patient agrees", ""),
}
CHOICES_ON_PAPER = {"urgent": "Urgent: please also ring, as it says above"}
ON_EVERY_SHEET = ["patient_family_name", "patient_given_names", "patient_birth_date"]
NOT_ON_PAPER = {"letter", "sex_term", *ON_EVERY_SHEET}
# One line over the whole width of a sheet.
ONE_LINE = {"urgency_reason", "patient_address", "practice_address", "copy_to"}
NOT_CHOSEN_ON_PAPER = {"hospital"}  # of no use there, and one line has no room for it
EMPTY_IS_AN_ANSWER = {"for_clinician"}
SECOND_SHEET = "reason"  # the group with this field: what the doctor writes most about


def paper_sheets() -> list[Sheet]:
    """The full form's questions on two sheets. Files and hidden fields have no place on paper."""
    form = FullReferralForm()
    patient = [paper_field(name, form.fields[name]) for name in ON_EVERY_SHEET]
    asked: list[list[tuple[str, list[PaperField]]]] = [[], []]
    for legend, names in form.groups:
        shown = [name for name in names if name in form.fields and name not in NOT_ON_PAPER]
        fields = [paper_field(name, form.fields[name]) for name in shown]
        asked[SECOND_SHEET in names].append((legend, fields))
    return [Sheet(patient, groups, is_signed=number == 0) for number, groups in enumerate(asked)]


def paper_field(name: str, field: forms.Field) -> PaperField:
    label, hint = ON_PAPER.get(name, (str(field.label), str(field.help_text)))
    if isinstance(field, forms.BooleanField):
        return PaperField("", hint, [label], range(0))
    choices = [
        CHOICES_ON_PAPER.get(value, str(words))
        for value, words in getattr(field, "choices", [])
        if (value or name in EMPTY_IS_AN_ANSWER) and value not in NOT_CHOSEN_ON_PAPER
    ]
    rows = int(field.widget.attrs.get("rows", 1))
    lines = 0 if choices else 1 if name in ONE_LINE else rows
    return PaperField(label, hint, choices, range(lines), is_wide=rows > 1 or name in ONE_LINE)
