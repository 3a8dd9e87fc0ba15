"""What staff type about a referral on paper, a call, a correction. Few fields, nothing twice.

A number that does not add up is said beside its field once and never stops anybody: whoever types
it in has the paper in her hand and not the card.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from clinic_site.models import Clinician
from referrals.entering.correcting import OF_PATIENT
from referrals.fields import BirthDateField, DayField, EmailField, FilesInput, NamedInErrors
from referrals.fields import TextField as Words
from referrals.files.size_limits import TAKEN_IN_WORDS
from referrals.files.uploads import Files
from referrals.inspecting.sniffing import ACCEPTED_ENDINGS
from referrals.intake.forms import LONGEST_MESSAGE
from referrals.intake.rebate import identifier_codes, phone_codes, warned_of
from referrals.intake.referral_fields import line_field, number_field, phone_field, text_field
from referrals.mail_domains import meant_address
from referrals.models import Enquiry, Message, Referral
from referrals.plain_text import plain_line
from referrals.urgency import RED_FLAGS, urgency_meant

LONGEST_NOTE = 4000
LONG_AGO = timedelta(days=60)
YEARS_AGO = timedelta(days=5 * 365)  # no paper lies that long: it is a slip
CLOCK = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(?:([ap])\.?\s?m?\.?)?")
WRITE_TIME = "Write the time like 14:30 or 2:30 pm."
Field = tuple[Any, str]  # a field of a form, and what to check about it


class ClockField(NamedInErrors, forms.Field):
    """A time of day as people write it."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found = CLOCK.fullmatch(plain_line(str(value)).casefold())
        if not found:
            raise ValidationError(WRITE_TIME)
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and not 1 <= hour <= 12:
            raise ValidationError(WRITE_TIME)
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour
        try:
            return time(hour, minute)
        except ValueError:
            raise ValidationError(WRITE_TIME) from None


def moment(day: date, clock: time) -> datetime:
    """That time of the clinic's clock. Raises ValidationError for one that its clocks skipped."""
    naive = datetime.combine(day, clock)
    found = timezone.make_aware(naive).astimezone(UTC)
    if timezone.localtime(found).replace(tzinfo=None) != naive:
        raise ValidationError("The clocks went forward over this time. Check it.")
    return found


class Checked(forms.Form):
    """Says once what to check, beside the field; the second press takes it as it is."""

    warned = forms.CharField(widget=forms.HiddenInput, required=False)
    groups: list[tuple[str, list[str]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_check: dict[str, list[str]] = {}

    def codes(self) -> dict[str, tuple[str, str]]:
        """What to check: a code, the field it is about, and words."""
        data, found = self.cleaned_data, {}
        is_checked = settings.IDENTIFIER_CHECKS != "off"
        for code in [*identifier_codes(data), *phone_codes(data)] if is_checked else []:
            warned = warned_of(code)
            if warned.field in self.fields:
                found[code] = (warned.field, warned.words)
        if meant := meant_address(data.get("email") or ""):
            found["mail_domain"] = ("email", f"Is it {meant}?")
        return found

    def must_check(self) -> bool:
        """Whether there is something to say that was not said before; makes the form say it."""
        found = self.codes()
        if set(found) <= set(str(self.data.get("warned", "")).split()):
            return False
        for name, words in found.values():
            self.to_check.setdefault(name, []).append(words)
        data: Any = self.data
        self.data = data.copy()
        self.data["warned"] = " ".join(found)  # type: ignore[index]
        return True

    def fields_in_groups(self) -> list[tuple[str, list[Field]]]:
        return [(legend, [self.field(n) for n in names]) for legend, names in self.groups]

    def field(self, name: str) -> Field:
        return self[name], " ".join(self.to_check.get(name, []))


class Received(Checked):
    """When it came, where the form asks."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, clock = data.get("received_on"), data.get("received_time")
        if day and day < timezone.localdate() - YEARS_AGO:
            self.add_error("received_on", "That is more than five years ago. Check the year.")
        elif day and clock is not None:
            try:
                data["received_at"] = moment(day, clock)
            except ValidationError as problem:
                self.add_error("received_time", problem)
            else:
                self.refuse_the_future(day, data["received_at"])
        return data

    def refuse_the_future(self, day: date, at: datetime) -> None:
        if day > timezone.localdate():
            self.add_error("received_on", "This day is in the future. Check it.")
        elif at > timezone.now():
            self.add_error("received_time", "This time is in the future. Check it.")

    def codes(self) -> dict[str, tuple[str, str]]:
        found, came = super().codes(), self.cleaned_data.get("received_at")
        if came and timezone.now() - came > LONG_AGO:
            found["long_ago"] = ("received_on", "That is long ago. Is the year right?")
        return found


def received_fields() -> dict[str, forms.Field]:
    return {
        "received_on": DayField(
            label="Received on",
            help_text="Like 28/11/2026. The clocks run from this day and time.",
            error_messages={"required": "Write the day it came."},
        ),
        "received_time": ClockField(
            label="At what time?", error_messages={"required": "Write the time it came."}
        ),
    }


def how_pressing() -> dict[str, forms.Field]:
    """How soon, and what cannot wait."""
    return {
        "red_flags": forms.MultipleChoiceField(
            label="Does it name any of these?",
            help_text="Tick what it says. Nothing of these? Leave all empty.",
            choices=[(code, words) for code, words in RED_FLAGS if code != "none"],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        ),
        "urgency": forms.ChoiceField(
            label="How soon?",
            choices=Enquiry.Urgency.choices,
            initial=Enquiry.Urgency.ROUTINE,
            widget=forms.RadioSelect,
        ),
    }


class EntryForm(Received):
    """When and how it came: what a referral and a message share."""

    def __init__(self, data: QueryDict | None = None) -> None:
        now = timezone.localtime()
        initial = {"received_on": now.date(), "received_time": now.time()}
        super().__init__(data, initial=initial)
        self.fields.update(received_fields())

    def way_in(self) -> str:
        raise NotImplementedError

    def enquiry(self) -> Enquiry:
        raise NotImplementedError


def patient_fields() -> dict[str, forms.Field]:
    only_one = "Only one name? Write it as the family name."
    return {
        "patient_family_name": line_field("Family name", 80),
        "patient_given_names": line_field("Given names", 80, only_one),
        "patient_birth_date": BirthDateField(
            label="Date of birth",
            help_text="Like 31/1/1980. Not on the letter? Ring the practice or the patient.",
        ),
        "sex_at_birth": line_field(
            "Sex at birth", 100, "As the letter says it. Leave it empty if it does not."
        ),
        "patient_phone": phone_field("Patient’s telephone", "Leave it empty if there is none."),
        "medicare_number": number_field("Medicare number", 60),
        "medicare_irn": number_field("Number on the card", 10, "The digit in front of the name."),
    }


def mail_of_patient() -> dict[str, forms.Field]:
    email = EmailField(label="Patient’s email", max_length=254, widget=forms.EmailInput())
    label = "The patient agrees to mail from us"
    return {
        "patient_email": email,
        "patient_agrees_mail": forms.BooleanField(label=label),
    }


def sender_fields(*, is_referral: bool) -> dict[str, forms.Field]:
    who = "Doctor’s" if is_referral else "Their"
    phone = "telephone or fax" if is_referral else "telephone"
    return {
        "name": line_field(f"{who} name", 120),
        "phone": phone_field(f"{who} {phone}"),
        "email": EmailField(label=f"{who} email", max_length=254, widget=forms.EmailInput()),
    }


def required_only(form: forms.Form, names: Iterable[str], typed: Iterable[str]) -> None:
    """Of the fields `typed`, those that must not be empty, with words that say so."""
    for name in typed:
        field = form.fields[name]
        field.required = name in set(names)
        if field.required:
            label = str(field.label)
            field.error_messages["required"] = f"Write the {label[0].lower()}{label[1:]}."


class ReferralEntryForm(EntryForm):
    """A referral that came on paper, by telephone or by hand."""

    way = forms.ChoiceField(
        label="How did it come?",
        choices=[(way.value, way.label) for way in Enquiry.WayIn if way != Enquiry.WayIn.WEB],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came."},
    )
    reason = text_field("What is it about?", "Side, how long, what they ask. Or attach the scan.")
    letter = forms.Field(
        label="The scan",
        help_text=TAKEN_IN_WORDS,
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(ACCEPTED_ENDINGS)}),
    )
    practice_name = line_field("Practice", 120)
    provider_number = number_field("Provider number", 20)
    referral_date = DayField(label="Date on the letter", required=False)
    mail_receipt = forms.BooleanField(label="Send the doctor a receipt by email", required=False)
    groups = [
        ("How it came", ["way", "received_on", "received_time"]),
        (
            "The patient",
            [
                "patient_family_name",
                "patient_given_names",
                "patient_birth_date",
                "sex_at_birth",
                "patient_phone",
                "medicare_number",
                "medicare_irn",
            ],
        ),
        ("What it is about", ["letter", "reason", "red_flags", "urgency"]),
        (
            "The doctor",
            [
                "name",
                "practice_name",
                "phone",
                "provider_number",
                "referral_date",
                "email",
                "mail_receipt",
            ],
        ),
    ]
    required_fields = {"patient_family_name", "patient_birth_date", "name"}

    def __init__(self, data: QueryDict | None = None, *, held: Files | None = None) -> None:
        super().__init__(data)
        self.held = held or Files()
        self.fields.update(patient_fields() | sender_fields(is_referral=True) | how_pressing())
        typed = [*OF_PATIENT, "name", "phone", "email", "practice_name", "provider_number"]
        required_only(self, self.required_fields, [*typed, "reason"])
        clinicians = list(Clinician.objects.all())
        if len(clinicians) > 1:
            choices = [(str(one.pk), one.name) for one in clinicians]
            self.fields["for_clinician"] = forms.ChoiceField(
                label="For whom?", choices=[("", "First available"), *choices], required=False
            )

    def fields_in_groups(self) -> list[tuple[str, list[Field]]]:
        """Where the clinic has one clinician, nobody is asked for whom."""
        groups = super().fields_in_groups()
        if "for_clinician" in self.fields:
            groups[2][1].append(self.field("for_clinician"))
        return groups

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for problem in self.held.problems:
            self.add_error("letter", problem)
        is_empty = not data.get("reason") and not self.held.kept
        if is_empty and not {"reason", "letter"} & set(self.errors):
            self.add_error("reason", "Write a few words, or attach the scan.")
        if data.get("mail_receipt") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "Write the address the receipt goes to, or take the tick away.")
        return data

    def way_in(self) -> str:
        return str(self.cleaned_data["way"])

    def enquiry(self) -> Referral:
        data = self.cleaned_data
        flags = data["red_flags"]
        return Referral(
            **{name: data[name] for name in [*OF_PATIENT, "practice_name", "provider_number"]},
            kind=Enquiry.Kind.REFERRAL,
            mode=Referral.Mode.QUICK if self.held.kept else Referral.Mode.FULL,
            urgency=urgency_meant(chosen=data["urgency"], red_flags=flags or ["none"]),
            red_flags=flags,
            referral_date=data["referral_date"],
            reason=data["reason"],
            sender_name=data["name"],
            sender_phone=data["phone"],
            sender_email=data["email"],
            for_clinician_id=int(data.get("for_clinician") or 0) or None,
            signed_name="",
            warnings=[code for code in self.codes() if code not in {"mail_domain", "long_ago"}],
        )


class MessageEntryForm(EntryForm):
    """A message that somebody left by telephone."""

    topic = forms.ChoiceField(
        label="What is it about?",
        choices=Message.Topic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )
    text = Words(
        label="What did they say?",
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what they said."},
    )
    groups = [
        ("The caller", ["name", "phone", "email"]),
        ("The message", ["topic", "text"]),
        ("When it came", ["received_on", "received_time"]),
    ]

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields.update(sender_fields(is_referral=False))
        required_only(self, {"name", "phone"}, ["name", "phone", "email"])

    def way_in(self) -> str:
        return Enquiry.WayIn.TELEPHONE

    def enquiry(self) -> Message:
        data = self.cleaned_data
        return Message(
            kind=Enquiry.Kind.MESSAGE,
            sender_name=data["name"],
            sender_phone=data["phone"],
            sender_email=data["email"],
            topic=data["topic"],
            text=data["text"],
        )
