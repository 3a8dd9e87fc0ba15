"""What staff do with the link to their words: switch it off, or send a new one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.mail import outbox
from referrals.models import Answer, Event, Notification
from referrals.models.conversation import LINK_LASTS
from referrals.references import answer_token, new_link_key, token_hash
from referrals.timeline import add_line
from referrals.workflow.news import hears_by_mail, tell_referrer
from referrals.workflow.verbs import CannotMove

CHANGE = "referrals.change_enquiry"


def switch_off(*, answer: Answer, by: User, at: datetime | None = None) -> Answer:
    """Nobody reads these words by their link any more. Mail of it that nobody began to send is
    withdrawn. Raises `CannotMove` where it is off already."""
    require(by, CHANGE)
    now = at or timezone.now()
    with transaction.atomic():
        if not Answer.objects.filter(pk=answer.pk, revoked_at=None).update(revoked_at=now):
            raise CannotMove("This link is off already.")
        told_of = [event for event in (answer.event_id, answer.linked_by_id) if event]
        for mail in Notification.objects.filter(event__in=told_of).only("pk"):
            outbox.withdraw_mail(notification=mail)
        add_line(Event.Kind.ANSWER_OFF, enquiry=answer.enquiry, at=now, by=by)
    answer.refresh_from_db()
    return answer


def send_new_link(*, answer: Answer, by: User, at: datetime | None = None) -> Answer:
    """The same words by a new link, mailed at once to the address of today; the old one opens
    nothing. Raises `CannotMove` where no mail goes to the sender, or a colleague was faster."""
    require(by, CHANGE)
    now = at or timezone.now()
    enquiry, key = answer.enquiry, new_link_key()
    if not hears_by_mail(enquiry):  # before the old link is closed
        raise CannotMove("No email goes out: please ring the sender.")
    with transaction.atomic():
        line = add_line(Event.Kind.ANSWER_LINK, enquiry=enquiry, at=now, by=by)
        renewed = Answer.objects.filter(pk=answer.pk, link_key=answer.link_key).update(
            link_key=key,
            token_hash=token_hash(answer_token(key)),
            expires_at=now + LINK_LASTS,
            wrong_tries=0,
            revoked_at=None,
            linked_by=line,
        )
        if not renewed:
            raise CannotMove("A colleague has just sent a new link.")
        tell_referrer(line, enquiry)
    answer.refresh_from_db()
    return answer
