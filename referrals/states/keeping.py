"""What the timeline says of an enquiry's keeping: held, to be erased, seen in practice software.

None of these is a column: the last line of its kind counts, and the lines are sealed to each other.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, Subquery

from referrals.models import Enquiry, Event
from referrals.models.choices import EventKind as Kind
from referrals.states.shapes import Button, Hears, Style, Verb, WordsField, is_referral

ERASE = "referrals.erase_enquiry"
HOLD = (Kind.HELD, Kind.HOLD_LIFTED)
ERASURE = (Kind.ERASURE_ASKED, Kind.ERASURE_WITHDRAWN)
SOFTWARE = (Kind.IN_SOFTWARE, Kind.REOPENED)


def last_line(enquiry: Enquiry, kinds: Iterable[str]) -> Event | None:
    if enquiry.lines_read is not None:
        wanted = set(kinds)
        found = [line for line in enquiry.lines_read if line.kind in wanted]
        return max(found, key=lambda line: line.pk, default=None)
    lines = enquiry.events.filter(kind__in=list(kinds)).order_by("pk")
    return lines.defer("note").last()  # which a lost key would not open


def last_kind(kinds: Iterable[str], column: str = "kind") -> Subquery:
    """The same for a list of enquiries, as an annotation; or another column of that line."""
    lines = Event.objects.filter(enquiry=OuterRef("pk"), kind__in=list(kinds)).order_by("-pk")
    return Subquery(lines.values(column)[:1])


def hold_on(enquiry: Enquiry) -> Event | None:
    """The line of the legal hold that stands; None where there is none."""
    line = last_line(enquiry, HOLD)
    return line if line and line.kind == Kind.HELD else None


def erasure_asked_for(enquiry: Enquiry) -> Event | None:
    """The line that asks for its erasure; None where nobody does."""
    line = last_line(enquiry, ERASURE)
    return line if line and line.kind == Kind.ERASURE_ASKED else None


def is_not_called_spam(enquiry: Enquiry) -> bool:
    """Whether nobody has said of what was set aside that it is spam: the site alone suspects it."""
    return enquiry.status != Enquiry.Status.SPAM or last_line(enquiry, [Kind.SPAM]) is None


def called_spam() -> Q:
    """The same for a list: what somebody set aside, or found to be set aside rightly."""
    by_staff = Event.objects.filter(enquiry=OuterRef("pk"), kind=Kind.SPAM)
    return Q(Exists(by_staff), status=Enquiry.Status.SPAM)


def is_in_software(enquiry: Enquiry) -> bool:
    """Whether somebody saw it in the practice software since it was last opened again."""
    line = last_line(enquiry, SOFTWARE)
    return line is not None and line.kind == Kind.IN_SOFTWARE


def may_be_noted_in_software(enquiry: Enquiry) -> bool:
    is_filed = enquiry.status == Enquiry.Status.FILED
    return is_referral(enquiry) and is_filed and not is_in_software(enquiry)


def may_be_held(enquiry: Enquiry) -> bool:
    return hold_on(enquiry) is None


def is_held(enquiry: Enquiry) -> bool:
    return hold_on(enquiry) is not None


def may_be_asked_for(enquiry: Enquiry) -> bool:
    return not is_held(enquiry) and erasure_asked_for(enquiry) is None


def is_asked_for(enquiry: Enquiry) -> bool:
    return erasure_asked_for(enquiry) is not None


# Added to the table of verbs. None of them changes the state, and the sender hears of none.
KEEPING_VERBS = [
    Verb(
        name="note_in_software",
        fits=may_be_noted_in_software,
        target=None,
        event=Kind.IN_SOFTWARE,
        permission="referrals.change_enquiry",
        hears=Hears.NOBODY,
        news=None,
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="I have seen it in the practice software",
            style=Style.QUIET,
            before="Press it when the saved PDF is in the patient’s file there. This site then need"
            " not keep it as long.",
            done="Noted: it is in the practice software.",
        ),
    ),
    Verb(
        name="hold",
        fits=may_be_held,
        target=None,
        event=Kind.HELD,
        permission=ERASE,
        hears=Hears.NOBODY,
        news=None,
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="Place a legal hold",
            style=Style.QUIET,
            words=WordsField(label="Why must it be kept?", rows=3, is_needed=True),
            press="Place the hold",
            before="A complaint or a court may need it. While it is held, nobody can erase it and"
            " the clinic’s rule does not touch it.",
            done="Held. It stays until an administrator lifts the hold.",
        ),
    ),
    Verb(
        name="lift_hold",
        fits=is_held,
        target=None,
        event=Kind.HOLD_LIFTED,
        permission=ERASE,
        hears=Hears.NOBODY,
        news=None,
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="Lift the legal hold",
            style=Style.QUIET,
            words=WordsField(label="Why may it go now?", rows=3, is_needed=True),
            press="Lift the hold",
            before="The clinic’s rule counts for it again, in 30 days at the earliest.",
            done="The hold is lifted.",
        ),
    ),
    Verb(
        name="ask_erasure",
        fits=may_be_asked_for,
        target=None,
        event=Kind.ERASURE_ASKED,
        permission=ERASE,
        hears=Hears.NOBODY,
        news=None,
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="Erase it because somebody asked",
            style=Style.QUIET,
            words=WordsField(label="Who asked, and why?", rows=3, is_needed=True),
            press="Ask for its erasure",
            before="First of two steps: nothing is erased yet. These words are for whoever"
            " confirms it. They go with the enquiry.",
            done="Asked for. Nothing is erased yet: it has to be confirmed.",
        ),
    ),
    Verb(
        name="withdraw_erasure",
        fits=is_asked_for,
        target=None,
        event=Kind.ERASURE_WITHDRAWN,
        permission=ERASE,
        hears=Hears.NOBODY,
        news=None,
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="Do not erase it after all",
            style=Style.QUIET,
            before=None,
            done="It is kept: nobody asks for its erasure any more.",
        ),
    ),
]
