"""What can be asked of the log of who read what: by patient, enquiry, colleague and day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clinic_site.models import Clinic
from referrals import person_index
from referrals.fields import BirthDateField, DayField, LineField
from referrals.models import AccessLog, Enquiry, PersonIndex
from referrals.reading.words import person_name
from referrals.references import ALPHABET, is_reference

OF_A_PATIENT = ["family_name", "given_names", "birth_date", "phone", "medicare"]
IN_ADDRESSES = ["reference", "person", "since", "until"]  # names no patient
Field = PersonIndex.Field
NO_REFERENCE = "A reference has eight letters and digits, like SIJ-7KH2M9PD. Check it once more."


@dataclass(frozen=True)
class Details:
    """What is known of a patient."""

    family_name: str = ""
    given_names: str = ""
    birth_date: date | None = None
    phone: str = ""
    medicare: str = ""

    def names(self) -> list[tuple[str, str]]:
        """Family name and date of birth, as `person_index` takes them."""
        return person_index.terms(family_name=self.family_name, birth_date=self.birth_date)

    def words(self) -> list[tuple[str, str]]:
        """Each word of the names, as a look-up in one box is connected with others."""
        found = [
            word
            for name in (self.family_name, self.given_names)
            for word in person_index.name_words(name)
        ]
        return [(Field.FAMILY_NAME.value, word) for word in dict.fromkeys(found)]

    def words_and_birth_date(self) -> list[tuple[str, str]]:
        """The family name word by word, as somebody typed it into one box, and the birth date."""
        words = map(person_index.plain_name, self.family_name.split())
        named = [(Field.FAMILY_NAME.value, word) for word in words if word]
        return [*named, *person_index.terms(birth_date=self.birth_date)]

    def numbers(self) -> list[list[tuple[str, str]]]:
        """Telephone and Medicare number: each of them finds a person alone."""
        found = person_index.terms(phones=[self.phone], medicare=self.medicare)
        return [[term] for term in found]

    def terms(self) -> list[tuple[str, str]]:
        return [*self.names(), *[term for number in self.numbers() for term in number]]

    def is_one_person(self) -> bool:
        """Enough to tell twins apart."""
        return bool(self.family_name and self.given_names and self.birth_date)


def colleagues() -> list[tuple[str, str]]:
    """Whoever works here or stands in the log, also those who have left."""
    read = AccessLog.objects.filter(by=OuterRef("pk"))
    found = User.objects.filter(Q(is_staff=True) | Exists(read))
    named = [(str(user.pk), person_name(user)) for user in found]
    return [("", "Anybody"), *sorted(named, key=lambda choice: choice[1].casefold())]


class ReadingForm(forms.Form):
    """One form for every question. Empty, it asks for all that was read."""

    family_name = LineField(label="Family name", required=False, max_length=80)
    given_names = LineField(label="Given names", required=False, max_length=80)
    birth_date = BirthDateField(label="Date of birth", required=False)
    phone = LineField(label="Telephone", required=False, max_length=30)
    medicare = LineField(label="Medicare number", required=False, max_length=20)
    reference = LineField(label="Reference", required=False, max_length=40)
    person = forms.ChoiceField(label="Colleague", required=False, choices=colleagues)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def clean_reference(self) -> str:
        typed = self.cleaned_data["reference"]
        if not typed:
            return ""
        if found := read_reference(typed):
            return found
        raise forms.ValidationError(NO_REFERENCE)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["given_names"] and not self.details().terms():
            self.add_error("family_name", "Write the family name too, or the date of birth.")
        if data["since"] and data["until"] and data["since"] > data["until"]:
            self.add_error("until", "This day is before the first one.")
        return data

    def details(self) -> Details:
        typed: dict[str, Any] = {name: self.cleaned_data[name] for name in OF_A_PATIENT}
        return Details(**typed)

    def names_a_patient(self) -> bool:
        return bool(self.details().terms())

    def in_address(self) -> dict[str, Any]:
        """What was asked, for an address: nothing of a patient, and nothing that is empty."""
        typed = {name: self.data.get(name, "") for name in IN_ADDRESSES}
        return {name: value for name, value in typed.items() if value}


def narrowed(asked: dict[str, Any]) -> Q:
    """To the colleague and the days of a valid form, in the clinic’s time."""
    found = Q()
    if asked["person"]:
        found &= Q(by=int(asked["person"]))
    if asked["since"]:
        found &= Q(at__gte=start_of(asked["since"]))
    if asked["until"]:
        found &= Q(at__lt=start_of(asked["until"] + timedelta(days=1)))
    return found


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def read_reference(typed: str) -> str:
    """The whole reference, whatever stands before its eight signs; empty where it is none.

    Without a prefix it is that of an enquiry, and else the one that is given out today.
    """
    signs = re.sub("[^A-Z0-9]", "", typed.upper())
    prefix, code = signs[:-8], signs[-8:]
    if not re.fullmatch(f"[{ALPHABET}]{{8}}", code):
        return ""
    if not prefix:
        known = Enquiry.objects.filter(reference__endswith=f"-{code}")
        found = known.values_list("reference", flat=True).first()
        return found or f"{Clinic.current().reference_prefix}-{code}"
    whole = f"{prefix}-{code}"
    return whole if is_reference(whole) else ""
