"""What staff add to an enquiry later: a file that came afterwards, a note to colleagues."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from clinic_site.permissions import require
from referrals.entering.entry import CHANGE, note_set_aside
from referrals.files import proving, uploads
from referrals.models import Attachment, Enquiry, Event
from referrals.timeline import add_line
from referrals.workflow.verbs import NothingWritten

Kind = Event.Kind
SAME_PRESS = timedelta(minutes=5)


def attach(
    *,
    enquiry: Enquiry,
    attachments: Sequence[Attachment],
    form_key: str,
    by: User,
    at: datetime | None = None,
) -> list[Attachment]:
    """Add files that are held for `form_key`; those that are new to the enquiry, perhaps none.

    A file that it has already is let go, so a second press adds nothing; one that was lost is
    taken. All or nothing: raises
    `uploads.FileGone` where one is away.
    """
    require(by, CHANGE)
    now = at or timezone.now()
    with transaction.atomic():
        lock(enquiry)
        has = at_hand(enquiry)
        new = [file for file in attachments if file.sha256 not in has]
        if new:
            last = enquiry.attachments.aggregate(last=Max("position"))["last"] or 0
            uploads.adopt(enquiry=enquiry, files=new, form_key=form_key, after=last, added_by=by)
            lines = [f"File {last + n}: {file.name}" for n, file in enumerate(new, start=1)]
            add_line(Kind.ATTACHED, enquiry=enquiry, at=now, by=by, note="\n".join(lines))
            note_set_aside(enquiry, new, at=now)
    uploads.discard([file for file in attachments if file.sha256 in has])
    return new


def add_note(*, enquiry: Enquiry, note: str, by: User, at: datetime | None = None) -> Enquiry:
    """Words for colleagues, in the timeline alone. The same words pressed twice stand once."""
    require(by, CHANGE)
    words, now = note.strip(), at or timezone.now()
    if not words:
        raise NothingWritten("Write a few words first.")
    with transaction.atomic():
        lock(enquiry)
        lately = enquiry.events.filter(kind=Kind.NOTE, by=by, at__gt=now - SAME_PRESS)
        if words not in [line.note for line in lately]:
            add_line(Kind.NOTE, enquiry=enquiry, at=now, by=by, note=words)
    return enquiry


def at_hand(enquiry: Enquiry) -> set[str]:
    """SHA-256 of each file of it that can be had at this moment."""
    files = list(enquiry.attachments.select_related("proof").defer("name"))
    lost = proving.lost_among(files)
    return {file.sha256 for file in files if file.pk not in lost}


def lock(enquiry: Enquiry) -> None:
    """Until the transaction is over, nobody else adds to it."""
    Enquiry.objects.select_for_update().only("pk").get(pk=enquiry.pk)
