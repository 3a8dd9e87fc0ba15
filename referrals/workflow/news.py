"""Who hears of a verb. Whoever referred hears of decisions, and when one is taken back.

What has reached nobody is withdrawn, so that she never hears of it. What went out, or may
have gone out, gets a second mail that says it no longer stands. News of a decision waits a minute,
so that a slip can be undone before anybody hears.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Q

from referrals.mail import no_mail, outbox
from referrals.models import Answer, Enquiry, Event, Notification
from referrals.states.lookups import decisions
from referrals.states.shapes import Hears

State = Notification.State
FOR_ANY_SENDER = {Event.Kind.REPLIED, Event.Kind.ANSWER_LINK}
SEALED = ["recipient", "subject", "body", "event__note"]  # which a lost key would not open
NEVER_TOLD = Q(state=State.UNDONE) | Q(state__in=[State.DEAD, State.NOTED], may_have_left=False)


def tell_whoever_hears(hears: Hears, *, event: Event, enquiry: Enquiry) -> None:
    """Queue what a verb's row says. Whom an outcome decides on, its caller has looked up."""
    if hears is Hears.REFERRER:
        tell_referrer(event, enquiry)
    elif hears is Hears.WHO_WAS_TOLD:
        take_back(event, enquiry)
    elif hears is Hears.WHO_WAS_NOT_TOLD:
        tell_rooms_and_sender(event, enquiry)


def hears_by_mail(enquiry: Enquiry) -> bool:
    """Whether mail goes to its sender: an address is known, and its owner takes mail from us."""
    if enquiry.takes_mail is not None:
        return enquiry.takes_mail
    return bool(enquiry.sender_email and no_mail.wanted([enquiry.sender_email]))


def tell_referrer(event: Event, enquiry: Enquiry) -> None:
    """Queue the news for whoever referred, where an address is known. Whoever wrote a message hears
    of words that are for her alone."""
    may_hear = enquiry.kind == Enquiry.Kind.REFERRAL or event.kind in FOR_ANY_SENDER
    if may_hear and (address := address_now(enquiry)):
        outbox.enqueue(
            kind=Notification.Kind.STATUS,
            enquiry=enquiry,
            event=event,
            recipients=[address],
            at=event.at,
            wait=waits(event),
        )


def address_now(enquiry: Enquiry) -> str:
    """Where its mail goes, read under its lock: since the caller read it a colleague may have
    corrected it."""
    return Enquiry.objects.select_for_update().only("sender_email").get(pk=enquiry.pk).sender_email


def waits(event: Event) -> timedelta:
    """How long a mail can be undone before anybody begins to send it."""
    can_be_undone = event.kind in {*decisions(), Event.Kind.REPLIED}
    return timedelta(seconds=settings.NEWS_WAITS_SECONDS if can_be_undone else 0)


def take_back(event: Event, enquiry: Enquiry) -> None:
    """Withdraw what has not gone out, and correct what has. `event` is the reopening."""
    last = enquiry.events.filter(kind__in=decisions()).order_by("-pk").first()
    untold = not_begun(enquiry)
    of = [last.pk if last else None, *(mail.event_id for mail in untold)]
    Answer.objects.filter(event__in=filter(None, of), revoked_at=None).update(revoked_at=event.at)
    for mail in untold:
        outbox.withdraw_mail(notification=mail)
    if told(enquiry):
        tell_referrer(event, enquiry)


def tell_rooms_and_sender(event: Event, enquiry: Enquiry) -> None:
    """What both hear of anything that comes in, unless they have heard it already."""
    if flag_found_aside(enquiry):
        kind, people = Notification.Kind.NEW_ENQUIRY, outbox.addresses_for(enquiry)
        outbox.enqueue(kind=kind, enquiry=enquiry, recipients=people, at=event.at)
    if enquiry.way_in != Enquiry.WayIn.WEB:
        return  # the rooms typed it in themselves
    told = set(enquiry.notifications.values_list("kind", flat=True))
    mails = {Notification.Kind.NEW_ENQUIRY: outbox.rooms_addresses()}
    if address := address_now(enquiry):
        mails[Notification.Kind.RECEIPT] = [address]
    for kind, recipients in mails.items():
        if kind not in told:
            outbox.enqueue(kind=kind, enquiry=enquiry, recipients=recipients, at=event.at)


def flag_found_aside(enquiry: Enquiry) -> bool:
    """Whether a correction found a red flag while it was set aside, of which nobody has heard."""
    enquiry.refresh_from_db(fields=["is_red_flagged"])
    corrected = enquiry.events.filter(kind=Event.Kind.DETAILS_CORRECTED)
    since = corrected.aggregate(last=Max("at"))["last"]
    if not (enquiry.is_red_flagged and since):
        return False
    mails = enquiry.notifications.filter(kind=Notification.Kind.NEW_ENQUIRY)
    return not mails.filter(created_at__gte=since).exclude(state=State.UNDONE).exists()


def not_begun(enquiry: Enquiry, kind: str = Notification.Kind.STATUS) -> list[Notification]:
    """Decisions that have reached nobody, also where a server turned their mail away.

    News of a file is no decision: it is true whatever the rooms decide.
    """
    of_decisions = mails_about(enquiry, kind, decisions())
    return [mail for mail in of_decisions if outbox.stayed_here(mail)]


def mails_about(enquiry: Enquiry, kind: str, lines: Iterable[str]) -> list[Notification]:
    """Its mails of one kind about such lines of its timeline, each with its line, oldest first."""
    wanted = set(lines)
    if enquiry.mails_read is None or enquiry.lines_read is None:
        rows = enquiry.notifications.filter(kind=kind, event__kind__in=wanted)
        return list(rows.select_related("event").defer(*SEALED).order_by("pk"))
    line_of = {line.pk: line for line in enquiry.lines_read if line.kind in wanted}
    found = [mail for mail in enquiry.mails_read if mail.kind == kind and mail.event_id in line_of]
    for mail in found:
        mail.event = line_of[mail.event_id]
    return sorted(found, key=lambda mail: mail.pk)


def never_told(mail: Notification) -> bool:
    """`NEVER_TOLD`, asked of one row: withdrawn, or given up before any of it left."""
    given_up = mail.state in {State.DEAD, State.NOTED} and not mail.may_have_left
    return mail.state == State.UNDONE or given_up


def told(enquiry: Enquiry, kind: str = Notification.Kind.STATUS) -> Event | None:
    """The decision that the referrer has heard of, or may have, and that still stands for her. By
    another kind of mail, the patient."""
    untouched = {mail.pk for mail in not_begun(enquiry, kind)}
    kinds = [*decisions(), Event.Kind.REOPENED]
    news = [mail for mail in mails_about(enquiry, kind, kinds) if not never_told(mail)]
    last = next((mail for mail in reversed(news) if mail.pk not in untouched), None)
    if last is None or last.event is None or last.event.kind == Event.Kind.REOPENED:
        return None
    return last.event


def if_reopened(enquiry: Enquiry) -> str:
    """What the referrer would hear if it were opened again now, in words for staff."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return ""
    if last := told(enquiry):
        if not hears_by_mail(enquiry):
            return "The doctor was told, and no email goes there now: please ring them."
        was = was_told(enquiry, last, Notification.Kind.STATUS)
        return f"The doctor {was} told. They get an email that it no longer stands."
    if not_begun(enquiry):
        return "The doctor’s email has not gone out. It is withdrawn, and they hear nothing."
    if not hears_by_mail(enquiry):
        return "No email goes out: if you told the doctor, please ring."
    return "The doctor was told nothing by email, and hears nothing."


def was_told(enquiry: Enquiry, last: Event, kind: str) -> str:
    """How sure it is that a mail of this event arrived."""
    mails = mails_about(enquiry, kind, [last.kind])
    sent = any(mail.state == State.SENT and mail.event_id == last.pk for mail in mails)
    return "was" if sent else "may have been"


def heard_of_reopening(enquiry: Enquiry) -> str:
    """The same once it is done."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return ""
    last = enquiry.events.order_by("-at", "-pk").first()
    if last and enquiry.notifications.filter(event=last, kind=Notification.Kind.STATUS).exists():
        return "The doctor gets an email that it no longer stands."
    return "The doctor hears nothing by email."
