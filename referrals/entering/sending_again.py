"""Mail that went to a wrong address goes once more, to the right one."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.entering.adding import lock
from referrals.entering.entry import CHANGE
from referrals.mail import outbox
from referrals.mail.kinds import KINDS, GoesTo
from referrals.models import Enquiry, Event, Notification
from referrals.states.lookups import state_of
from referrals.timeline import add_line
from referrals.workflow.news import hears_by_mail
from referrals.workflow.verbs import CannotMove

State, Kind = Notification.State, Notification.Kind
ON_ITS_WAY = [State.QUEUED, State.SENDING, State.SENT]


def send_again(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> list[Notification]:
    """Queue the receipt, and the last news if there was any, for the address that stands there now.

    What has not arrived at another address is set aside: nobody is warned of it any more, and
    nothing more goes there. A second press is refused, and whoever asked for no mail gets none.
    """
    require(by, CHANGE)
    now = at or timezone.now()
    with transaction.atomic():
        lock(enquiry)
        enquiry.refresh_from_db()
        mails = list(enquiry.notifications.order_by("pk"))
        was_corrected = enquiry.events.filter(kind=Event.Kind.DETAILS_CORRECTED).exists()
        address = address_to_send_again(enquiry, mails, was_corrected=was_corrected)
        if not address:
            raise CannotMove("There is nothing to send again: this address has its mail already.")
        news = last_news(mails, address, since=last_reopening(enquiry))
        for mail in mails:
            if is_for_sender(mail) and not is_same(mail.recipient, address):
                outbox.set_aside(notification=mail)
        kind = Event.Kind.SENT_AGAIN
        add_line(kind, enquiry=enquiry, at=now, by=by, note=f"To {address}")
        sent = outbox.enqueue(kind=Kind.RECEIPT, enquiry=enquiry, recipients=[address], at=now)
        return sent + news_again(news, enquiry, address, at=now)


def news_again(
    news: Notification | None, enquiry: Enquiry, address: str, *, at: datetime
) -> list[Notification]:
    """The last news once more. What still waits for its time goes on waiting."""
    if news is None:
        return []
    sent = outbox.enqueue(
        kind=Kind.STATUS, enquiry=enquiry, event=news.event, recipients=[address], at=at
    )
    if news.state in {State.QUEUED, State.UNDONE} and news.due_at > at:
        keys = [mail.pk for mail in sent]
        Notification.objects.filter(pk__in=keys).update(due_at=news.due_at)
    return sent


def address_to_send_again(
    enquiry: Enquiry, mails: Iterable[Notification], *, was_corrected: bool
) -> str:
    """The sender's present address where mail went to another one only, or where it was written
    down later and got none; else empty."""
    address = enquiry.sender_email
    if not address or state_of(enquiry).is_hidden or not hears_by_mail(enquiry):
        return ""
    hers = [mail for mail in mails if is_for_sender(mail)]
    elsewhere = [mail for mail in hers if not is_same(mail.recipient, address)]
    here = [mail for mail in hers if is_same(mail.recipient, address)]
    has_it = any(mail.kind == Kind.RECEIPT and mail.state in ON_ITS_WAY for mail in here)
    return address if (elsewhere or was_corrected) and not has_it else ""


def last_reopening(enquiry: Enquiry) -> int:
    """The key of its line; 0 for none. What was withdrawn before it no longer stands."""
    lines = enquiry.events.filter(kind=Event.Kind.REOPENED).order_by("-pk")
    return lines.values_list("pk", flat=True).first() or 0


def last_news(
    mails: Iterable[Notification], address: str, *, since: int = 0
) -> Notification | None:
    """What the sender was told last, unless it was taken back or went to this address. What a
    correction held back since the last reopening still stands."""
    news = [mail for mail in mails if mail.kind == Kind.STATUS]
    told = [m for m in news if m.state != State.UNDONE or (m.event_id or 0) >= max(since, 1)]
    return told[-1] if told and not is_same(told[-1].recipient, address) else None


def is_for_sender(mail: Notification) -> bool:
    return KINDS[mail.kind].goes_to is GoesTo.SENDER


def is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
