"""Words between the rooms and whoever sent an enquiry: the verb that writes them, and its lines."""

from referrals.models import Enquiry
from referrals.models.choices import EventKind as Kind
from referrals.models.choices import Status
from referrals.states.shapes import (
    Button,
    ByMail,
    Happening,
    Hears,
    News,
    Style,
    Verb,
    WordsField,
)

WORDS_BY_MAIL = ByMail(
    told="The doctor gets an email with a link to your words, and can answer there with files. The"
    " page asks for the patient’s date of birth first.",
    told_all="The doctor gets these words by email, and a link to answer.",
    not_told="No email goes out: please ring the doctor. Your words stay in the timeline.",
)


def may_be_written_to(enquiry: Enquiry) -> bool:
    """Somebody has read it, it is no spam, and there is an address."""
    is_read = enquiry.status not in {Status.RECEIVED, Status.SPAM}
    return is_read and bool(enquiry.sender_email)


# Added to the table of verbs.
CONVERSING_VERBS = [
    Verb(
        name="reply",
        fits=may_be_written_to,
        target=None,
        event=Kind.REPLIED,
        permission="referrals.change_enquiry",
        hears=Hears.REFERRER,  # or whoever wrote the message
        news=News(
            subject="the rooms have written to you",
            heading="The rooms have written to you",
            words="The rooms have written to you. Please ring {telephone} to hear it.",
            by_link="The rooms have written to you.",
            if_undone=None,
        ),
        undone_by=None,
        dates_the_page=False,
        button=Button(
            label="Reply",
            style=Style.PRIMARY,
            words=WordsField(label="What do you want to say?", rows=5, is_needed=True),
            press="Send the reply",
            tells_sender=True,
            before=ByMail(
                told="They get an email with a link to your words, and can answer there with files."
                " The page first asks for something that a stranger does not know.",
                told_all="They get these words by email, and a link to answer.",
                not_told="Its owner wants no mail from us: please ring.",
                tells_any_sender=True,
            ),
            done="Your reply is on its way.",
        ),
    ),
]

# By the sender, or by what staff do with a link (referrals/conversation/verbs.py).
CONVERSING_LINES = [
    Happening(event=Kind.ANSWER_READ, dates_the_page=False, news=None),
    Happening(event=Kind.ANSWER_CAME, dates_the_page=False, news=None),
    Happening(
        event=Kind.INFORMATION_CAME,
        dates_the_page=True,
        news=None,
        says="Your answer is with the rooms. They read it and go on. You hear from us by email.",
    ),
    Happening(event=Kind.SENDER_ADDS, dates_the_page=False, news=None),
    Happening(
        event=Kind.WITHDRAWN,
        dates_the_page=True,
        news=None,
        says="You have withdrawn it, and the rooms know. Nothing is deleted. Was that a"
        " slip? Ring the rooms, and they go on with it.",
    ),
    Happening(event=Kind.ANSWER_CLOSED, dates_the_page=False, news=None),
    Happening(event=Kind.ANSWER_OFF, dates_the_page=False, news=None),
    Happening(
        event=Kind.ANSWER_LINK,
        dates_the_page=False,
        news=News(
            subject="the rooms have written to you",
            heading="A new link to what the rooms wrote",
            words="The rooms have written to you. Please ring {telephone} to hear it.",
            by_link="Here is a new link to what the rooms wrote. The older one opens nothing.",
            if_undone=None,
        ),
    ),
]
