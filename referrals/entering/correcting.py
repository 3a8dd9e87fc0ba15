"""`correct` mends a slip in what was typed: the old value stays, sealed, in the timeline.

What the sender sent as a whole keeps its digest, so a form that is sent again is still known.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.permissions import require
from clinic_site.sealing.lasting_digests import digest_with
from referrals import person_index
from referrals.entering.entry import CHANGE
from referrals.mail import outbox
from referrals.mail.kinds import KINDS, GoesTo
from referrals.models import Enquiry, Event, Message, Notification, PersonIndex, Referral
from referrals.states.lookups import state_of
from referrals.timeline import add_line
from referrals.urgency import EMERGENCY_FLAGS, RED_FLAGS, urgency_meant
from referrals.workflow.news import NEVER_TOLD
from referrals.workflow.patient_news import is_same_address, patient_address
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, NothingWritten

# Each column that may be corrected, with its name in words.
OF_PATIENT = {
    "patient_family_name": "Family name",
    "patient_given_names": "Given names",
    "patient_birth_date": "Date of birth",
    "sex_at_birth": "Sex at birth",
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
CLOCKS_GO_BY = {"received_at", "urgency", "red_flags"}
NOTHING = "nothing"
TO_SENDER = [kind for kind, row in KINDS.items() if row.goes_to is GoesTo.SENDER]
MEANWHILE = (
    "A colleague has changed the same detail meanwhile, so nothing is corrected yet. Both stand"
    " beside the field: leave yours, or put the other one back. Then press again."
)

TYPED_BEFORE = "It was typed in before that. Check the day and the time it came."
FLAG_STANDS = "A red flag stands here, so it is urgent. Was that a slip? Take its tick away."


class CannotBe(CannotMove):
    """One column cannot be so. Says which."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(words)
        self.column = column


class BothChanged(ChangedMeanwhile):
    """Two people changed the same columns. Says which."""

    def __init__(self, columns: Iterable[str]) -> None:
        super().__init__(MEANWHILE)
        self.columns = list(columns)


def correct(
    *,
    enquiry: Enquiry,
    right: Mapping[str, Any],
    seen: str,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Enquiry:
    """Put what differs in `right` (columns with their values) from what the person was shown in
    its place; what a colleague changed meanwhile stays.

    `seen` is `mark_of` what stood there when the person looked. Where nothing differs nothing
    happens. Raises `BothChanged`, `NothingWritten` without a reason, and `CannotMove`.
    """
    require(by, CHANGE)
    with transaction.atomic():
        row = whole(Enquiry.objects.select_for_update().only("pk", "kind").get(pk=enquiry.pk))
        before = details_of(row)
        changed = touched(right, before=before, seen=seen)
        if not changed:
            return row
        refuse_what_colleagues_changed(changed, before=before, seen=seen)
        refuse_what_cannot_be(changed, reason=reason)
        refuse_later_than_entered(changed, row)
        was_flagged, now = row.is_red_flagged, at or timezone.now()
        changed |= what_follows(row, changed)
        changed = {n: v for n, v in changed.items() if v != before[n]}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=[*changed, "is_red_flagged"])
        lines = [in_words(name, before[name], value) for name, value in changed.items()]
        if is_new := row.is_red_flagged and not was_flagged:
            lines += ring_anew(row)
        note = "\n".join([*lines, f"Why: {reason.strip()}"])
        add_line(Event.Kind.DETAILS_CORRECTED, enquiry=row, at=now, by=by, note=note)
        if is_new:
            tell_of_red_flag(row, at=now)
        elif was_flagged and not row.is_red_flagged:
            withdraw_red_flag(row)
        let_follow(row, changed, at=now)
    return row


def let_follow(row: Referral | Message, changed: Mapping[str, Any], *, at: datetime) -> None:
    """What else goes by the columns that changed."""
    index_anew(row)
    if MAIL_OF_PATIENT.keys() & changed:
        move_mail_to_patient(row, at=at)
    if "sender_email" in changed:
        hold_back_mail_to_sender(row)
    if CLOCKS_GO_BY & changed.keys():
        row.late_notices.all().delete()  # what becomes late by the new clock is told again


def touched(right: Mapping[str, Any], *, before: Mapping[str, Any], seen: str) -> dict[str, Any]:
    """What the person changed of what she was shown, and what is not there already."""
    was, is_now = set(seen.split()), marks_of(right)
    hers = {name: value for name, value in right.items() if is_now[name] not in was}
    return {n: v for n, v in hers.items() if n in before and v != before[n]}


def refuse_what_colleagues_changed(
    changed: Mapping[str, Any], *, before: Mapping[str, Any], seen: str
) -> None:
    was, stood = set(seen.split()), marks_of(before)
    if both := [name for name in changed if stood[name] not in was]:
        raise BothChanged(both)


def refuse_what_cannot_be(changed: Mapping[str, Any], *, reason: str) -> None:
    for name in NEVER_EMPTY & set(changed):
        if not changed[name]:
            raise CannotBe(name, f"{label_of(name)}: this cannot be empty.")
    if not reason.strip():
        raise NothingWritten("Write in a few words why, for example “misread on the fax”.")


def refuse_later_than_entered(changed: Mapping[str, Any], row: Enquiry) -> None:
    """Whoever typed it in had it: it cannot have come after that."""
    came = changed.get("received_at")
    if came and came > (row.opened_at or timezone.now()):
        raise CannotBe("received_at", TYPED_BEFORE)


def what_follows(row: Referral | Message, changed: Mapping[str, Any]) -> dict[str, Any]:
    """A red flag makes it urgent, as on the form that it came by. The urgency alone is not lowered
    while one stands."""
    if not isinstance(row, Referral) or not changed.keys() & {"red_flags", "urgency"}:
        return {}
    flags = changed.get("red_flags", row.red_flags)
    chosen = changed.get("urgency", row.urgency)
    meant = urgency_meant(chosen=chosen, red_flags=list(ticked(flags)) or ["none"])
    if "red_flags" in changed:
        row.is_red_flagged = not EMERGENCY_FLAGS.isdisjoint(flags)
    elif meant != chosen:
        raise CannotBe("urgency", FLAG_STANDS)
    return {"urgency": meant}


def ring_anew(row: Enquiry) -> list[str]:
    """Whoever was reached before did not hear of the flag, and whoever decided did not know of it.
    A line for the timeline where somebody was."""
    was_reached = row.first_rang_at is not None
    row.needs_look, row.first_rang_at = True, None
    row.save(update_fields=["needs_look", "first_rang_at"])
    return ["The calls before do not count for the red flag: it rings anew."] if was_reached else []


def tell_of_red_flag(row: Enquiry, *, at: datetime) -> None:
    """All who hear of one that comes in with it."""
    if state_of(row).is_hidden:
        return
    kind, people = Notification.Kind.NEW_ENQUIRY, outbox.addresses_for(row)
    outbox.enqueue(kind=kind, enquiry=row, recipients=people, at=at)


def mails_of_red_flag(row: Enquiry) -> QuerySet[Notification]:
    """What was queued because of one: as staff typed it in, or found it later. Not what tells that
    the enquiry came."""
    kinds = [Event.Kind.ENTERED, Event.Kind.DETAILS_CORRECTED]
    moments = row.events.filter(kind__in=kinds).values("at")
    kind, mails = Notification.Kind.NEW_ENQUIRY, row.notifications
    return mails.filter(kind=kind, stands_in_for=None, created_at__in=moments)


def withdraw_red_flag(row: Enquiry) -> None:
    """It was a slip: whoever has not heard of it hears nothing."""
    for mail in mails_of_red_flag(row).only("pk"):
        outbox.withdraw_mail(notification=mail)


def may_have_heard(row: Enquiry) -> bool:
    """Whether a mail of a red flag has gone out, or may have: where none was queued because of it,
    the flag came with the enquiry, and so did its mail."""
    came = row.notifications.filter(kind=Notification.Kind.NEW_ENQUIRY)
    because = mails_of_red_flag(row)
    mails = because if because.exists() else came
    return mails.exclude(NEVER_TOLD | outbox.has_not_left()).exists()


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
    """For a hidden field: tells which detail somebody changed, and nothing else."""
    return " ".join(marks_of(details).values())


def marks_of(details: Mapping[str, Any]) -> dict[str, str]:
    """A keyed digest of each, by column."""
    digest = digest_with("referrals.correcting")
    return {name: digest(json.dumps([name, str(v)]))[:32] for name, v in details.items()}


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
