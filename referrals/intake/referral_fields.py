"""What a referral asks: every field of it, with its words. The forms choose among them."""

from typing import Any

from django import forms

from referrals.fields import (
    BirthDateField,
    DayField,
    EmailField,
    FilesInput,
    LineField,
    NumberField,
    OwnPhoneField,
    PhoneField,
    TextField,
)
from referrals.files.size_limits import TAKEN_IN_WORDS
from referrals.inspecting.sniffing import ACCEPTED_ENDINGS
from referrals.intake.forms import PublicForm
from referrals.models import Enquiry, Referral
from referrals.urgency import EMERGENCY_FLAGS, RED_FLAGS

SEX_TERM = "Another term"
SEXES = ["Female", "Male", SEX_TERM, "Prefer not to say"]
LONGEST_CLINICAL = 20_000  # characters: a whole pasted report
OFF = {"autocomplete": "off"}  # or a browser fills in the doctor's own details


def line_field(label: str, length: int, hint: str = "", **attrs: Any) -> LineField:
    widget = forms.TextInput(attrs={**OFF, **attrs})
    return LineField(label=label, max_length=length, help_text=hint, widget=widget)


def number_field(label: str, length: int, hint: str = "", **attrs: Any) -> NumberField:
    widget = forms.TextInput(attrs={**OFF, **attrs})
    return NumberField(label=label, max_length=length, help_text=hint, widget=widget)


def text_field(
    label: str, hint: str = "", *, length: int = LONGEST_CLINICAL, rows: int = 3
) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows, **OFF})
    return TextField(label=label, max_length=length, help_text=hint, widget=widget)


def phone_field(label: str, hint: str = "", *, is_own: bool = False) -> PhoneField:
    attrs = {"autocomplete": "tel" if is_own else "off", "inputmode": "tel"}
    kind = OwnPhoneField if is_own else PhoneField
    return kind(label=label, max_length=100, help_text=hint, widget=forms.TextInput(attrs=attrs))


def sex_in_words(chosen: str, term: str) -> str:
    """`Female`, `Another term: …`; a term that was written counts whatever was chosen beside it."""
    return f"{SEX_TERM}: {term}" if term else chosen


def with_after(name: str, after: str, added: str) -> list[str]:
    return [name, added] if name == after else [name]


class ReferralFields(PublicForm):
    """The fields of a referral in the order of the paper form; not a form to show by itself."""

    emergency_flags = " ".join(sorted(EMERGENCY_FLAGS))  # for the script
    mode = forms.CharField(widget=forms.HiddenInput, required=False)
    letter_for = forms.CharField(widget=forms.HiddenInput, required=False)
    file_count = forms.CharField(widget=forms.HiddenInput, required=False)
    letter = forms.Field(
        label="The referral letter",
        help_text=(
            f"{TAKEN_IN_WORDS} An old Word file (.doc), Pages or OpenDocument: save it as PDF"
            " first."
        ),
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(ACCEPTED_ENDINGS)}),
        error_messages={"required": "Attach the referral letter, or use the full form."},
    )
    without_file = forms.BooleanField(
        label="Send without the file. I will get the letter to you by fax or another way."
    )
    is_report = forms.BooleanField(
        label="This is a report on a patient whom a doctor has referred to these rooms."
    )
    patient_given_names = line_field("Patient’s given names", 80)
    patient_family_name = line_field("Patient’s family name", 80)
    one_name = forms.BooleanField(label="The patient has only one name.")
    patient_birth_date = BirthDateField(
        label="Date of birth",
        help_text="Day, month, year: 31/1/1980.",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=OFF),
    )
    sex_at_birth = forms.ChoiceField(
        label="Sex at birth", choices=[("", "Not stated"), *((one, one) for one in SEXES)]
    )
    sex_term = line_field("Which term?", 80, "Only for “Another term”.")
    patient_phone = phone_field("Patient’s telephone", "We ring the patient to book.")
    patient_email = EmailField(
        label="Patient’s email",
        max_length=254,
        help_text="The patient hears each step in plain words: received, accepted, booked.",
        widget=forms.EmailInput(attrs=OFF),
    )
    patient_agrees_mail = forms.BooleanField(
        label="The patient agrees to get mail from the rooms about this referral."
    )
    patient_address = text_field("Patient’s address", length=1000, rows=2)
    medicare_number = number_field("Medicare number", 60, "10 digits. No card? Write “none”.")
    medicare_irn = number_field(
        "Number on the card", 10, "The digit in front of the name.", inputmode="numeric"
    )
    dva_number = number_field("DVA number", 40)
    interpreter = line_field("Interpreter", 200, "Which language?")
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
            (Enquiry.Urgency.URGENT, "Urgent: please also ring, as it says below"),
        ],
        initial=Enquiry.Urgency.ROUTINE,
        help_text="Routine becomes urgent when you tick one of the signs above.",
        widget=forms.RadioSelect,
    )
    urgency_reason = text_field("Why sooner?", rows=1)
    for_clinician = forms.TypedChoiceField(
        label="For whom?",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "This doctor is no longer listed. Please choose again."},
    )
    reason = text_field(
        "Why do you refer, and what do you ask?", "Side, how long, findings.", rows=6
    )
    history = text_field("Other history", "Surgery, pregnancy, other illness.", rows=4)
    treatments_tried = text_field("What was tried, and did it help?")
    imaging = text_field("Imaging", "What, when, and where the pictures are.")
    medicines = text_field("Medicines", "Write “nil” if there are none.")
    allergies = text_field("Allergies", "Write “nil known” if there are none.")
    name = line_field("Your name", 120, autocomplete="name")
    provider_number = number_field(
        "Provider number", 20, "For the practice you refer from.", autocomplete="on"
    )
    email = EmailField(
        label="Your email",
        max_length=254,
        help_text="You get a receipt, and a link to follow the referral.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = phone_field("Your telephone", is_own=True)
    practice_name = line_field("Practice", 120, autocomplete="organization")
    practice_address = text_field("Practice address", length=1000, rows=2)
    referrer_type = forms.ChoiceField(
        label="You are a", choices=[("", "Choose"), *Referral.ReferrerType.choices]
    )
    referral_date = DayField(
        label="Date of the referral",
        help_text="Leave it empty for today.",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=OFF),
    )
    validity = forms.ChoiceField(
        label="Valid for", choices=[("", "Not stated"), *Referral.Validity.choices]
    )
    copy_to = text_field("Send a copy of our letter to", length=2000, rows=2)
    signed = forms.BooleanField(
        label="I sign this referral electronically, and the patient agrees.",
        error_messages={"required": "Tick the box to sign the referral."},
    )
