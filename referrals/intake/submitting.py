"""The one way in: `submit` stores an enquiry with all that belongs to it, or nothing."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.sealing.lasting_digests import lasting_hmac
from referrals import person_index
from referrals.files import uploads
from referrals.intake.patients import brought_before, refuse_another
from referrals.mail import outbox
from referrals.models import Attachment, Enquiry, Event, Notification, Referral
from referrals.references import (
    new_reference,
    receipt_token,
    resend_key,
    status_token,
    token_hash,
)
from referrals.retention.tombstones import was_erased
from referrals.timeline import add_line, first_lines
from referrals.urgency import EMERGENCY_FLAGS
from referrals.workflow.patient_news import tell_patient

CONSENT_VERSION = "2026-11-28"  # changes with the words of templates/referrals/privacy.html
TRIES_FOR_A_FREE_REFERENCE = 5
# What the site adds: all else is what the sender said.
NOT_CONTENT = {
    "id",
    "enquiry_ptr",
    "reference",
    "form_key",
    "receipt_token_hash",
    "status_token_hash",
    "status",
    "received_at",
    "opened_at",
    "filed_at",
    "outcome",
    "consent_version",
    "content_digest",
    "index_version",
    "resend_of",
    "spam_reasons",
    "signed_at",
    "warnings",
    "way_in",
    "is_red_flagged",
    "letter_flags",
    "first_rang_at",
    "accepted_at",
    "needs_look",
    "assigned_to",
    "remind_on",
    "joined_to",
}
# Asked later than the others: left out while empty, so that a form sent before still counts as
# the same one.
ASKED_LATER = {"sex_at_birth", "for_clinician", "patient_email", "patient_agrees_mail"}


class FormErased(RuntimeError):
    """What this form had brought was erased: it must not come back by a second press."""


class NoFreeReference(RuntimeError):
    """Five random references in a row were taken."""


def submit(
    *,
    enquiry: Enquiry,
    form_key: str,
    attachments: Sequence[Attachment] = (),
    suspicions: Sequence[str] = (),
    may_mail_receipt: bool = True,
    at: datetime | None = None,
) -> Enquiry:
    """Store an enquiry with its files, its first events and one notification per recipient.

    All or nothing. The same form with the same content returns what it brought the first time,
    so a double click makes one enquiry; with edited content it makes a second one, marked as
    such. Raises `patients.OtherPerson` where it brought somebody else before, `FormErased` where
    that was erased, `uploads.FileGone` where a held file is no longer there, and OSError where a
    file could not be stored.
    """
    now = at or timezone.now()
    digest = content_digest(enquiry, attachments)
    refuse_erased(form_key)
    for _ in range(TRIES_FOR_A_FREE_REFERENCE):
        first = brought_before(form_key)
        refuse_another(first, enquiry)
        if earlier := same_as_before(first, digest):
            uploads.discard(attachments)
            return earlier
        prepare(enquiry, form_key=form_key, first=first, digest=digest, now=now)
        if enquiry.form_key != form_key:
            refuse_erased(enquiry.form_key)
        mark_suspected(enquiry, suspicions)
        if first:
            attachments = copies(attachments, first, at=now)
        try:
            store_enquiry(
                enquiry,
                form_key=form_key,
                attachments=attachments,
                may_mail_receipt=may_mail_receipt,
            )
        except IntegrityError:
            if not is_taken(enquiry):
                raise
        else:
            return enquiry
    raise NoFreeReference


def refuse_erased(form_key: str) -> None:
    if was_erased(form_key):
        raise FormErased


def copies(attachments: Sequence[Attachment], first: Enquiry, *, at: datetime) -> list[Attachment]:
    """Held files as they are, and a copy of each that an enquiry of the same form has adopted.

    Raises `uploads.FileGone` for a file of any other enquiry, however it got here.
    """
    own = {first.pk, *first.edited_resends.values_list("pk", flat=True)}
    if any(file.enquiry_id and file.enquiry_id not in own for file in attachments):
        raise uploads.FileGone
    return [
        uploads.hold_copy(file, form_key=first.form_key, at=at) if file.enquiry_id else file
        for file in attachments
    ]


def content_digest(enquiry: Enquiry, attachments: Sequence[Attachment]) -> str:
    """Keyed digest of what the sender said and attached, whatever the order of the files."""
    content = {
        field.name: str(getattr(enquiry, field.attname))
        for field in enquiry._meta.concrete_fields
        if field.name not in NOT_CONTENT
        and (field.name not in ASKED_LATER or getattr(enquiry, field.attname))
    }
    files = sorted({file.sha256 for file in attachments})
    canonical = json.dumps([content, files], sort_keys=True)
    return lasting_hmac("referrals.content", canonical)


def same_as_before(first: Enquiry | None, digest: str) -> Enquiry | None:
    """What this very content brought when the form was sent before."""
    if first is None or first.content_digest in {"", digest}:  # "": from before digests
        return first
    return brought_before(resend_key(first.form_key, digest))


def prepare(
    enquiry: Enquiry, *, form_key: str, first: Enquiry | None, digest: str, now: datetime
) -> None:
    """Give the enquiry all that the site adds to it."""
    enquiry.form_key = resend_key(form_key, digest) if first else form_key
    enquiry.resend_of = first
    enquiry.content_digest = digest
    enquiry.reference = new_reference(Clinic.current().reference_prefix)
    enquiry.receipt_token_hash = token_hash(receipt_token(enquiry.form_key))
    enquiry.status_token_hash = token_hash(status_token(enquiry.form_key))
    enquiry.received_at = now
    enquiry.index_version = person_index.version_now()
    enquiry.consent_version = CONSENT_VERSION
    if isinstance(enquiry, Referral):
        enquiry.is_red_flagged = not EMERGENCY_FLAGS.isdisjoint(enquiry.red_flags)
        if enquiry.way_in == Enquiry.WayIn.WEB:  # a letter without a date has none
            enquiry.referral_date = enquiry.referral_date or timezone.localdate(now)


def mark_suspected(enquiry: Enquiry, suspicions: Sequence[str]) -> None:
    enquiry.spam_reasons = list(suspicions)
    if suspicions:
        enquiry.status = Enquiry.Status.SPAM


def is_taken(enquiry: Enquiry) -> bool:
    """Whether somebody stored this reference or this form key first."""
    taken = Q(reference=enquiry.reference) | Q(form_key=enquiry.form_key)
    return Enquiry.objects.filter(taken).exists()


@transaction.atomic
def store_enquiry(
    enquiry: Enquiry,
    *,
    form_key: str,
    attachments: Sequence[Attachment],
    may_mail_receipt: bool,
) -> None:
    enquiry.save(force_insert=True)
    uploads.adopt(enquiry=enquiry, files=attachments, form_key=form_key)
    received = add_events(enquiry, attachments)
    person_index.index(enquiry=enquiry)
    tell_rooms_and_sender(enquiry, may_mail_receipt=may_mail_receipt)
    agreed = isinstance(enquiry, Referral) and enquiry.patient_agrees_mail
    if agreed and may_mail_receipt and not enquiry.spam_reasons:
        tell_patient(received, enquiry)


def add_events(enquiry: Enquiry, attachments: Sequence[Attachment]) -> Event:
    """The first lines of its timeline; the very first one is given back."""
    kinds = [Event.Kind.RECEIVED]
    if enquiry.spam_reasons:
        kinds.append(Event.Kind.SUSPECTED)
    held_back = enquiry.attachments.filter(state=Attachment.State.QUARANTINED)
    if attachments and held_back.exists():
        kinds.append(Event.Kind.QUARANTINED)
    if enquiry.resend_of:
        kinds.append(Event.Kind.RESENT)
        add_line(Event.Kind.RESENT, enquiry=enquiry.resend_of, at=enquiry.received_at)
    return first_lines(kinds, enquiry=enquiry, at=enquiry.received_at)[0]


def tell_rooms_and_sender(enquiry: Enquiry, *, may_mail_receipt: bool) -> None:
    """The rooms always hear of it; the sender, as a patient who agreed, only where nothing looks
    like spam or a flood."""
    told: dict[str, list[str]] = {Notification.Kind.NEW_ENQUIRY: outbox.addresses_for(enquiry)}
    if enquiry.sender_email and may_mail_receipt and not enquiry.spam_reasons:
        told[Notification.Kind.RECEIPT] = [enquiry.sender_email]
    outbox.enqueue_each(told, enquiry=enquiry, at=enquiry.received_at)
