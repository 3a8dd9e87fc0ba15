"""What whoever wrote a message reads of it, where the words for a referral do not fit."""

from referrals.models.choices import Status
from referrals.models.enquiries import Enquiry
from referrals.states.shapes import READ_WITHIN
from referrals.states.table import ACCEPTED, STATES

Outcome = Enquiry.Outcome

ANSWERED = "Answered"  # in the place of “Read by the rooms”, once they wrote and nothing came since
NEXT_OF_ANSWERED = "The rooms have answered it. Please ring if you have not had the answer."
UNREAD = f"The rooms read it and answer within {READ_WITHIN}."
READ = "The rooms have read it. They answer you by telephone or email."
DEALT_WITH = "The rooms have dealt with it. Please ring if you have not heard from us."
SAYS: dict[str, str] = {Status.RECEIVED: UNREAD, Status.SPAM: UNREAD, Status.OPENED: READ}
SAYS_OF_OUTCOME: dict[str, str] = {
    Outcome.ANSWERED: NEXT_OF_ANSWERED,
    Outcome.BOOKED: "The rooms have booked a visit{on}. Please ring if you have not heard of it.",
    Outcome.DUPLICATE: "The rooms have this message twice, and go on with the other one.",
    Outcome.WITHDRAWN: "It was withdrawn. The rooms do nothing more with it. Please ring if that is"
    " wrong.",
}
WAY = [row.public for row in STATES.values() if row.public != ACCEPTED]  # nobody accepts a message


def says_of_message(status: str, outcome: str) -> str:
    """What happens next. `{on}` is the day of a visit."""
    return SAYS.get(status) or SAYS_OF_OUTCOME.get(outcome, DEALT_WITH)
