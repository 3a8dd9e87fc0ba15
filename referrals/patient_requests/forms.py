"""What staff type about a patient's request."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from referrals.fields import BirthDateField, DayField, LineField, PhoneField, TextField
from referrals.models import PatientRequest
from referrals.references import is_reference

LONGEST_NOTE = 4000
How, Outcome, Wants = PatientRequest.How, PatientRequest.Outcome, PatientRequest.Wants


def not_in_the_future(day: Any) -> None:
    if day > timezone.localdate():
        raise ValidationError("This date is in the future. Check it.")


class RequestForm(forms.Form):
    """Who asks, what for, and since when."""

    wants = forms.ChoiceField(
        label="What do they ask for?",
        choices=Wants.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they ask for."},
    )
    asked_on = DayField(
        label="When did they ask?",
        help_text="The day the call or the letter came, like 28/11/2026. The 30 days run from it.",
        validators=[not_in_the_future],
        error_messages={"required": "Write the day they asked."},
    )
    how = forms.ChoiceField(
        label="How?",
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they asked."},
    )
    patient_family_name = LineField(
        label="Patient’s family name",
        max_length=80,
        error_messages={"required": "Write the family name."},
    )
    patient_given_names = LineField(
        label="Patient’s given names",
        max_length=80,
        error_messages={"required": "Write the given names."},
    )
    patient_birth_date = BirthDateField(
        label="Date of birth",
        required=False,
        help_text="Like 31/1/1980. With it the site finds their referrals.",
    )
    patient_phone = PhoneField(label="Telephone", required=False, max_length=60)
    contact = TextField(
        label="Where should the answer go?",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A postal address, or “collects it at the desk”.",
    )
    asked_for_by = LineField(
        label="Does somebody ask for the patient?",
        required=False,
        max_length=200,
        help_text="Write the name, and why they may: parent, guardian, power of attorney.",
    )
    is_wrong = TextField(
        label="What is wrong?",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For a correction only, in the patient’s words.",
    )
    should_say = TextField(
        label="What should it say?",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For a correction only.",
    )
    note = TextField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    groups = [
        ("The request", ["wants", "asked_on", "how"]),
        (
            "Who asks",
            [
                *("patient_family_name", "patient_given_names", "patient_birth_date"),
                *("patient_phone", "contact", "asked_for_by"),
            ],
        ),
        ("What is to be corrected", ["is_wrong", "should_say"]),
        ("For colleagues", ["note"]),
    ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wants") == Wants.CORRECT:
            for name in ("is_wrong", "should_say"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "A correction needs this.")
        return data

    def fields_in_groups(self) -> list[tuple[str, list[Any]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]

    def unsaved(self, *, form_key: str) -> PatientRequest:
        """What was typed about a correction is kept whatever was chosen: nothing is lost."""
        typed = {**self.cleaned_data}
        for name in ("is_wrong", "should_say"):
            typed[name] = typed[name] or None
        return PatientRequest(form_key=form_key, **typed)


class WordsForm(forms.Form):
    """A few words; the verb says what is missing."""

    note = TextField(max_length=LONGEST_NOTE, required=False)


class ErasureForm(forms.Form):
    """Which enquiry; the verb says whether it is this patient's."""

    reference = LineField(label="Reference", max_length=20)


class EndForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices, error_messages={"required": "Choose how it ended."}
    )
    answered_on = DayField(
        validators=[not_in_the_future],
        error_messages={"required": "Write the day they got it, or were told."},
    )
    note = TextField(max_length=LONGEST_NOTE, required=False)


class EnquiriesForm(forms.Form):
    """Which enquiries are this patient's: those ticked, and one by its reference."""

    chosen = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    another = LineField(label="Another enquiry, by its reference", required=False, max_length=20)

    def __init__(self, data: Any, references: list[str]) -> None:
        super().__init__(data)
        field: Any = self.fields["chosen"]
        field.choices = [(reference, reference) for reference in references]

    def clean_another(self) -> str:
        typed = str(self.cleaned_data["another"]).upper()
        if typed and not is_reference(typed):
            raise ValidationError("Write the whole reference, like SIJ-7KH2M9PD.")
        return typed

    def references(self) -> list[str]:
        typed = self.cleaned_data["another"]
        return [*self.cleaned_data["chosen"], *([typed] if typed else [])]
