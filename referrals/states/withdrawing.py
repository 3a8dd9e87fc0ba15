"""Whether the sender withdrew it and the rooms have not answered that yet: the timeline says so.

Each verb that would go on with one refuses, unless whoever presses it says that she knows.
"""

from django.utils import timezone

from referrals.models import Enquiry, Event
from referrals.models.choices import EventKind as Kind
from referrals.states.keeping import last_line

WITHDRAWAL = (Kind.WITHDRAWN, Kind.ACCEPTED, Kind.ASKED, Kind.RETURNED, Kind.FILED)
# For the sender it stands no longer either once the rooms told her that it is open again.
AS_THE_SENDER_READS = (*WITHDRAWAL, Kind.REOPENED)
VERBS_THAT_GO_ON = {"accept", "ask", "return_"}
OUTCOMES_THAT_GO_ON = {Enquiry.Outcome.BOOKED, Enquiry.Outcome.IN_PRACTICE_SOFTWARE}


def withdrawal_of(enquiry: Enquiry) -> Event | None:
    """The line that says so, as long as the rooms have decided nothing since; else None."""
    return withdrawn_among(enquiry, WITHDRAWAL)


def withdrawal_as_read(enquiry: Enquiry) -> Event | None:
    """The same, as far as her own page goes on saying it."""
    return withdrawn_among(enquiry, AS_THE_SENDER_READS)


def withdrawn_among(enquiry: Enquiry, kinds: tuple[Kind, ...]) -> Event | None:
    line = last_line(enquiry, kinds)
    return line if line and line.kind == Kind.WITHDRAWN else None


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
