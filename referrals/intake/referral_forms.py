"""The referral: one set of fields, drawn as one quick page with a letter, or in full.

Both are made from the same fields, so switching keeps what was typed. `paper` prints them too.
"""

from typing import Any, cast

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from referrals.fields import (
    BirthDateField,
    DayField,
    EmailField,
    FilesInput,
    LineField,
    NumberField,
    PhoneField,
    TextField,
)
from referrals.files import storage
from referrals.files.uploads import Files
from referrals.inspecting.sniffing import ACCEPTED_ENDINGS
from referrals.intake.forms import PublicForm
from referrals.intake.patients import Person, has_changed, is_another, mark_of, merged, person
from referrals.intake.rebate import MAIL_DOMAIN, date_codes, identifier_codes, warned_of
from referrals.models import Enquiry, Referral
from referrals.urgency import EMERGENCY_FLAGS, RED_FLAGS

TEMPLATES = {"letter": "clinic/files.html", "urgency": "clinic/urgency.html"}
LETTER_MISSING = "letter_missing"  # a code among Referral.warnings: the rooms ask for the letter
NO_FILES_NOW = "We cannot take files now. Tick the box below, or use the full form."
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


def phone_field(label: str, hint: str = "", autocomplete: str = "off") -> PhoneField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "inputmode": "tel"})
    return PhoneField(label=label, max_length=100, help_text=hint, widget=widget)


NAMES = ["patient_family_name", "patient_given_names"]


class Details(Fieldset):
    """A part that opens when somebody wants it, or when something in it needs attention."""

    template = "%s/layout/details.html"

    def __init__(self, legend: str, *fields: str, is_open: bool) -> None:
        super().__init__(legend, *fields)
        self.is_open = is_open


class ReferralForm(PublicForm):
    """A doctor refers a patient. The subclasses say what is required and in which order."""

    mode = forms.CharField(widget=forms.HiddenInput, required=False)
    letter_for = forms.CharField(widget=forms.HiddenInput, required=False)
    file_count = forms.CharField(widget=forms.HiddenInput, required=False)
    letter = forms.Field(
        label="The referral letter",
        help_text=(
            "PDF, JPEG, PNG, TIFF, HEIC, Word (.docx) or RTF, without a password. Up to 5 files of"
            " 10 MB each. An old Word file (.doc), Pages or OpenDocument: save it as PDF first."
        ),
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(ACCEPTED_ENDINGS)}),
        error_messages={"required": "Attach the referral letter, or use the full form."},
    )
    without_file = forms.BooleanField(
        label="Send without the file. I will get the letter to you by fax or another way."
    )
    patient_given_names = line_field("Patient’s given names", 80)
    patient_family_name = line_field("Patient’s family name", 80)
    one_name = forms.BooleanField(label="The patient has only one name.")
    patient_birth_date = BirthDateField(
        label="Date of birth",
        help_text="Day, month, year: 31/1/1980.",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=OFF),
    )
    patient_phone = phone_field("Patient’s telephone", "We ring the patient to book.")
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
    phone = phone_field("Your telephone", autocomplete="tel")
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

    button = "Sign and send"
    name_in_tab = "refer"
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
        self.takes_files = storage.takes_files()
        self.is_letter_asked_about = False
        self.is_another_patient = False
        for name, field in self.fields.items():
            field.required = name in self.required_fields
        if not self.takes_files:
            self.fields["letter"].error_messages["required"] = NO_FILES_NOW
        if self.held.kept or self.held.problems or self.is_ticked("without_file"):
            self.fields["letter"].required = False
        for name in NAMES:
            self.fields[name].required = not self.is_ticked("one_name")
            self.fields[name].error_messages["required"] += " Only one name? Tick the box."

    def is_ticked(self, name: str) -> bool:
        return bool(self.value_of(name))

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
        self.take_one_name(data)
        if settings.IDENTIFIER_CHECKS == "strict":
            for code in identifier_codes(data):
                warned = warned_of(code)
                self.add_error(warned.field, warned.words)
        return data

    def take_one_name(self, data: dict[str, Any]) -> None:
        """Somebody with one name has it as family name, wherever it was typed."""
        if not data.get("one_name") or any(name not in data for name in NAMES):
            return
        family, given = data["patient_family_name"], data["patient_given_names"]
        if not family and not given:
            self.add_error("patient_family_name", "Patient’s family name: write the one name here.")
        elif not family:
            data["patient_family_name"], data["patient_given_names"] = given, ""

    def typed_person(self) -> Person:
        """Whom the form is about so far. What is no date yet counts as none."""
        family, given = (str(self.value_of(name) or "") for name in NAMES)
        try:
            born = self.fields["patient_birth_date"].clean(self.value_of("patient_birth_date"))
        except forms.ValidationError:
            born = None
        return person(family_name=family, given_names=given, born=born)

    def value_of(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def warning_codes(self) -> list[str]:
        """Codes of what the sender should hear before a valid form is sent."""
        today = timezone.localdate()
        codes = date_codes(self.cleaned_data, today=today)
        if settings.IDENTIFIER_CHECKS == "warn":
            codes = identifier_codes(self.cleaned_data) + codes
        return codes + super().warning_codes()

    def must_warn(self) -> bool:
        """Also asks once whose letter it is, where the patient changed after it was attached."""
        before, now = self.earlier_mark(), mark_of(self.typed_person())
        self.is_letter_asked_about = has_changed(before, now)
        self.is_another_patient = is_another(before, now)
        if self.is_another_patient:  # what was answered and signed was about the other one
            self.post_again_with(red_flags="", signed="")
        return super().must_warn() or self.is_letter_asked_about

    @property
    def has_questions(self) -> bool:
        return super().has_questions or self.is_letter_asked_about

    def earlier_mark(self) -> str:
        """Of the patient who stood here when a file was attached that is still kept."""
        if not self.is_bound:
            return str(self.initial.get("letter_for") or "")
        earlier = set(cast(QueryDict, self.data).getlist("kept"))
        is_kept = any(str(file.pk) in earlier for file in self.held.kept)
        return str(self.data.get("letter_for", "")) if is_kept else ""

    def remember_whose_letter(self) -> None:
        """Put a mark of the patient beside files that are kept for the next showing."""
        now = mark_of(self.typed_person())
        mark = now if self.is_letter_asked_about else merged(self.earlier_mark(), now)
        mark = mark if self.held.kept else ""
        if self.is_bound:
            self.post_again_with(letter_for=mark)
        else:
            self.initial["letter_for"] = mark

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
                "warnings": [*self.rebate_codes(), *missing],
                "sender_name": data["name"],
                "sender_email": data["email"],
                "sender_phone": data["phone"],
                "signed_name": data["name"],
                "signed_at": timezone.now(),
            }
        )

    def rebate_codes(self) -> list[str]:
        return [code for code in self.warning_codes() if code != MAIL_DOMAIN]

    def layout(self) -> Layout:
        hidden = ["mode", "letter_for", "file_count"]
        return Layout(*hidden, *(self.drawn(legend, names) for legend, names in self.groups))

    def drawn(self, legend: str, names: list[str]) -> Fieldset:
        may_go_without = self.storing_failed or not self.takes_files or self.held.may_go_without
        if may_go_without or self.is_ticked("without_file"):
            names = [n for name in names for n in with_after(name, "letter", "without_file")]
        if self.is_ticked("one_name") or any(name in self.errors for name in NAMES):
            names = [n for name in names for n in with_after(name, NAMES[0], "one_name")]
        fields = [
            Field(name, template=TEMPLATES[name]) if name in TEMPLATES else name for name in names
        ]
        return Fieldset(legend, *fields)

    def typed(self, name: str) -> bool:
        """Whether somebody wrote something into this field."""
        return bool(self.value_of(name))

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
        if name not in {"mode", "warned", "tries", "file_count", "letter"}
    }
    other = form_of_mode(form.other_mode)(held=form.held, initial=initial)
    other.is_switched = True
    return other
