"""The referral: one set of fields, drawn as one quick page with a letter, or in full.

Both are made from the same fields, so switching keeps what was typed. `paper` prints them too.
"""

import zoneinfo
from typing import Any, cast

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.fields import (
    BirthDateField,
    DayField,
    EmailField,
    FilesInput,
    LineField,
    PhoneField,
    TextField,
)
from referrals.forms import RED_FLAGS, PublicForm
from referrals.models import Enquiry, Referral
from referrals.rebate import Warned, date_codes, identifier_codes, warned_of
from referrals.sniffing import ACCEPTED_ENDINGS
from referrals.uploads import Files
from referrals.urgency import EMERGENCY_FLAGS

TEMPLATES = {"letter": "clinic/files.html", "urgency": "clinic/urgency.html"}
LETTER_MISSING = "letter_missing"  # a code among Referral.warnings: the rooms ask for the letter
OFF = {"autocomplete": "off"}  # or a browser fills in the doctor's own details


def line_field(label: str, length: int, hint: str = "", **attrs: Any) -> LineField:
    widget = forms.TextInput(attrs={**OFF, **attrs})
    return LineField(label=label, max_length=length, help_text=hint, widget=widget)


def text_field(label: str, hint: str = "", *, length: int = 3000, rows: int = 3) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows, **OFF})
    return TextField(label=label, max_length=length, help_text=hint, widget=widget)


def phone_field(label: str, hint: str = "", autocomplete: str = "off") -> PhoneField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "inputmode": "tel"})
    return PhoneField(label=label, max_length=30, help_text=hint, widget=widget)


class Details(Fieldset):
    """A part that opens when somebody wants it, or when something in it needs attention."""

    template = "%s/layout/details.html"

    def __init__(self, legend: str, *fields: str, is_open: bool) -> None:
        super().__init__(legend, *fields)
        self.is_open = is_open


class ReferralForm(PublicForm):
    """A doctor refers a patient. The subclasses say what is required and in which order."""

    mode = forms.CharField(widget=forms.HiddenInput, required=False)
    warned = forms.CharField(widget=forms.HiddenInput, required=False)
    file_count = forms.CharField(widget=forms.HiddenInput, required=False)
    letter = forms.Field(
        label="The referral letter",
        help_text="PDF, picture, Word or RTF. Up to 5 files of 10 MB each.",
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(ACCEPTED_ENDINGS)}),
        error_messages={"required": "Attach the referral letter, or use the full form."},
    )
    without_file = forms.BooleanField(
        label="Send without the file. I will get the letter to you by fax or another way."
    )
    patient_given_names = line_field("Patient’s given names", 80)
    patient_family_name = line_field("Patient’s family name", 80)
    patient_birth_date = BirthDateField(
        label="Date of birth",
        help_text="Day, month, year: 31/1/1980.",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=OFF),
    )
    patient_phone = phone_field("Patient’s telephone", "We ring the patient to book.")
    patient_address = text_field("Patient’s address", length=300, rows=2)
    medicare_number = line_field("Medicare number", 20, "10 digits.", inputmode="numeric")
    medicare_irn = line_field(
        "Number on the card", 2, "The digit in front of the name.", inputmode="numeric"
    )
    dva_number = line_field("DVA number", 20)
    interpreter = line_field("Interpreter", 80, "Which language?")
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
    urgency_reason = line_field("Why sooner?", 300)
    reason = text_field(
        "Why do you refer, and what do you ask?", "Side, how long, findings.", length=6000, rows=6
    )
    history = text_field("Other history", "Surgery, pregnancy, other illness.", length=6000, rows=4)
    treatments_tried = text_field("What was tried, and did it help?")
    imaging = text_field("Imaging", "What, when, and where the pictures are.")
    medicines = text_field("Medicines", "Write “nil” if there are none.")
    allergies = text_field("Allergies", "Write “nil known” if there are none.")
    name = line_field("Your name", 120, autocomplete="name")
    provider_number = line_field(
        "Provider number", 12, "For the practice you refer from.", autocomplete="on"
    )
    email = EmailField(
        label="Your email",
        max_length=254,
        help_text="You get a receipt, and a link to follow the referral.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = phone_field("Your telephone", autocomplete="tel")
    practice_name = line_field("Practice", 120, autocomplete="organization")
    practice_address = text_field("Practice address", length=300, rows=2)
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
    copy_to = text_field("Send a copy of our letter to", length=300, rows=2)
    signed = forms.BooleanField(
        label="I sign this referral electronically, and the patient agrees.",
        error_messages={"required": "Tick the box to sign the referral."},
    )

    button = "Sign and send"
    own_mode: str
    other_mode: str
    required_fields = {
        "patient_given_names",
        "patient_family_name",
        "patient_birth_date",
        "patient_phone",
        "red_flags",
        "name",
        "provider_number",
        "email",
        "signed",
    }
    groups: list[tuple[str, list[str]]]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        held: Files | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**(initial or {}), "mode": self.own_mode})
        self.held = held or Files()
        self.storing_failed = False
        self.warnings_shown: list[Warned] = []
        for name, field in self.fields.items():
            field.required = name in self.required_fields
        if self.held.kept or self.held.problems or self.is_ticked("without_file"):
            self.fields["letter"].required = False

    def is_ticked(self, name: str) -> bool:
        return bool(self.data.get(name)) if self.is_bound else bool(self.initial.get(name))

    def attributes(self) -> dict[str, Any]:
        return {"enctype": "multipart/form-data", "data-referral": True}

    def clean_red_flags(self) -> list[str]:
        flags = self.cleaned_data["red_flags"]
        if "none" in flags and len(flags) > 1:
            raise forms.ValidationError("Tick “None of these” alone, or only what applies.")
        return flags

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for problem in self.held.problems:
            self.add_error("letter", problem)
        if settings.IDENTIFIER_CHECKS == "strict":
            for code in identifier_codes(data):
                warned = warned_of(code)
                self.add_error(warned.field, warned.words)
        return data

    def warning_codes(self) -> list[str]:
        """Codes of what the sender should hear before a valid form is sent."""
        today = timezone.localdate(timezone=zoneinfo.ZoneInfo(Clinic.current().time_zone))
        codes = date_codes(self.cleaned_data, today=today)
        if settings.IDENTIFIER_CHECKS == "warn":
            codes = identifier_codes(self.cleaned_data) + codes
        return codes

    def must_warn(self) -> bool:
        """Whether there is something to say that was not said before; makes the form say it."""
        codes = self.warning_codes()
        if set(codes) <= set(self.data.get("warned", "").split()):
            return False
        self.warnings_shown = [warned_of(code) for code in codes]
        data = cast(QueryDict, self.data).copy()
        data["warned"] = " ".join(codes)
        self.data = data
        return True

    def urgency_meant(self) -> str:
        """Routine is only what stood there already: a red flag makes it urgent. “Soon” was chosen,
        and stands unless a sign belongs in an emergency department."""
        urgency = self.cleaned_data["urgency"] or Enquiry.Urgency.ROUTINE
        flags = self.cleaned_data["red_flags"]
        is_untouched = flags != ["none"] and urgency == Enquiry.Urgency.ROUTINE
        if is_untouched or not EMERGENCY_FLAGS.isdisjoint(flags):
            return Enquiry.Urgency.URGENT
        return urgency

    def enquiry(self) -> Referral:
        data = self.cleaned_data
        columns = {field.name for field in Referral._meta.get_fields()}
        same_name = {name: data[name] for name in self.fields if name in columns}
        missing = [LETTER_MISSING] if data["without_file"] and not self.held.kept else []
        return Referral(
            **{
                **same_name,
                "kind": Enquiry.Kind.REFERRAL,
                "mode": self.own_mode,
                "urgency": self.urgency_meant(),
                "warnings": self.warning_codes() + missing,
                "sender_name": data["name"],
                "sender_email": data["email"],
                "sender_phone": data["phone"],
                "signed_name": data["name"],
                "signed_at": timezone.now(),
            }
        )

    def layout(self) -> Layout:
        hidden = ["mode", "warned", "file_count"]
        return Layout(*hidden, *(self.drawn(legend, names) for legend, names in self.groups))

    def drawn(self, legend: str, names: list[str]) -> Fieldset:
        if self.storing_failed or self.is_ticked("without_file"):
            names = [n for name in names for n in with_after(name, "letter", "without_file")]
        fields = [
            Field(name, template=TEMPLATES[name]) if name in TEMPLATES else name for name in names
        ]
        return Fieldset(legend, *fields)

    def typed(self, name: str) -> bool:
        """Whether somebody wrote something into this field."""
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return bool(value)

    def needs_attention(self, names: list[str]) -> bool:
        warned = {warned.field for warned in self.warnings_shown}
        return any(name in warned or name in self.errors or self.typed(name) for name in names)


def with_after(name: str, after: str, added: str) -> list[str]:
    return [name, added] if name == after else [name]


class QuickReferralForm(ReferralForm):
    """A letter is attached: ten answers and it is sent."""

    own_mode, other_mode = Referral.Mode.QUICK, Referral.Mode.FULL
    required_fields = {*ReferralForm.required_fields, "letter"}
    groups = [
        ("The letter", ["letter"]),
        (
            "The patient",
            ["patient_given_names", "patient_family_name", "patient_birth_date", "patient_phone"],
        ),
        ("How urgent is it?", ["red_flags", "urgency"]),
        ("You", ["name", "provider_number", "email"]),
    ]
    more = [
        "medicare_number",
        "medicare_irn",
        "dva_number",
        "patient_address",
        "interpreter",
        "reason",
        "practice_name",
        "practice_address",
        "phone",
        "referrer_type",
        "referral_date",
        "validity",
        "copy_to",
    ]
    # Shown only where the full form was begun, so that nothing typed there is lost.
    from_full = ["urgency_reason", "history", "treatments_tried", "imaging"]
    from_full += ["medicines", "allergies"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "A note to the rooms"
        self.fields["reason"].help_text = "What the letter does not say."

    def layout(self) -> Layout:
        names = self.more + [name for name in self.from_full if self.typed(name)]
        is_open = self.needs_attention(names)
        details = Details("Add more, if you like", *names, is_open=is_open)
        return Layout(*super().layout(), details, Fieldset("Sign", "signed"))


class FullReferralForm(ReferralForm):
    """No letter: the form is the referral."""

    own_mode, other_mode = Referral.Mode.FULL, Referral.Mode.QUICK
    required_fields = {*ReferralForm.required_fields, "reason"}
    groups = [
        ("How urgent is it?", ["red_flags", "urgency", "urgency_reason"]),
        (
            "The patient",
            [
                "patient_given_names",
                "patient_family_name",
                "patient_birth_date",
                "patient_phone",
                "patient_address",
                "medicare_number",
                "medicare_irn",
                "dva_number",
                "interpreter",
            ],
        ),
        (
            "The question",
            [
                "reason",
                "history",
                "treatments_tried",
                "imaging",
                "medicines",
                "allergies",
                "letter",
            ],
        ),
        (
            "You and your signature",
            [
                "name",
                "provider_number",
                "email",
                "phone",
                "practice_name",
                "practice_address",
                "referrer_type",
                "referral_date",
                "validity",
                "copy_to",
                "signed",
            ],
        ),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter"].label = "Letters, reports or pictures"


FORM_OF_MODE: dict[str, type[ReferralForm]] = {
    Referral.Mode.QUICK: QuickReferralForm,
    Referral.Mode.FULL: FullReferralForm,
}


def form_of_mode(mode: str) -> type[ReferralForm]:
    """The form of a mode; the quick one for anything else."""
    return FORM_OF_MODE.get(mode, QuickReferralForm)


def switched(form: ReferralForm) -> ReferralForm:
    """The other form, with everything that stands in this one."""
    initial = {
        name: form.fields[name].widget.value_from_datadict(form.data, {}, name)
        for name in form.fields
        if name not in {"mode", "warned", "file_count", "letter"}
    }
    return form_of_mode(form.other_mode)(held=form.held, initial=initial)
