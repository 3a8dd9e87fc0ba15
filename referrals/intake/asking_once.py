"""What the form of a referral asks once before it is sent: of its letter, its patient, the rebate.

Whoever answered, or sent it all the same, is not asked again.
"""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from referrals.from_letter.in_form import AnswersFromLetter
from referrals.intake.earlier_files import earlier_files
from referrals.intake.patients import Person, has_changed, is_another, mark_of, merged, person
from referrals.intake.rebate import (
    Warned,
    date_codes,
    identifier_codes,
    phone_codes,
    referrer_codes,
    warned_of,
)
from referrals.intake.referral_fields import ReferralFields
from referrals.intake.sent_before import SENT_BEFORE, receipt_of, sent_before
from referrals.models import Enquiry, Referral

NAMES = ["patient_family_name", "patient_given_names"]
RECEIPTS = "receipts"  # the addresses of receipts that this tab came to, posted by a script
NO_DOCTOR = "no_doctor"  # a code that the page for physiotherapists tells above the form


class AsksOnce(AnswersFromLetter, ReferralFields):
    """Mixed into the referral, in either form."""

    is_therapist: bool

    def begin_asking(self) -> None:
        self.begin_with_letters()
        self.begin_with_earlier_files()
        self.is_letter_asked_about = False
        self.is_another_patient = False
        self.is_looked_up = False
        self.sent_before: Enquiry | None = None
        self.asks_sent_before: Enquiry | None = None
        self.receipt_in_hand = ""
        self.told_already: set[str] = set()

    def unsaved(self) -> Referral:
        raise NotImplementedError

    def begin_with_earlier_files(self) -> None:
        """`from_earlier` is told of beside each file, `asks_earlier` asked once before sending."""
        post, is_named = cast(QueryDict, self.data), bool(self.typed_person().family_name)
        kept = self.held.kept if self.is_bound else []
        self.from_earlier = earlier_files(post, kept, is_named=is_named) if kept else []
        self.asks_earlier: list[Any] = []

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
        if settings.IDENTIFIER_CHECKS != "off":
            codes = referrer_codes(self.cleaned_data) + codes + phone_codes(self.cleaned_data)
        codes += self.letter_codes() + super().warning_codes()
        return [*codes, SENT_BEFORE] if self.was_sent_before() else codes

    @property
    def remarks_beside_errors(self) -> list[Warned]:
        """What is asked once the mistakes are mended, so that one look finds both."""
        if not self.errors or settings.IDENTIFIER_CHECKS != "warn":
            return []
        codes = identifier_codes(self.cleaned_data) + phone_codes(self.cleaned_data)
        found = [warned_of(code) for code in codes]
        return [warned for warned in found if warned.field not in self.errors]

    def was_sent_before(self) -> bool:
        """The same letter for the same patient, by another form of the same sender."""
        if not self.is_looked_up:
            self.is_looked_up = True
            key, files = self.form_key_digits(), self.held.kept
            self.sent_before = sent_before(self.unsaved(), files, form_key=key)
        return self.sent_before is not None

    def must_warn(self) -> bool:
        """Also asks once whose letter it is, where the patient changed after it was attached."""
        before, now = self.earlier_mark(), mark_of(self.typed_person())
        self.is_letter_asked_about = has_changed(before, now)
        self.is_another_patient = is_another(before, now)
        if self.is_another_patient:  # what was answered and signed was about the other one
            self.post_again_with(red_flags="", signed="")
        self.ask_of_earlier_files()
        self.ask_again_of_new_letters()
        self.take_as_told()
        is_new = super().must_warn()
        self.ask_of_letters(is_new=is_new)
        self.asks_sent_before = self.sent_before if is_new else None
        if self.asks_sent_before:
            self.receipt_in_hand = receipt_of(self.asks_sent_before, self.data.get(RECEIPTS, ""))
        shown = [warned for warned in self.warnings_shown if warned.code not in self.told_already]
        self.warnings_shown = [warned for warned in shown if warned.code != SENT_BEFORE]
        return is_new or self.is_letter_asked_about or bool(self.asks_earlier)

    def take_as_told(self) -> None:
        """What stands above the form, and what nobody can correct in it, is no reason to stop."""
        is_there = self.data.get("as") == "physio" and self.is_therapist
        self.told_already = {NO_DOCTOR} if is_there else set()
        self.post_again_with(warned=" ".join([self.data.get("warned", ""), *self.told_already]))

    def ask_of_earlier_files(self) -> None:
        """Only of those whose words could not be compared with the patient."""
        self.asks_earlier = [file for file in self.from_earlier if not self.was_read(file)]
        self.from_earlier = []

    @property
    def has_questions(self) -> bool:
        is_asked = self.is_letter_asked_about or self.asks_earlier or self.asks_sent_before
        return bool(super().has_questions or is_asked or self.asks_of_letter)

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
