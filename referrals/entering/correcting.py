"""`correct` mends a slip in what was typed: the old value stays, sealed, in the timeline.

What the sender sent as a whole keeps its digest, so a form that is sent again is still known.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from clinic_site.sealing.lasting_digests import lasting_hmac
from referrals import person_index
from referrals.entering.entry import CHANGE
from referrals.mail import outbox
from referrals.mail.kinds import KINDS, GoesTo
from referrals.models import Enquiry, Event, Message, Notification, PersonIndex, Referral
from referrals.timeline import add_line
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, NothingWritten

# Each column that may be corrected, with its name in words.
OF_PATIENT = {
    "patient_family_name": "Family name",
    "patient_given_names": "Given names",
    "patient_birth_date": "Date of birth",
    "patient_phone": "Patient’s telephone",
    "medicare_number": "Medicare number",
    "medicare_irn": "Number on the card",
}
MAIL_OF_PATIENT = {
    "patient_email": "Patient’s email",
    "patient_agrees_mail": "The patient agrees to mail from us",
}
OF_SENDER = {
    "sender_name": "Sender’s name",
    "sender_phone": "Sender’s telephone",
    "sender_email": "Sender’s email",
}
NEVER_EMPTY = {"patient_family_name", "patient_birth_date", "sender_name"}
NOTHING = "nothing"
TO_SENDER = [kind for kind, row in KINDS.items() if row.goes_to is GoesTo.SENDER]
MEANWHILE = "A colleague has changed these details meanwhile. Look at what stands there now."


def correct(
    *,
    enquiry: Enquiry,
    right: Mapping[str, Any],
    seen: str,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Enquiry:
    """Put `right` (columns with their values) in the place of what differs.

    `seen` is `mark_of` what stood there when the person looked. Where nothing differs nothing
    happens. Raises `ChangedMeanwhile`, `NothingWritten` without a reason, and `CannotMove`.
    """
    require(by, CHANGE)
    with transaction.atomic():
        row = whole(Enquiry.objects.select_for_update().only("pk", "kind").get(pk=enquiry.pk))
        before = details_of(row)
        changed = {n: v for n, v in right.items() if n in before and v != before[n]}
        if not changed:
            return row
        refuse_what_cannot_be(changed, is_current=seen == mark_of(before), reason=reason)
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        lines = [in_words(name, before[name], value) for name, value in changed.items()]
        note = "\n".join([*lines, f"Why: {reason.strip()}"])
        kind, now = Event.Kind.DETAILS_CORRECTED, at or timezone.now()
        add_line(kind, enquiry=row, at=now, by=by, note=note)
        index_anew(row)
        if MAIL_OF_PATIENT.keys() & changed:
            take_back_mail_to_patient(row)
        if "sender_email" in changed:
            hold_back_mail_to_sender(row)
    return row


def refuse_what_cannot_be(changed: Mapping[str, Any], *, is_current: bool, reason: str) -> None:
    if not is_current:
        raise ChangedMeanwhile(MEANWHILE)
    for name in NEVER_EMPTY & set(changed):
        if not changed[name]:
            raise CannotMove(f"{label_of(name)}: this cannot be empty.")
    if not reason.strip():
        raise NothingWritten("Write in a few words why, for example “misread on the fax”.")


def whole(enquiry: Enquiry) -> Referral | Message:
    return enquiry.referral if enquiry.kind == Enquiry.Kind.REFERRAL else enquiry.message


def details_of(enquiry: Enquiry) -> dict[str, Any]:
    """What may be corrected, as it stands now, by column."""
    is_referral = enquiry.kind == Enquiry.Kind.REFERRAL
    names = [*OF_PATIENT, *MAIL_OF_PATIENT, *OF_SENDER] if is_referral else list(OF_SENDER)
    row = enquiry if isinstance(enquiry, Referral | Message) else whole(enquiry)
    found = {name: getattr(row, name) for name in names}
    return {name: "" if value is None else value for name, value in found.items()}


def mark_of(details: Mapping[str, Any]) -> str:
    """A keyed digest for a hidden field: tells that somebody changed one, and nothing else."""
    canonical = json.dumps({name: str(value) for name, value in details.items()}, sort_keys=True)
    return lasting_hmac("referrals.correcting", canonical)[:32]


def label_of(name: str) -> str:
    return {**OF_PATIENT, **MAIL_OF_PATIENT, **OF_SENDER}[name]


def in_words(name: str, before: Any, now: Any) -> str:
    return f"{label_of(name)}: {shown(now)}. Before: {shown(before)}."


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"“{value}”" if value else NOTHING


def take_back_mail_to_patient(row: Enquiry) -> None:
    """What has not gone out goes to no address that was wrong, and to nobody who wants no mail."""
    for mail in row.notifications.filter(kind=Notification.Kind.PATIENT):
        outbox.set_aside(notification=mail)


def hold_back_mail_to_sender(row: Enquiry) -> None:
    """What nobody has begun to send does not go to the wrong address; `send_again` sends it."""
    for mail in row.notifications.filter(kind__in=TO_SENDER):
        outbox.withdraw_mail(notification=mail)


def index_anew(row: Referral | Message) -> None:
    """Found by what is right. What was wrong may be another person's."""
    PersonIndex.objects.filter(enquiry=row.pk).delete()
    person_index.index(enquiry=row)
