"""The referral, drawn as one quick page with a letter, or in full.

Both are made from `referral_fields`, so switching keeps what was typed. `paper` prints them too.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, cast

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.db import Error
from django.http import QueryDict
from django.utils import timezone

from clinic_site.models import Clinician
from clinic_site.written_once import WrittenOnce
from referrals.files import storage
from referrals.files.uploads import Files
from referrals.from_letter.asking import FLAGS_IN_LETTER
from referrals.from_letter.in_form import FIELD_TEMPLATE
from referrals.intake.asking_once import NAMES
from referrals.intake.hospital_doctors import ADDRESS, AsksHospitalDoctor
from referrals.intake.rebate import MAIL_DOMAIN, identifier_codes, warned_of
from referrals.intake.referral_fields import sex_in_words, with_after
from referrals.intake.sent_before import SENT_BEFORE
from referrals.models import Enquiry, Referral
from referrals.urgency import urgency_meant
from referrals.workflow.patient_news import is_same_address

TEMPLATES = {name: f"clinic/{name}.html" for name in ("red_flags", "urgency")}
BUTTON_SIGNS = "clinic/button_signs.html"
TEMPLATES["letter"] = "clinic/files.html"
NOT_STORED = {MAIL_DOMAIN, FLAGS_IN_LETTER, SENT_BEFORE}
LETTER_MISSING = "letter_missing"  # a code among Referral.warnings: the rooms ask for the letter
NO_FILES_NOW = "We cannot take files now. Tick the box below, or use the full form."
FIRST_FREE = ("", "Whoever is free first")
AGREES_NOT = "Patient’s email: tick that the patient agrees, or leave the email empty."
OWN_ADDRESS = "That is your own email. Write the patient’s, or leave it empty."
# Who refers, as the page says it on which the form stands.
STANDS_ON = {
    "physio": Referral.ReferrerType.PHYSIOTHERAPIST,
    "hospital": Referral.ReferrerType.HOSPITAL,
}
PATIENT_MAIL = ["patient_email", "patient_agrees_mail"]


_doctors = WrittenOnce(lambda: Clinician.objects.only("name"))
_last_read: list[tuple[int, str]] = []


def doctors_to_choose() -> list[tuple[int, str]]:
    """Key and name of each. As this process last read them where the database is away: the form
    must come back all the same."""
    with suppress(Error):
        _last_read[:] = [(doctor.pk, doctor.name) for doctor in _doctors.objects()]
    return list(_last_read)


class Details(Fieldset):
    """A part that opens when somebody wants it, or when something in it needs attention."""

    template = "%s/layout/details.html"

    def __init__(self, legend: str, *fields: str, is_open: bool) -> None:
        super().__init__(legend, *fields)
        self.is_open = is_open


class ReferralForm(AsksHospitalDoctor):
    """A doctor refers a patient. The subclasses say what is required and in which order."""

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
        self.begin_asking()
        self.storing_failed = False
        self.takes_files = storage.takes_files()
        self.is_script_there = bool(self.value_of("file_count"))
        self.ask_for_whom()
        for name, field in self.fields.items():
            field.required = name in self.required_fields
        self.ask_by_profession()
        if not self.takes_files:
            self.fields["letter"].error_messages["required"] = NO_FILES_NOW
        if self.held.kept or self.held.problems or self.is_ticked("without_file"):
            self.fields["letter"].required = False
        for name in NAMES:
            self.fields[name].required = not self.is_ticked("one_name")
            self.fields[name].error_messages["required"] += " Only one name? Tick the box."

    def ask_for_whom(self) -> None:
        """Only where the clinic shows more than one doctor."""
        doctors = doctors_to_choose()
        if len(doctors) < 2:
            del self.fields["for_clinician"]
            return
        field = cast(forms.TypedChoiceField, self.fields["for_clinician"])
        field.choices = [FIRST_FREE, *((str(pk), name) for pk, name in doctors)]

    def greet(self, role: str, *, goes_over: bool = False) -> None:
        """On the pages for those who are no doctors, and for hospital doctors, the answer to who
        they are stands already; whoever goes over to another page leaves it behind."""
        if role == "hospital":
            self.ask_hospital_doctor()
        if self.is_bound:
            return
        said = self.value_of("referrer_type")
        if goes_over and said in STANDS_ON.values() and said != STANDS_ON.get(role):
            said = self.initial["referrer_type"] = ""
        if not said:
            self.initial["referrer_type"] = STANDS_ON.get(role, "")
        self.ask_therapist()

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
            self.fields["letter"].required = "letter" in self.required_fields
        self.take_one_name(data)
        self.ask_about_patient_mail(data)
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

    def ask_about_patient_mail(self, data: dict[str, Any]) -> None:
        """An address without the tick, or a tick without one, is a slip to mend in one press."""
        agrees, address = data.get("patient_agrees_mail"), data.get("patient_email")
        if "patient_email" in self.errors:
            return
        if address and not agrees:
            self.add_error("patient_agrees_mail", AGREES_NOT)
        elif agrees and not address:
            self.add_error("patient_email", "Write the patient’s email, or take the tick away.")
        elif address and is_same_address(address, data.get("email", "")):
            self.add_error("patient_email", OWN_ADDRESS)

    def enquiry(self) -> Referral:
        made = self.unsaved()
        missing = self.cleaned_data["without_file"] and not self.held.kept
        codes = [*self.codes_to_store(), *self.codes_of_kind()]
        made.warnings = [*codes, *([LETTER_MISSING] if missing else [])]
        return made

    def unsaved(self) -> Referral:
        """All but what we remark about it."""
        data = self.cleaned_data
        columns = {field.name for field in Referral._meta.get_fields()}
        columns -= {"for_clinician"}
        same_name = {name: data[name] for name in self.fields if name in columns}
        return Referral(
            **{
                **same_name,
                "sex_at_birth": sex_in_words(data["sex_at_birth"], data["sex_term"]),
                "for_clinician_id": data.get("for_clinician"),
                "kind": Enquiry.Kind.REFERRAL,
                "mode": self.own_mode,
                "urgency": urgency_meant(chosen=data["urgency"], red_flags=data["red_flags"]),
                "sender_name": data["name"],
                "sender_email": data["email"],
                "sender_phone": data["phone"],
                "signed_name": data["name"],
                "signed_at": timezone.now(),
                "letter_flags": self.flags_of_letters(),
            }
        )

    def codes_to_store(self) -> list[str]:
        return [code for code in self.warning_codes() if code not in NOT_STORED]

    def layout(self) -> Layout:
        hidden = ["mode", "file_count"]  # `letter_for` stands in the list of files
        drawn = [self.drawn(legend, names) for legend, names in self.groups]
        return Layout(*hidden, *drawn[:-1], self.patient_mail(), drawn[-1])

    def patient_mail(self) -> Details:
        is_open = self.needs_attention(PATIENT_MAIL)
        return Details("Keep the patient informed (optional)", *PATIENT_MAIL, is_open=is_open)

    def drawn(self, legend: str, names: list[str]) -> Fieldset:
        may_go_without = self.storing_failed or not self.takes_files or self.held.may_go_without
        if may_go_without or self.is_ticked("without_file"):
            names = [n for name in names for n in with_after(name, "letter", "without_file")]
        names = self.with_hospital(self.with_report(names))
        if self.is_ticked("one_name") or any(name in self.errors for name in NAMES):
            names = [n for name in names for n in with_after(name, NAMES[0], "one_name")]
        if self.is_therapist and "referrer_type" not in names:
            names = [n for name in names for n in with_after(name, "name", "referrer_type")]
        return Fieldset(legend, *self.in_templates(name for name in names if name in self.fields))

    def let_button_sign(self) -> None:
        """Where nobody signed before the letter filled the form in: one press after looking at it,
        and not a tick as well."""
        if not self.is_ticked("signed"):
            self.button_ticks = "signed"

    def in_templates(self, names: Iterable[str]) -> list[Any]:
        """Each as crispy draws it: in a template of its own where it has one."""
        own = {**TEMPLATES, **dict.fromkeys(self.marks, FIELD_TEMPLATE)}
        own |= {"signed": BUTTON_SIGNS} if self.button_ticks == "signed" else {}
        return [Field(name, template=own[name]) if name in own else name for name in names]

    def typed(self, name: str) -> bool:
        """Whether somebody wrote something into this field."""
        return bool(self.value_of(name))

    def needs_attention(self, names: list[str]) -> bool:
        warned = {warned.field for warned in self.warnings_shown}
        typed = [name for name in names if self.typed(name) and not self.stands_already(name)]
        return bool(typed) or any(name in warned or name in self.errors for name in names)

    def stands_already(self, name: str) -> bool:
        """Whether we wrote it, and not whoever fills in the form."""
        kind = Referral.ReferrerType.HOSPITAL
        return name == "referrer_type" and self.value_of(name) == kind


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
        ("How urgent is it?", ["red_flags", "urgency", "for_clinician"]),
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
    from_full = ["sex_at_birth", "sex_term", "urgency_reason", "history", "treatments_tried"]
    from_full += ["imaging", "medicines", "allergies"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "A note to the rooms"
        self.fields["reason"].help_text = "What the letter does not say."

    def layout(self) -> Layout:
        names = self.more + [name for name in self.from_full if self.typed(name)]
        names = [name for name in names if name != "referrer_type" or not self.is_therapist]
        names = [name for name in names if name != ADDRESS or not self.is_from_hospital]
        is_open = self.needs_attention(names)
        details = Details("Add more, if you like", *self.in_templates(names), is_open=is_open)
        return Layout(*super().layout(), details, Fieldset("Sign", *self.in_templates(["signed"])))


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
                "sex_at_birth",
                "sex_term",
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
                "for_clinician",
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
    return as_typed(form, form.other_mode)


def as_typed(form: ReferralForm, mode: str) -> ReferralForm:
    """A form of that mode, not judged yet, with everything that stands in this one."""
    initial = {
        name: form.fields[name].widget.value_from_datadict(form.data, {}, name)
        for name in form.fields
        if name not in {"mode", "warned", "tries", "file_count", "letter"}
    }
    other = form_of_mode(mode)(held=form.held, initial=initial)
    other.is_switched = True
    other.of_another = form.of_another
    other.from_earlier = form.from_earlier
    return other
