"""Who may read what the rooms wrote: whoever has the link, and knows what a stranger does not."""

import logging
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F

from referrals.access_log import Action, note_link
from referrals.models import Answer, Enquiry, Event
from referrals.models.conversation import MOST_WRONG_TRIES
from referrals.references import token_hash
from referrals.states.lookups import state_of
from referrals.timeline import add_line

logger = logging.getLogger(__name__)
PASS_SALT = "referrals.answer.pass"  # noqa: S105 - a name, no secret
PASS_LASTS = timedelta(hours=12)  # of a page that stays open while somebody writes


class LinkClosed(RuntimeError):
    """Too many wrong tries: nobody reads by this link any more."""


def answer_behind(token: str) -> Answer | None:
    """One look-up by hash, whatever the token looks like. Whoever sent spam learns nothing."""
    rows = Answer.objects.select_related("enquiry")
    answer = rows.filter(token_hash=token_hash(token)).first()
    return None if answer is None or state_of(answer.enquiry).is_hidden else answer


def try_proof(*, answer: Answer, given: str, at: datetime) -> bool:
    """Whether that is right. A try is taken before it is compared, so that many at once get no
    more than five. Raises `LinkClosed`."""
    row = Answer.objects.filter(pk=answer.pk)
    if not row.filter(wrong_tries__lt=MOST_WRONG_TRIES).update(wrong_tries=F("wrong_tries") + 1):
        raise LinkClosed
    if answer.is_right(given):
        row.update(wrong_tries=F("wrong_tries") - 1)
        return True
    answer.refresh_from_db(fields=["wrong_tries"])
    if answer.is_closed:
        tell_of_closing(answer, at=at)
        raise LinkClosed
    return False


@transaction.atomic
def tell_of_closing(answer: Answer, *, at: datetime) -> None:
    """Staff see it: somebody guessed, or the wrong date of birth stands in the referral."""
    add_line(Event.Kind.ANSWER_CLOSED, enquiry=answer.enquiry, at=at)
    Enquiry.objects.filter(pk=answer.enquiry_id).update(needs_look=True)


@transaction.atomic
def note_reading(*, answer: Answer, at: datetime) -> None:
    """Before the words are shown: the first time in the timeline, each hour in the log."""
    note_link(reference=answer.enquiry.reference, action=Action.ANSWER_SEEN, at=at)
    unread = Answer.objects.filter(pk=answer.pk, first_read_at=None)
    if unread.update(first_read_at=at):
        add_line(Event.Kind.ANSWER_READ, enquiry=answer.enquiry, at=at)


def new_pass(answer: Answer) -> str:
    """For the form that is shown with the words: who has it gave the right answer just now."""
    return signing.dumps(answer.link_key, salt=PASS_SALT)


def has_pass(answer: Answer, signed: str) -> bool:
    """Whether that was given out for this link, not too long ago."""
    try:
        return signing.loads(signed, salt=PASS_SALT, max_age=PASS_LASTS) == answer.link_key
    except signing.BadSignature:
        return False
