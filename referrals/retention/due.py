"""What may go by the clinic's rule, from which day, and why. Reads only.

Nobody's unfinished work goes: only what was filed, and only spam that somebody looked at; never
what is unread again. What was ever decided is kept as what it is, also where it is marked as spam
later.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from referrals.models import Enquiry, Event, Referral, RequestedEnquiry, RetentionRule
from referrals.retention.kinds import (
    ADULT_RECORD_AGE,
    AFTER_RECEIPT_YEARS,
    KIND_OF,
    Kind,
    KindOfRule,
    end_of_year,
    years_later,
)
from referrals.states.keeping import ERASURE, HOLD, SOFTWARE, last_kind
from referrals.states.lookups import decisions

logger = logging.getLogger(__name__)
Line = Event.Kind
AFTER_A_HOLD = timedelta(days=30)  # time to see that one was lifted by mistake, or by a stranger
AS_SPAM = [Line.SPAM, Line.SUSPECTED]
# Lines that tell of no contact with anybody: they make nothing stay longer.
NO_CONTACT = [*HOLD, *ERASURE, Line.IN_SOFTWARE, Line.INSPECTED]
NO_CONTACT += [Line.MAIL_RETRIED, Line.MAIL_MOVED, Line.MAIL_NOTED]
NO_CONTACT += [Line.HANDED, Line.FOR_WHOM, Line.REMIND, Line.UNREAD, Line.JOINED, Line.PARTED]
# Somebody dealt with it as with a real one. It is never spam again, whatever it is marked as later:
# else one press past “Open again” would let a record go that is to stay for years.
DEALT_WITH = [*decisions(), Line.CORRECTION_ASKED, Line.CORRECTED, Line.NOT_CORRECTED]
DEALT_WITH += [Line.ENTERED, Line.ATTACHED, Line.DETAILS_CORRECTED, Line.JOINED, Line.SENT_AGAIN]
DEALT_WITH += [Line.REPLIED, Line.ANSWER_CAME, Line.INFORMATION_CAME, Line.RANG, Line.NOT_REACHED]
DEALT_WITH += [Line.WITHDRAWN]


class Due(NamedTuple):
    """One enquiry that the rule lets go: on `day` or later, counted from `since`."""

    pk: int
    reference: str
    kind: str  # of enquiry
    rule_kind: str
    since: date
    day: date
    kept_for: str  # in words

    @property
    def name(self) -> str:
        return KIND_OF[self.rule_kind].name


def finished() -> QuerySet[Enquiry]:
    """What the rule may speak of at all, with what it is counted from. Neither held ones are there
    nor what a patient asks for: she would be given less than there was when she asked."""
    lifted = Event.objects.filter(enquiry=OuterRef("pk"), kind=Line.HOLD_LIFTED).order_by("-pk")
    set_aside = Event.objects.filter(enquiry=OuterRef("pk"), kind__in=AS_SPAM).order_by("-pk")
    by_staff = Event.objects.filter(enquiry=OuterRef("pk"), kind=Line.SPAM)
    dealt_with = Event.objects.filter(enquiry=OuterRef("pk"), kind__in=DEALT_WITH)
    seen_spam = Q(status=Enquiry.Status.SPAM) & (Q(opened_at__isnull=False) | Exists(by_staff))
    return (
        Enquiry.objects.filter(Q(status=Enquiry.Status.FILED) | seen_spam, needs_look=False)
        .annotate(
            hold=last_kind(HOLD),
            lifted_at=Subquery(lifted.values("at")[:1]),
            software=last_kind(SOFTWARE),
            last_contact=Max("events__at", filter=~Q(events__kind__in=NO_CONTACT)),
            set_aside_at=Subquery(set_aside.values("at")[:1]),
            was_dealt_with=Exists(dealt_with),
        )
        .filter(Q(hold__isnull=True) | Q(hold=Line.HOLD_LIFTED))
        .exclude(Exists(asked_for_by_patients()))
        .only("pk", "reference", "kind", "status", "received_at", "filed_at")
        .order_by("received_at", "pk")
    )


def asked_for_by_patients() -> QuerySet[RequestedEnquiry]:
    """Whether a request of its patient is open, as a subquery of enquiries."""
    tied = RequestedEnquiry.objects.filter(reference=OuterRef("reference"), untied_at=None)
    return tied.filter(request__outcome="")


def due(rule: RetentionRule | None, *, until: date) -> Iterator[Due]:
    """What may go on `until` or before, by this rule, or by what is proposed where it is None."""
    for enquiry in finished().iterator():
        found = due_of(enquiry, rule, until=until)
        if found:
            yield found


def due_of(enquiry: Enquiry, rule: RetentionRule | None, *, until: date) -> Due | None:
    """When an enquiry of `finished` may go; None where not by then, or where it is unknown."""
    kind, since = KIND_OF[kind_of(enquiry)], since_of(enquiry)
    amount = kind.amount(rule)
    if amount is None:
        return None
    day = day_of(kind, amount, since, received=timezone.localdate(enquiry.received_at))
    if day <= until and kind.kind == Kind.REFERRAL:
        try:
            day = end_of_year(max(day, adult_on(enquiry)))
        except (InvalidToken, Referral.DoesNotExist):
            logger.error("%s cannot be read: it is kept", enquiry.reference)
            return None
    if lifted := getattr(enquiry, "lifted_at", None):
        day = max(day, timezone.localdate(lifted) + AFTER_A_HOLD)
    if day > until:
        return None
    words = kind.words(amount)
    return Due(enquiry.pk, enquiry.reference, enquiry.kind, kind.kind, since, day, words)


def kind_of(enquiry: Enquiry) -> str:
    """Which part of the rule speaks of it; the one that keeps it longer, where that is unknown."""
    if enquiry.status == Enquiry.Status.SPAM and not getattr(enquiry, "was_dealt_with", True):
        return Kind.SPAM
    if enquiry.kind == Enquiry.Kind.MESSAGE:
        return Kind.MESSAGE
    is_seen = getattr(enquiry, "software", None) == Line.IN_SOFTWARE
    return Kind.SOFTWARE if is_seen else Kind.REFERRAL


def since_of(enquiry: Enquiry) -> date:
    """The day that its time is counted from, in the clinic's zone."""
    ended = enquiry.filed_at or getattr(enquiry, "set_aside_at", None)
    contact = getattr(enquiry, "last_contact", None)
    facts: dict[str, list[datetime | None]] = {
        Kind.SPAM: [getattr(enquiry, "set_aside_at", None)],
        Kind.MESSAGE: [ended, contact],
        Kind.SOFTWARE: [contact],
        Kind.REFERRAL: [contact],
    }
    moments = [moment for moment in facts[kind_of(enquiry)] if moment]
    return timezone.localdate(max([*moments, enquiry.received_at]))


def day_of(kind: KindOfRule, amount: int, since: date, *, received: date) -> date:
    """The first day on which it may go; of a referral without the patient's age."""
    if kind.unit == "days":
        return since + timedelta(days=amount)
    day = years_later(since, amount)
    is_referral = kind.kind in {Kind.SOFTWARE, Kind.REFERRAL}
    return max(day, years_later(received, AFTER_RECEIPT_YEARS)) if is_referral else day


def adult_on(enquiry: Enquiry) -> date:
    """The 25th birthday of a referral's patient. Raises `InvalidToken` where no key opens it."""
    born: date = Referral.objects.only("patient_birth_date").get(pk=enquiry.pk).patient_birth_date  # type: ignore[assignment]
    return years_later(born, ADULT_RECORD_AGE)
