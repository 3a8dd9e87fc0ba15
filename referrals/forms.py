"""The two public forms. Both make one unsaved enquiry, which `submitting.submit` stores."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils import timezone

from referrals.fields import BirthDateField, EmailField, LineField, PhoneField, TextField
from referrals.models import Enquiry, Message, Referral
from referrals.references import new_form_key, read_form_key

RED_FLAGS = [
    ("cauda_equina", "New numbness around the genitals or bottom, or bladder or bowel trouble"),
    ("leg_weakness", "Leg weakness that is getting worse"),
    ("infection", "Signs of spinal or joint infection, or very unwell with fever"),
    ("trauma", "Major accident or fall, or cannot stand after a fall"),
    ("cancer", "Suspected cancer or spinal tumour"),
    ("none", "None of these"),
]


class PublicForm(forms.Form):
    """What both forms share: the form key and the way they are drawn."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False)
    button = "Send"

    def __init__(self, data: QueryDict | None = None) -> None:
        if data is not None and read_form_key(data.get("form_key", "")) is None:
            # Missing or not ours: replaced, so that what was typed is never refused.
            data = data.copy()
            data["form_key"] = new_form_key()
        super().__init__(data)
        self.fields["form_key"].initial = new_form_key
        for name, field in self.fields.items():
            say_what_is_missing(name, field)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        helper.form_tag = True
        helper.layout = self.layout()
        helper.add_input(Submit("", self.button))
        return helper

    def form_key_digits(self) -> str:
        return read_form_key(self.data["form_key"]) or ""

    def layout(self) -> Layout:
        raise NotImplementedError

    def enquiry(self) -> Enquiry:
        """The unsaved enquiry that a valid form describes."""
        raise NotImplementedError


def say_what_is_missing(name: str, field: forms.Field) -> None:
    """An error that names its field also stands on its own, in the list above the form."""
    label = (field.label or name.replace("_", " ")).rstrip("?")
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = f"{label}: please fill this in."


class MessageForm(PublicForm):
    """Anyone writes to the rooms."""

    button = "Send your message"
    name = LineField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(
        label="Telephone",
        required=False,
        max_length=30,
        help_text="Give a telephone number or an email address, or both.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = EmailField(
        label="Email",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    topic = forms.ChoiceField(
        label="What is it about?",
        choices=Message.Topic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your message is about."},
    )
    text = TextField(
        label="Your message",
        max_length=2000,
        help_text="Leave out details that are very private. We can talk about those by telephone.",
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def layout(self) -> Layout:
        return Layout("form_key", "name", "phone", "email", "topic", "text")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wrong_already = {"phone", "email"} & set(self.errors)
        if not wrong_already and not data.get("phone") and not data.get("email"):
            self.add_error("phone", "Give a telephone number or an email address.")
        return data

    def enquiry(self) -> Message:
        data = self.cleaned_data
        return Message(
            kind=Enquiry.Kind.MESSAGE,
            sender_name=data["name"],
            sender_email=data["email"],
            sender_phone=data["phone"],
            topic=data["topic"],
            text=data["text"],
        )


class ReferralForm(PublicForm):
    """A doctor refers a patient."""

    button = "Sign and send the referral"
    red_flags = forms.MultipleChoiceField(
        label="Does the patient have any of these now?",
        choices=RED_FLAGS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what applies, or “None of these”."},
    )
    urgency = forms.ChoiceField(
        label="How soon?",
        choices=[
            (Enquiry.Urgency.ROUTINE, "Routine: the next free appointment"),
            (Enquiry.Urgency.SOON, "Soon: within about 4 weeks"),
            (Enquiry.Urgency.URGENT, "Urgent: please also telephone the rooms"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how soon the patient needs to be seen."},
    )
    patient_given_names = LineField(label="Patient’s given names", max_length=80)
    patient_family_name = LineField(label="Patient’s family name", max_length=80)
    patient_birth_date = BirthDateField(
        label="Date of birth", help_text="Day, month, year: 31/1/1980."
    )
    patient_phone = PhoneField(
        label="Patient’s telephone",
        max_length=30,
        help_text="We ring the patient to book.",
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    medicare_number = LineField(
        label="Medicare number",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = TextField(
        label="Why do you refer, and what do you ask?",
        max_length=6000,
        help_text="Side, how long, findings, what was tried, medicines, allergies, imaging.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = LineField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    practice_name = LineField(
        label="Practice",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    provider_number = LineField(
        label="Provider number", max_length=12, help_text="For the practice you refer from."
    )
    phone = PhoneField(
        label="Your telephone",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = EmailField(
        label="Your email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    signed = forms.BooleanField(
        label="I sign this referral, and the patient agrees that I send it.",
        error_messages={"required": "Tick the box to sign the referral."},
    )

    def layout(self) -> Layout:
        return Layout(
            "form_key",
            Fieldset("How urgent is it?", "red_flags", "urgency"),
            Fieldset(
                "The patient",
                "patient_given_names",
                "patient_family_name",
                "patient_birth_date",
                "patient_phone",
                "medicare_number",
            ),
            Fieldset("The question", "reason"),
            Fieldset("You", "name", "practice_name", "provider_number", "phone", "email"),
            Fieldset("Sign", "signed"),
        )

    def clean_red_flags(self) -> list[str]:
        flags = self.cleaned_data["red_flags"]
        if "none" in flags and len(flags) > 1:
            raise forms.ValidationError("Tick “None of these” alone, or only what applies.")
        return flags

    def enquiry(self) -> Referral:
        data = self.cleaned_data
        return Referral(
            kind=Enquiry.Kind.REFERRAL,
            urgency=data["urgency"],
            sender_name=data["name"],
            sender_email=data["email"],
            sender_phone=data["phone"],
            patient_given_names=data["patient_given_names"],
            patient_family_name=data["patient_family_name"],
            patient_birth_date=data["patient_birth_date"],
            patient_phone=data["patient_phone"],
            medicare_number=data["medicare_number"],
            reason=data["reason"],
            red_flags=data["red_flags"],
            practice_name=data["practice_name"],
            provider_number=data["provider_number"],
            signed_name=data["name"],
            signed_at=timezone.now(),
        )
