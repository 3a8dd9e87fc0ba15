"""What the other rooms ask the tables. Asked each time: nobody keeps a list of their own."""

from django.db.models import Q

from referrals.models import Enquiry
from referrals.models.choices import EventKind
from referrals.states.outcomes import OUTCOMES
from referrals.states.shapes import Clock, Happening, News, Part, State, Verb
from referrals.states.table import OTHER_LINES, STATES, VERBS


def state_of(enquiry: Enquiry) -> State:
    return STATES[enquiry.status]


def statuses_where(*, part: Part | None = None, clocks: tuple[Clock, ...] = ()) -> list[str]:
    """The states in a part of the inbox, or under one of these clocks, or both."""
    return [
        row.status
        for row in STATES.values()
        if (part is None or row.part == part) and (not clocks or row.clock in clocks)
    ]


def hidden(path: str) -> Q:
    """Enquiries whose senders learn nothing; `path` leads to them."""
    statuses = [row.status for row in STATES.values() if row.is_hidden]
    return Q((f"{path}__status__in", statuses))


def possible(enquiry: Enquiry) -> list[Verb]:
    """The verbs that may be used on the enquiry as it stands, in the order of their buttons."""
    return [verb for verb in VERBS.values() if verb.button and fits(verb, enquiry)]


def fits(verb: Verb, enquiry: Enquiry) -> bool:
    leaves = verb.target is None or verb.name in state_of(enquiry).verbs
    return leaves and verb.fits(enquiry)


def lines() -> list[Happening]:
    """Every kind of line that a timeline can have."""
    return [*VERBS.values(), *OTHER_LINES.values()]


def line_of(kind: str) -> Happening:
    return next(line for line in lines() if line.event == kind)


def news_of(kind: str, outcome: str = "") -> News:
    """What is told of an event, and of a filing by its outcome. Raises `LookupError` where nothing
    is."""
    row = OUTCOMES.get(outcome) if kind == EventKind.FILED else None
    news = (row and row.news) or line_of(kind).news
    if news is None:
        raise LookupError(f"nobody is told of “{kind}”")
    return news


def is_for_the_sender(kind: str) -> bool:
    """Whether what staff typed at that step was written for the sender, not for colleagues."""
    steps = [verb.button for verb in VERBS.values() if verb.event == kind]
    return any(button and button.tells_sender for button in steps)


def decisions() -> list[str]:
    """The events that whoever referred may have heard of, and that a reopening takes back."""
    return [verb.event for verb in VERBS.values() if verb.undone_by == "reopen"]


def events_leading_to(status: str) -> list[str]:
    return [verb.event for verb in VERBS.values() if verb.target == status]
