"""The one way in: `submit` stores an enquiry with all that belongs to it, or nothing."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.models import Clinic
from referrals import notifications, person_index
from referrals.models import Enquiry, Event, Notification
from referrals.references import new_reference, receipt_token, token_hash

CONSENT_VERSION = "2026-11"
TRIES_FOR_A_FREE_REFERENCE = 5


class NoFreeReference(RuntimeError):
    """Five random references in a row were taken."""


def submit(*, enquiry: Enquiry, form_key: str, at: datetime | None = None) -> Enquiry:
    """Store an enquiry, its first event and one notification per address of the rooms.

    All or nothing. A form key that was stored before returns what it brought then, so that a
    double click or a resent form makes one enquiry.
    """
    now = at or timezone.now()
    enquiry.form_key = form_key
    enquiry.receipt_token_hash = token_hash(receipt_token(form_key))
    enquiry.received_at = now
    enquiry.consent_version = CONSENT_VERSION
    prefix = Clinic.current().reference_prefix
    for _ in range(TRIES_FOR_A_FREE_REFERENCE):
        enquiry.reference = new_reference(prefix)
        try:
            store(enquiry)
        except IntegrityError:
            earlier = Enquiry.objects.filter(form_key=form_key).first()
            if earlier:
                return earlier
            if not Enquiry.objects.filter(reference=enquiry.reference).exists():
                raise
        else:
            return enquiry
    raise NoFreeReference


@transaction.atomic
def store(enquiry: Enquiry) -> None:
    enquiry.save(force_insert=True)
    person_index.index(enquiry=enquiry)
    Event.objects.create(enquiry=enquiry, kind=Event.Kind.RECEIVED, at=enquiry.received_at)
    notifications.enqueue(
        kind=Notification.Kind.NEW_ENQUIRY,
        enquiry=enquiry,
        recipients=notifications.rooms_addresses(),
        at=enquiry.received_at,
    )
