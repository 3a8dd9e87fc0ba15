"""Whether the patient can be reached, as the timeline says it; and lines that later ones overtake.

Three calls without an answer write one line; a call that reaches the patient writes its end.
"""

from referrals.models import Enquiry, Event
from referrals.models.choices import EventKind as Kind
from referrals.states.keeping import last_line
from referrals.states.shapes import Happening, News

REACHING = (Kind.NOT_REACHED, Kind.NOT_REACHED_ENDS)
# Mail of the one must not go out any more once one of the others is written.
OVERTAKEN_BY: dict[str, list[str]] = {
    Kind.NOT_REACHED: [Kind.NOT_REACHED_ENDS, Kind.RETURNED, Kind.FILED],
    Kind.ASKED: [Kind.INFORMATION_CAME],
    Kind.REMINDED: [Kind.ACCEPTED, Kind.RETURNED, Kind.FILED, Kind.REOPENED],
}
REMIND_AFTER_DAYS = 7  # the sender hears once more that we asked; the rooms see it risen
SAYS_NOT_REACHED = (
    "We rang the patient three times and could not reach them. Please check the telephone number"
    " with them, and ring us."
)
REACHING_LINES = [
    Happening(event=Kind.RANG, dates_the_page=False, news=None),
    Happening(event=Kind.CALL_MISTAKEN, dates_the_page=False, news=None),
    Happening(
        event=Kind.NOT_REACHED,
        dates_the_page=False,
        news=News(
            subject="we could not reach the patient",
            heading="We could not reach the patient",
            words="We rang your patient three times and could not reach them. Please check the"
            " telephone number with them, and ring us on {telephone}.",
            if_undone=None,
        ),
    ),
    Happening(
        event=Kind.NOT_REACHED_ENDS,
        dates_the_page=False,
        news=News(
            subject="no need to check the number",
            heading="You need not check the number",
            words="We told you that we could not reach your patient. That no longer stands, and we"
            " go on with the referral. You need do nothing.",
            if_undone=None,
        ),
    ),
    Happening(
        event=Kind.REMINDED,
        dates_the_page=False,
        news=News(
            subject="we still need more information",
            heading="We still need more information",
            words="A week ago we asked you for more information about your referral, and we still"
            " need it to go on. Please ring {telephone}. If you have sent it meanwhile, you need"
            " do nothing.",
            if_undone=None,
        ),
    ),
]


def not_reached_since(enquiry: Enquiry) -> Event | None:
    """The line that the patient was not reached, while it stands; None where she can be, or where
    the referral has ended otherwise."""
    if enquiry.status in {Enquiry.Status.RETURNED, Enquiry.Status.FILED, Enquiry.Status.SPAM}:
        return None
    line = last_line(enquiry, REACHING)
    return line if line and line.kind == Kind.NOT_REACHED else None
