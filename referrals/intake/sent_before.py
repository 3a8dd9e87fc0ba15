"""Was this letter sent before? Asked once of whoever sends the same file for the same patient on
one day: two referrals cost the rooms two readings and the patient two calls.

Only the same sender is told: file, patient and email address are all three the same. Which one it
was she reads only where this tab holds its receipt, as whoever has all three may still be another.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from referrals.intake.patients import person_of
from referrals.models import Attachment, Enquiry, Event, Referral
from referrals.references import token_hash

SENT_BEFORE = "sent_before"  # never stored: it says nothing about the referral
LATELY = timedelta(hours=24)


def sent_before(
    referral: Referral, files: Iterable[Attachment], *, form_key: str
) -> Enquiry | None:
    """What brought the same letter by another form; a second press of one form is no second
    letter."""
    digests = {file.sha256 for file in files if not file.enquiry_id}
    if not digests:
        return None
    now = timezone.now()
    same = Attachment.objects.filter(
        sha256__in=digests,
        enquiry__kind=Enquiry.Kind.REFERRAL,
        enquiry__received_at__gte=now - LATELY,
    )
    for file in same.select_related("enquiry__referral", "enquiry__resend_of")[:20]:
        earlier = file.enquiry
        if earlier and is_same_letter(referral, earlier, form_key=form_key):
            return earlier
    return None


def receipt_of(earlier: Enquiry, addresses: str) -> str:
    """The token of its receipt, where a tab holds it among its addresses (with commas between
    them); else empty."""
    tokens = [address.strip("/").rpartition("/")[2] for address in addresses.split(",")]
    ours = [token for token in tokens if token_hash(token) == earlier.receipt_token_hash]
    return ours[0] if ours else ""


def is_same_letter(referral: Referral, earlier: Enquiry, *, form_key: str) -> bool:
    family = {earlier.form_key, earlier.resend_of.form_key if earlier.resend_of else ""}
    if form_key in family or earlier.events.filter(kind=Event.Kind.WITHDRAWN).exists():
        return False
    is_hers = earlier.sender_email.casefold() == referral.sender_email.casefold()
    return is_hers and person_of(earlier) == person_of(referral)
