"""News of a decision to whoever referred: what she was told, and how it is taken back.

What nobody has begun to send is withdrawn, so that she never hears of it. What went out, or may
have gone out, gets a second mail that says it no longer stands.
"""

from referrals.mail import outbox
from referrals.models import Enquiry, Event, Notification

State = Notification.State
NOT_TOLD = [State.UNDONE, State.DEAD, State.NOTED]


def tell_referrer(event: Event, enquiry: Enquiry) -> None:
    """Queue the news for whoever referred, where an address is known."""
    if enquiry.kind == Enquiry.Kind.REFERRAL and enquiry.sender_email:
        outbox.enqueue(
            kind=Notification.Kind.STATUS,
            enquiry=enquiry,
            event=event,
            recipients=[enquiry.sender_email],
            at=event.at,
        )


def take_back(event: Event, enquiry: Enquiry) -> None:
    """Withdraw what has not gone out, and correct what has. `event` is the reopening."""
    for mail in not_begun(enquiry):
        outbox.withdraw(notification=mail)
    if told(enquiry):
        tell_referrer(event, enquiry)


def not_begun(enquiry: Enquiry) -> list[Notification]:
    """Decisions that no mail process has touched. One put back by hand may have gone out before.

    News of a file is no decision: it is true whatever the rooms decide.
    """
    waiting = enquiry.notifications.filter(
        event__kind__in=Event.DECISIONS, state=State.QUEUED, attempts=0
    )
    never_put_back = outbox.GIVE_UP_AFTER  # `retry` counts its days anew
    return [mail for mail in waiting if mail.give_up_at - mail.created_at == never_put_back]


def told(enquiry: Enquiry) -> Event | None:
    """The decision that the referrer has heard of, or may have, and that still stands for her."""
    untouched = [mail.pk for mail in not_begun(enquiry)]
    kinds = [*Event.DECISIONS, Event.Kind.REOPENED]
    news = enquiry.notifications.filter(event__kind__in=kinds).exclude(state__in=NOT_TOLD)
    last = news.exclude(pk__in=untouched).select_related("event").order_by("-pk").first()
    if last is None or last.event is None or last.event.kind == Event.Kind.REOPENED:
        return None
    return last.event


def if_reopened(enquiry: Enquiry) -> str:
    """What the referrer would hear if it were opened again now, in words for staff."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return ""
    if told(enquiry):
        return "The doctor was told. They get an email that it no longer stands."
    if not_begun(enquiry):
        return "The doctor’s email has not gone out. It is withdrawn, and they hear nothing."
    if not enquiry.sender_email:
        return "No email address: if you told the doctor, please ring."
    return "The doctor was told nothing by email, and hears nothing."


def heard_of_reopening(enquiry: Enquiry) -> str:
    """The same once it is done."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return ""
    last = enquiry.events.order_by("-at", "-pk").first()
    if last and enquiry.notifications.filter(event=last).exists():
        return "The doctor gets an email that it no longer stands."
    return "The doctor hears nothing by email."
