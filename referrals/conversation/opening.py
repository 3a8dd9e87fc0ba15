"""What the sender adds, corrects or withdraws of herself, from the status page.

It goes the way of an answer to the rooms: behind the same question, into the same enquiry, unread
again. What was sent first stays as it is; the new value stands beside it, and staff put it right.
"""

from datetime import datetime

from django.db import transaction

from referrals.models import Answer, Enquiry, Event
from referrals.states.lookups import state_of
from referrals.timeline import add_line
from referrals.urgency import is_emergency, is_urgent
from referrals.workflow.answers import write_answer

WITHDRAWS = {
    Enquiry.Kind.REFERRAL: "I withdraw this referral.",
    Enquiry.Kind.MESSAGE: "I withdraw this message.",
}

WHY, SOONER = "about", "how-soon"  # with which the button beside “Do this now” leads to the page


@transaction.atomic
def senders_own(*, enquiry: Enquiry, at: datetime) -> Answer | None:
    """The one that is open, else a new one. One that was closed by wrong tries or switched off by
    staff stays so until its time is over: a guesser gets no further tries by pressing again.

    None where it is set aside as spam.
    """
    Enquiry.objects.select_for_update().only("pk").get(pk=enquiry.pk)
    if state_of(enquiry).is_hidden:
        return None
    mine = enquiry.answers.filter(event__kind=Event.Kind.SENDER_ADDS, expires_at__gt=at)
    if found := mine.order_by("-pk").first():
        return found
    line = add_line(Event.Kind.SENDER_ADDS, enquiry=enquiry, at=at)
    return write_answer(event=line, enquiry=enquiry, is_in_mail=False)


def with_withdrawal(answer: Answer, words: str) -> str:
    """What the rooms read: that it is withdrawn, then the reason if one was written."""
    return f"{WITHDRAWS[Enquiry.Kind(answer.enquiry.kind)]}\n\n{words}".strip()


def words_begun(answer: Answer) -> str:
    """What stands in the box for whoever comes to correct that it cannot wait. She has proved who
    she is, so that it may say what was ticked; empty where it waits."""
    if not answer.is_senders or not is_urgent(answer.enquiry):
        return ""
    if is_emergency(answer.enquiry):
        return "I ticked a warning sign by mistake. The patient has none of these signs."
    return "I sent this as urgent by mistake. It is not urgent."


def is_withdrawal(words: str) -> bool:
    return words.startswith(tuple(WITHDRAWS.values()))
