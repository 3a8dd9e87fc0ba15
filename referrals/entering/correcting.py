"""`correct` mends a slip in what was typed: the old value stays, sealed, in the timeline.

What the sender sent as a whole keeps its digest, so a form that is sent again is still known.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
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
from referrals.states.lookups import state_of
from referrals.timeline import add_line
from referrals.urgency import EMERGENCY_FLAGS, RED_FLAGS, urgency_meant
from referrals.workflow.patient_news import is_same_address, patient_address
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
OF_REFERRAL = {
    "practice_name": "Practice",
    "urgency": "How soon",
    "red_flags": "Red flags",
}
OF_ENTRY = {"received_at": "Received"}  # where staff typed it: the site knows when a form came
OF_SENDER = {
    "sender_name": "Sender’s name",
    "sender_phone": "Sender’s telephone",
    "sender_email": "Sender’s email",
}
NEVER_EMPTY = {"patient_family_name", "patient_birth_date", "sender_name", "urgency", "received_at"}
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
        refuse_later_than_entered(changed, row)
        was_flagged, now = row.is_red_flagged, at or timezone.now()
        changed |= what_follows(row, changed)
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=[*changed, "is_red_flagged"])
        lines = [in_words(name, before[name], value) for name, value in changed.items()]
        note = "\n".join([*lines, f"Why: {reason.strip()}"])
        add_line(Event.Kind.DETAILS_CORRECTED, enquiry=row, at=now, by=by, note=note)
        if row.is_red_flagged and not was_flagged:
            tell_of_red_flag(row, at=now)
        index_anew(row)
        if MAIL_OF_PATIENT.keys() & changed:
            move_mail_to_patient(row, at=now)
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


def refuse_later_than_entered(changed: Mapping[str, Any], row: Enquiry) -> None:
    """Whoever typed it in had it: it cannot have come after that."""
    came = changed.get("received_at")
    if came and came > (row.opened_at or timezone.now()):
        raise CannotMove("It was typed in before that. Check the day and the time it came.")


def what_follows(row: Referral | Message, changed: Mapping[str, Any]) -> dict[str, Any]:
    """A red flag makes it urgent, as on the form that it came by."""
    if not isinstance(row, Referral) or "red_flags" not in changed:
        return {}
    flags = changed["red_flags"]
    row.is_red_flagged = not EMERGENCY_FLAGS.isdisjoint(flags)
    urgency = changed.get("urgency", row.urgency)
    meant = urgency_meant(chosen=urgency, red_flags=flags or ["none"])
    return {"urgency": meant} if meant != row.urgency else {}


def tell_of_red_flag(row: Enquiry, *, at: datetime) -> None:
    """All who hear of one that comes in with it."""
    if state_of(row).is_hidden:
        return
    kind, people = Notification.Kind.NEW_ENQUIRY, outbox.addresses_for(row)
    outbox.enqueue(kind=kind, enquiry=row, recipients=people, at=at)


def whole(enquiry: Enquiry) -> Referral | Message:
    return enquiry.referral if enquiry.kind == Enquiry.Kind.REFERRAL else enquiry.message


def details_of(enquiry: Enquiry) -> dict[str, Any]:
    """What may be corrected, as it stands now, by column."""
    row = enquiry if isinstance(enquiry, Referral | Message) else whole(enquiry)
    is_referral = isinstance(row, Referral)
    names = (
        [*OF_PATIENT, *MAIL_OF_PATIENT, *OF_SENDER, *OF_REFERRAL] if is_referral else [*OF_SENDER]
    )
    if row.way_in != Enquiry.WayIn.WEB:
        names += OF_ENTRY
    found = {name: getattr(row, name) for name in names}
    if is_referral:
        found["red_flags"] = [code for code, _ in RED_FLAGS if code in ticked(found["red_flags"])]
    if "received_at" in found:
        found["received_at"] = found["received_at"].astimezone(UTC).replace(second=0, microsecond=0)
    return {name: "" if value is None else value for name, value in found.items()}


def ticked(flags: Iterable[str]) -> set[str]:
    """Without the tick that says there are none."""
    return set(flags) - {"none"}


def mark_of(details: Mapping[str, Any]) -> str:
    """A keyed digest for a hidden field: tells that somebody changed one, and nothing else."""
    canonical = json.dumps({name: str(value) for name, value in details.items()}, sort_keys=True)
    return lasting_hmac("referrals.correcting", canonical)[:32]


def label_of(name: str) -> str:
    return {**OF_PATIENT, **MAIL_OF_PATIENT, **OF_SENDER, **OF_REFERRAL, **OF_ENTRY}[name]


def in_words(name: str, before: Any, now: Any) -> str:
    return f"{label_of(name)}: {shown_of(name, now)}. Before: {shown_of(name, before)}."


def shown_of(name: str, value: Any) -> str:
    """A code in its words."""
    if name == "urgency":
        return shown(Enquiry.Urgency(value).label)
    if name == "red_flags":
        return shown("; ".join(dict(RED_FLAGS)[code] for code in value))
    return shown(value)


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"“{value}”" if value else NOTHING


def move_mail_to_patient(row: Enquiry, *, at: datetime) -> None:
    """What has not gone out goes to no address that was wrong, and to nobody who wants no mail. It
    goes to the right one, at the time it had; what staff have seen to is done."""
    kind, right = Notification.Kind.PATIENT, patient_address(row)
    for mail in row.notifications.filter(kind=kind).select_related("event").order_by("pk"):
        is_wanted = right and mail.state != Notification.State.NOTED
        if outbox.set_aside(notification=mail) and is_wanted:
            facts: dict[str, Any] = {"enquiry": row, "event": mail.event, "recipients": [right]}
            wait = max(mail.due_at - at, timedelta())
            outbox.enqueue(kind=kind, at=at, wait=wait, **facts)


def hold_back_mail_to_sender(row: Enquiry) -> None:
    """What has not arrived goes to no address that was wrong, however often somebody tries it
    again; `send_again` sends it to the right one."""
    for mail in row.notifications.filter(kind__in=TO_SENDER):
        if not is_same_address(mail.recipient, row.sender_email):
            outbox.set_aside(notification=mail)


def index_anew(row: Referral | Message) -> None:
    """Found by what is right. What was wrong may be another person's."""
    PersonIndex.objects.filter(enquiry=row.pk).delete()
    person_index.index(enquiry=row)
