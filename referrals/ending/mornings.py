"""Each morning that the rooms open: what has no end is named to them, and senders are reminded.

Both once, however many mail processes run and however often they start: the day is written down in
the same transaction as its mails. Nothing is ever closed by itself. A row that cannot be opened is
left out and logged: it stops nobody else’s mail.
"""

import logging
from datetime import date, datetime, time, timedelta

from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from clinic_site.hours.opening import hours_on
from clinic_site.hours.working_time import Calendar
from referrals.inbox.clocks import clinic_calendar
from referrals.mail import no_mail, outbox
from referrals.models import Enquiry, Event, NamedDay, Notification
from referrals.states.no_end import without_end
from referrals.states.reaching import REMIND_AFTER_DAYS
from referrals.timeline import add_line
from referrals.workflow.news import tell_referrer

logger = logging.getLogger(__name__)
NOT_AFTER = time(9)  # rooms that open in the afternoon hear in the morning too


def each_morning(*, at: datetime | None = None) -> bool:
    """A chore of the mail process; whether it was done in this round."""
    now = at or timezone.now()
    of = clinic_calendar()
    today = now.astimezone(of.zone).date()
    if not has_begun(now, of) or NamedDay.objects.filter(day__gte=today).exists():
        return False
    with transaction.atomic():
        if not took(today):
            return False
        name_without_end(at=now)
        remind_senders(of, at=now)
    return True


def has_begun(now: datetime, of: Calendar) -> bool:
    """Whether it is an opening day, and its morning is there."""
    here = now.astimezone(of.zone)
    spans = hours_on(here.date(), of.week, of.closures)
    return bool(spans) and here.time() >= min(spans[0][0], NOT_AFTER)


def took(today: date) -> bool:
    """Write the day down; False where another process did. It holds the row until it is done."""
    if NamedDay.objects.filter(pk=1, day__lt=today).update(day=today):
        return True
    try:
        with transaction.atomic():
            NamedDay.objects.create(pk=1, day=today)
    except IntegrityError:
        return False
    return True


def name_without_end(*, at: datetime) -> None:
    """One mail to each address of the rooms; none where there is nothing to name."""
    if without_end(at=at).exists():
        kind, rooms = Notification.Kind.NO_END, outbox.rooms_addresses()
        outbox.enqueue(kind=kind, recipients=rooms, at=at)


def remind_senders(of: Calendar, *, at: datetime) -> None:
    """Once for each question, a week after it was asked, unless an answer waits to be read."""
    border = datetime.combine(
        at.astimezone(of.zone).date() - timedelta(days=REMIND_AFTER_DAYS - 1), time(), of.zone
    )
    for pk, reference in list(asked_before(border).values_list("pk", "reference")):
        try:
            with transaction.atomic():
                remind_sender(pk, border, at=at)
        except InvalidToken:
            logger.error("the sender of %s cannot be reminded: no key opens it", reference)


def remind_sender(pk: int, border: datetime, *, at: datetime) -> None:
    """Raises `InvalidToken` where its sealed fields cannot be opened."""
    Enquiry.objects.select_for_update().only("pk").get(pk=pk)
    enquiry = asked_before(border).filter(pk=pk).first()
    if enquiry is None:
        return
    if not enquiry.sender_email or not no_mail.wanted([enquiry.sender_email]):
        return
    event = add_line(Event.Kind.REMINDED, enquiry=enquiry, at=at)
    tell_referrer(event, enquiry)


def asked_before(border: datetime) -> QuerySet[Enquiry]:
    """Referrals whose last question is older, and was neither answered nor called to mind."""
    kinds = [Event.Kind.ASKED, Event.Kind.REMINDED]
    lines = Event.objects.filter(enquiry=OuterRef("pk"), kind__in=kinds).order_by("-pk")
    waits = Enquiry.objects.filter(
        status=Enquiry.Status.NEEDS_INFORMATION, kind=Enquiry.Kind.REFERRAL, needs_look=False
    )
    last = waits.annotate(
        last_kind=Subquery(lines.values("kind")[:1]), last_at=Subquery(lines.values("at")[:1])
    )
    return last.filter(last_kind=Event.Kind.ASKED, last_at__lt=border).order_by("pk")
