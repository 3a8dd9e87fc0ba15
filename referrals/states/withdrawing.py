"""Whether the sender withdrew it and the rooms have not answered that yet: the timeline says so.

Each verb that would go on with one refuses, unless whoever presses it says that she knows.
"""

from django.utils import timezone

from referrals.models import Enquiry, Event, Notification
from referrals.models.choices import EventKind as Kind
from referrals.states.keeping import last_line

DECIDED = (Kind.ACCEPTED, Kind.ASKED, Kind.RETURNED, Kind.FILED)
# Opened again, nothing is decided: what its sender withdrew before counts once more.
WITHDRAWAL = (Kind.WITHDRAWN, *DECIDED, Kind.REOPENED)
VERBS_THAT_GO_ON = {"accept", "ask", "return_"}
OUTCOMES_THAT_GO_ON = {Enquiry.Outcome.BOOKED, Enquiry.Outcome.IN_PRACTICE_SOFTWARE}


def withdrawal_of(enquiry: Enquiry) -> Event | None:
    """The line that says so, as long as no decision of the rooms stands since; else None."""
    line = last_line(enquiry, WITHDRAWAL)
    if line and line.kind == Kind.REOPENED:
        line = last_line(enquiry, [Kind.WITHDRAWN])
    return line if line and line.kind == Kind.WITHDRAWN else None


def withdrawal_as_read(enquiry: Enquiry) -> Event | None:
    """The same, as far as her own page goes on saying it: until we told her that it is open again.
    A slip that was undone before anybody heard changes nothing for her."""
    line = last_line(enquiry, WITHDRAWAL)
    if line and line.kind == Kind.REOPENED and was_told_of(line, enquiry):
        return None
    return withdrawal_of(enquiry)


def was_told_of(line: Event, enquiry: Enquiry) -> bool:
    return enquiry.notifications.filter(event=line, kind=Notification.Kind.STATUS).exists()


def stands(last: str | None, before: str | None) -> bool:
    """The same rule for a row of a list: `last` is the kind of its last line of `WITHDRAWAL`,
    `before` is `withdrawn` where its sender ever withdrew it."""
    return (before if last == Kind.REOPENED else last) == Kind.WITHDRAWN


def in_words(line: Event) -> str:
    day = timezone.localdate(line.at)
    return f"The sender withdrew it on {day.day} {day:%B}."


def why_it_stops(enquiry: Enquiry) -> str:
    """In words for staff; empty where nobody withdrew it."""
    line = withdrawal_of(enquiry)
    return (
        f"{in_words(line)} Tick that you go on all the same, or file it as withdrawn."
        if line
        else ""
    )


def goes_on(verb: str, outcome: str) -> bool:
    """Whether the rooms would still do something for the patient."""
    return verb in VERBS_THAT_GO_ON or (verb == "file" and outcome in OUTCOMES_THAT_GO_ON)
