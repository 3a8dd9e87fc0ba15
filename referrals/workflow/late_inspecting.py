"""Files that a web process had no time for: the mail process inspects them, one after another.

May be cut off at any point, and run in several processes: a file changes its state once.
"""

import logging
import time
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from referrals.files import clamd, judging, uploads
from referrals.files.judging import Verdict
from referrals.inspecting.findings import for_staff
from referrals.models import Attachment, Enquiry, Event
from referrals.states.lookups import hidden, state_of
from referrals.workflow import verbs
from referrals.workflow.news import tell_referrer

logger = logging.getLogger(__name__)
SECONDS_A_ROUND = 15  # mail waits meanwhile


def inspect_waiting(*, at: datetime | None = None) -> int:
    """Inspect what waits until the round is over; how many files have a state now."""
    if clamd.is_used() and not clamd.is_there():
        logger.error("the virus scanner does not answer: files wait for it")
        return 0
    until = time.monotonic() + SECONDS_A_ROUND
    count = 0
    for file in files_waiting():
        if time.monotonic() > until:
            break
        count += inspect_one(file)
    return count


def files_waiting() -> QuerySet[Attachment]:
    """What staff wait for first, then what looks like spam, then what is not sent yet."""
    turn = Case(
        When(enquiry__isnull=True, then=Value(2)),
        When(hidden("enquiry"), then=Value(1)),
        default=Value(0),
    )
    found = Attachment.objects.filter(state=Attachment.State.WAITING)
    return found.order_by(turn, "stored_at", "pk")


def inspect_one(file: Attachment) -> bool:
    try:
        data = uploads.read_sent_file(file)
    except (OSError, uploads.FileDamaged, InvalidToken) as error:  # the others go on
        logger.error("file %s cannot be inspected: %s", file.pk, type(error).__name__)
        return False
    patience = judging.in_the_mail_process()
    verdict = judging.judge(file.content_type, data, patience=patience, is_last_try=True)
    return settle(file, verdict)


@transaction.atomic
def settle(file: Attachment, verdict: Verdict) -> bool:
    """Give a waiting file its state, note it, and tell the sender what she can mend."""
    if not uploads.give_state(file, verdict):
        return False
    enquiry = Enquiry.objects.filter(attachments=file).first()  # adopted meanwhile?
    if enquiry:
        event = note(enquiry, file)
        is_hers = file.added_by_id is None
        if is_hers and file.words_for_sender() and not state_of(enquiry).is_hidden:
            tell_referrer(event, enquiry)
    return True


def note(enquiry: Enquiry, file: Attachment) -> Event:
    is_set_aside = file.state == Attachment.State.QUARANTINED
    kind = Event.Kind.QUARANTINED if is_set_aside else Event.Kind.INSPECTED
    position = Attachment.objects.values_list("position", flat=True).get(pk=file.pk)
    words = " ".join([f"File {position}.", *for_staff(file.suspicions)])
    return verbs.write_down(kind, enquiry=enquiry, by=None, at=timezone.now(), note=words)
