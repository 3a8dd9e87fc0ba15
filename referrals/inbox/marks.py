"""What a line of the inbox and the head of an enquiry say beside its state: that its sender
withdrew it or wrote since, when the rooms wrote last and who, when they asked and when it is asked
again."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from referrals.inbox.clocks import Clocks, not_to_look_at, past_in_words
from referrals.models import Enquiry
from referrals.models.choices import EventKind as Kind
from referrals.models.choices import Status
from referrals.states.keeping import last_kind, last_line
from referrals.states.reaching import REMIND_AFTER_DAYS
from referrals.states.withdrawing import DECIDED, WITHDRAWAL, stands, withdrawal_of

# The last of them says whose turn it is.
BY_THE_SENDER = (Kind.ANSWER_CAME, Kind.INFORMATION_CAME)
WRITTEN = (Kind.REPLIED, Kind.ASKED, Kind.REMINDED, *BY_THE_SENDER)
# What the rooms do about words of the sender. A decision that was undone is none: what is open is
# not decided, whatever was pressed before.
DONE = (Kind.REPLIED, Kind.DETAILS_CORRECTED)
DONE_OR_DECIDED = (*DONE, *DECIDED)
OPEN = {Status.RECEIVED, Status.OPENED}


class Mark(NamedTuple):
    words: str
    tone: str  # a class of the style sheet


class Facts(NamedTuple):
    """Of lines of its timeline, however they were read."""

    is_withdrawn: bool
    said_last: str | None  # the kind of the last line that is of the sender or `ours`
    written: str | None  # the kind of the last line of `WRITTEN`
    written_at: datetime | None
    who: str
    asked_at: datetime | None


def annotations() -> dict[str, Any]:
    """For a list: one part of the query that draws it, so that no line asks for itself."""
    return {
        "withdrawal": last_kind(WITHDRAWAL),
        "ever_withdrawn": last_kind([Kind.WITHDRAWN]),
        "said_while_open": last_kind((*DONE, *BY_THE_SENDER)),
        "said_since": last_kind((*DONE_OR_DECIDED, *BY_THE_SENDER)),
        "written": last_kind(WRITTEN),
        "written_at": last_kind(WRITTEN, "at"),
        "written_by": last_kind(WRITTEN, "by"),
        "asked_at": last_kind([Kind.ASKED], "at"),
    }


def marks_of_row(row: Any, of: Clocks, names: dict[int, str]) -> list[Mark]:
    """`names` are those of the colleagues; of one who has left, none is said."""
    who = names.get(row.written_by or 0, "")
    is_withdrawn = stands(row.withdrawal, row.ever_withdrawn)
    written = (row.written, row.written_at, who)
    said_last = row.said_while_open if row.status in OPEN else row.said_since
    return marks(row, Facts(is_withdrawn, said_last, *written, row.asked_at), of)


def ours(enquiry: Enquiry) -> tuple[str, ...]:
    """The lines after which what its sender wrote before is seen to."""
    return DONE if enquiry.status in OPEN else DONE_OR_DECIDED


def marks_of_page(enquiry: Enquiry, of: Clocks, names: dict[int, str]) -> list[Mark]:
    written = last_line(enquiry, WRITTEN)
    said_last = last_line(enquiry, (*ours(enquiry), *BY_THE_SENDER))
    asked = last_line(enquiry, [Kind.ASKED])
    facts = Facts(
        is_withdrawn=withdrawal_of(enquiry) is not None,
        said_last=said_last.kind if said_last else None,
        written=written.kind if written else None,
        written_at=written.at if written else None,
        who=names.get((written and written.by_id) or 0, ""),
        asked_at=asked.at if asked else None,
    )
    return marks(enquiry, facts, of)


def is_answered(enquiry: Enquiry) -> bool:
    """A message to which the rooms wrote last: there is nothing left to do but to file it."""
    line = last_line(enquiry, WRITTEN) if enquiry.kind == Enquiry.Kind.MESSAGE else None
    return line is not None and line.kind == Kind.REPLIED


def marks(enquiry: Enquiry, facts: Facts, of: Clocks) -> list[Mark]:
    found = []
    if facts.is_withdrawn:
        found.append(Mark("Withdrawn by the sender", "alarm"))
    elif facts.said_last in BY_THE_SENDER:
        found.append(Mark(f"The sender wrote {day_in_words(facts.written_at, of)}", "soon"))
    if enquiry.status == Status.NEEDS_INFORMATION and facts.asked_at:
        found.append(asked(facts, facts.asked_at, of))
    elif facts.written == Kind.REPLIED and enquiry.status not in not_to_look_at():
        day = day_in_words(facts.written_at, of)
        found.append(Mark(", ".join(filter(None, [f"Replied {day}", facts.who])), "quiet"))
    return found


def asked(facts: Facts, at: datetime, of: Clocks) -> Mark:
    """On the day on which it is asked again it stands higher in the list."""
    day = day_in_words(at, of)
    again = at.astimezone(of.calendar.zone).date() + timedelta(days=REMIND_AFTER_DAYS)
    if at >= of.asked_border:
        return Mark(f"Asked {day}, ask again on {again.day} {again:%B}", "quiet")
    if facts.written == Kind.REMINDED:
        return Mark(f"Asked {day}, reminded {day_in_words(facts.written_at, of)}: ring", "soon")
    return Mark(f"Asked {day}: ask again", "soon")


def day_in_words(at: datetime | None, of: Clocks) -> str:
    """`today`, `yesterday`, `23 November`."""
    if at is None:
        return ""
    here, now = at.astimezone(of.calendar.zone), of.now.astimezone(of.calendar.zone)
    return "today" if here.date() == now.date() else past_in_words(here, now)
