"""The form that puts right what was typed: the details as they stand there now, and why."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from referrals.entering.forms import (
    LONGEST_NOTE,
    Received,
    how_pressing,
    mail_of_patient,
    patient_fields,
    received_fields,
    required_only,
    sender_fields,
)
from referrals.intake.referral_fields import line_field, text_field

COLUMN_OF = {"name": "sender_name", "phone": "sender_phone", "email": "sender_email"}


class CorrectForm(Received):
    """The details that stand there now, to be put right, and why."""

    reason = text_field("Why?", "For example: misread on the fax.", length=LONGEST_NOTE, rows=2)

    def __init__(self, details: Mapping[str, Any], data: QueryDict | None = None) -> None:
        is_referral = "patient_family_name" in details
        initial = {FIELD_OF.get(name, name): value for name, value in details.items()}
        if came := details.get("received_at"):
            came = timezone.localtime(came)
            initial |= {"received_on": came.date(), "received_time": came.time()}
        super().__init__(data, initial=initial)
        patient = {**patient_fields(), **mail_of_patient()} if is_referral else {}
        sender = sender_fields(is_referral=is_referral)
        pressing = how_pressing() if is_referral else {}
        if is_referral:
            sender["practice_name"] = line_field("Practice", 120)
        pressing |= received_fields() if came else {}
        self.fields.update(patient | sender | pressing)
        needed = {"patient_family_name", "patient_birth_date", "name"}
        required_only(self, needed, [*patient, *sender])
        self.fields["reason"].required = False  # the verb asks, where anything differs
        who = "The doctor" if is_referral else "Who wrote"
        of_patient = [("The patient", list(patient))] if patient else []
        soon = "How soon" if is_referral else "When it came"
        of_it = [(soon, list(pressing))] if pressing else []
        self.groups = [*of_patient, (who, list(sender)), *of_it, ("Why", ["reason"])]

    def codes(self) -> dict[str, tuple[str, str]]:
        """Of what was changed: the rest was said when it came in."""
        found, changed = super().codes(), set(self.changed_data)
        return {code: said for code, said in found.items() if said[0] in changed}

    def over(self, now: Mapping[str, Any], *, hers: Mapping[str, Any]) -> "CorrectForm":
        """A form of what stands there now, with what she typed in its place."""
        form = CorrectForm({**now, **hers})
        form.initial.update({name: self.data.get(name, "") for name in ("reason", "warned")})
        return form

    def show_both(self, column: str, *, theirs: str) -> None:
        """Beside a field that a colleague changed too."""
        words = f"A colleague has put {theirs} here meanwhile. Here stands yours."
        self.to_check.setdefault(self.field_of(column), []).append(words)

    def field_of(self, column: str) -> str:
        return FIELD_OF.get(column, column)

    def details(self) -> dict[str, Any]:
        """By column."""
        data = self.cleaned_data
        left_out = {"warned", "reason", "received_on", "received_time"}
        names = [name for name in self.fields if name not in left_out]
        came = {"received_at": data["received_at"]} if "received_on" in self.fields else {}
        return {COLUMN_OF.get(name, name): data[name] for name in names} | came


FIELD_OF = {column: name for name, column in COLUMN_OF.items()} | {"received_at": "received_time"}
