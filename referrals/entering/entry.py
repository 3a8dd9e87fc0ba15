"""`enter` stores what came by fax, post, telephone or hand, all that belongs to it, or nothing.

Beside `intake.submitting.submit`, which stores what the website brought. Whoever types it in has
read it, so it is opened by her. The rooms are not mailed about what they did themselves; of a red
flag the doctor and the second address hear all the same.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals import person_index
from referrals.access_log import Action, note_access
from referrals.files import uploads
from referrals.intake.submitting import (
    TRIES_FOR_A_FREE_REFERENCE,
    NoFreeReference,
    content_digest,
    is_taken,
    prepare,
    refuse_erased,
)
from referrals.mail import outbox
from referrals.models import Attachment, Enquiry, Event, Notification
from referrals.timeline import add_line
from referrals.workflow.verbs import CannotMove

CHANGE = "referrals.change_enquiry"
WAYS = [way for way in Enquiry.WayIn if way != Enquiry.WayIn.WEB]
NO_NOTICE = ""  # nobody was shown our privacy notice
Kind = Event.Kind


class EnteredBefore(CannotMove):
    """This form brought something before, and now says something else. `first` is that."""

    def __init__(self, first: Enquiry) -> None:
        super().__init__(f"This form was entered already, as {first.reference}.")
        self.first = first


def enter(
    *,
    new_enquiry: Enquiry,
    form_key: str,
    way_in: str,
    received_at: datetime,
    by: User,
    attachments: Sequence[Attachment] = (),
    mail_receipt: bool = False,
    at: datetime | None = None,
) -> Enquiry:
    """Store an unsaved enquiry with its files, its lines and its index. All or nothing.

    The same form with the same content returns what it brought the first time, so a double press
    makes one enquiry. `received_at` is when the paper came: the clocks run from there. With
    `mail_receipt` the sender gets the usual mail. Raises `EnteredBefore`, `submitting.FormErased`,
    `uploads.FileGone`, and `CannotMove` for a time to come.
    """
    require(by, CHANGE)
    enquiry, now = new_enquiry, at or timezone.now()
    if way_in not in WAYS:
        raise CannotMove("Choose how it came.")
    if received_at > now:
        raise CannotMove("This time is in the future. Check the day and the time.")
    refuse_erased(form_key)
    digest = content_digest(enquiry, attachments)
    for _ in range(TRIES_FOR_A_FREE_REFERENCE):
        if first := Enquiry.objects.filter(form_key=form_key).first():
            return same_or_refused(first, digest, attachments)
        enquiry.way_in = way_in
        prepare(enquiry, form_key=form_key, first=None, digest=digest, now=received_at)
        enquiry.consent_version = NO_NOTICE
        enquiry.status, enquiry.opened_at = Enquiry.Status.OPENED, now
        try:
            store_entered(enquiry, attachments, by=by, at=now, mail_receipt=mail_receipt)
        except IntegrityError:
            if not is_taken(enquiry):
                raise
        else:
            return enquiry
    raise NoFreeReference


def same_or_refused(first: Enquiry, digest: str, attachments: Sequence[Attachment]) -> Enquiry:
    if first.content_digest != digest:
        raise EnteredBefore(first)
    uploads.discard(attachments)
    return first


@transaction.atomic
def store_entered(
    enquiry: Enquiry,
    attachments: Sequence[Attachment],
    *,
    by: User,
    at: datetime,
    mail_receipt: bool,
) -> None:
    enquiry.save(force_insert=True)
    key = enquiry.form_key
    uploads.adopt(enquiry=enquiry, files=attachments, form_key=key, added_by=by)
    add_line(Kind.RECEIVED, enquiry=enquiry, at=enquiry.received_at)
    add_line(Kind.ENTERED, enquiry=enquiry, at=at, by=by, note=enquiry.get_way_in_display())
    add_line(Kind.OPENED, enquiry=enquiry, at=at, by=by)
    note_set_aside(enquiry, attachments, at=at)
    person_index.index(enquiry=enquiry)
    note_access(references=[enquiry.reference], by=by, action=Action.VIEW, at=at)
    if enquiry.is_red_flagged:  # whoever typed it in knows; these do not
        kind, people = Notification.Kind.NEW_ENQUIRY, outbox.told_of_red_flag(enquiry)
        outbox.enqueue(kind=kind, enquiry=enquiry, recipients=people, at=at)
    if mail_receipt and enquiry.sender_email:
        kind, address = Notification.Kind.RECEIPT, enquiry.sender_email
        outbox.enqueue(kind=kind, enquiry=enquiry, recipients=[address], at=at)


def note_set_aside(enquiry: Enquiry, files: Sequence[Attachment], *, at: datetime) -> None:
    """A line where one of these looked suspicious."""
    if any(file.state == Attachment.State.QUARANTINED for file in files):
        add_line(Kind.QUARANTINED, enquiry=enquiry, at=at)
