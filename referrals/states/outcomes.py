"""What may become of an enquiry, and how whoever referred hears of it: a row each.

`{telephone}` is the number of the rooms; `{on}` the day of the visit where one was given, as in
“ for Monday 7 December 2026”, or nothing.
"""

from typing import Any

from django.utils.formats import date_format

from referrals.models import Enquiry
from referrals.states.shapes import Hears, News, Outcome

OPEN_AGAIN = "The rooms have opened it again and have not decided yet. You hear from us."

OUTCOMES: dict[str, Outcome] = {
    row.outcome: row
    for row in [
        Outcome(
            outcome=Enquiry.Outcome.IN_PRACTICE_SOFTWARE,
            says="The rooms go on with it in their own system, which this page does not show."
            " Please ring to ask whether the patient is booked.",
            hears=Hears.NOBODY,  # for the sender this is no end
        ),
        Outcome(
            outcome=Enquiry.Outcome.BOOKED,
            says="We booked a visit for the patient{on}. We write to you after it.",
            hears=Hears.REFERRER,
            news=News(
                subject="visit booked",
                heading="The visit is booked",
                words="We have booked a visit for your patient{on}. We write to you afterwards.",
                if_undone="We told you that a visit was booked for your patient. Do not count"
                " on it: the rooms have opened the referral again and have not decided yet. You"
                " hear from us.",
            ),
        ),
        Outcome(
            outcome=Enquiry.Outcome.DUPLICATE,
            says="The rooms have this referral twice. They go on with the other one: please ring"
            " to ask.",
            hears=Hears.REFERRER,
            news=News(
                subject="closed, as we have it twice",
                heading="We have this referral twice",
                words="The rooms have this referral twice, and go on with the other one. You need"
                " do nothing. Questions? Ring {telephone}.",
                if_undone=f"We told you that we had your referral twice. {OPEN_AGAIN}",
            ),
        ),
        Outcome(
            outcome=Enquiry.Outcome.WITHDRAWN,
            says="It was withdrawn. The rooms do nothing more with it. Please ring if that is"
            " wrong.",
            hears=Hears.REFERRER,
            news=News(
                subject="withdrawn",
                heading="Your referral is withdrawn",
                words="Your referral was withdrawn. The rooms do nothing more with it, and the"
                " patient is not booked. If that is wrong, please ring {telephone}.",
                if_undone=f"We told you that your referral was withdrawn. {OPEN_AGAIN}",
            ),
        ),
        Outcome(
            outcome=Enquiry.Outcome.ANSWERED,
            says="The rooms have answered it. Please ring if you have not had the answer.",
            hears=Hears.NOBODY,  # the answer was the news
        ),
        Outcome(
            outcome=Enquiry.Outcome.NOT_TAKEN,
            says="The rooms do not take the patient on, and have booked nothing. Please ring to"
            " hear why.",
            hears=Hears.REFERRER,
            news=News(
                subject="not taken on",
                heading="We cannot take the patient on",
                words="The rooms do not take your patient on, and have booked nothing. Please ring"
                " {telephone} to hear why.",
                if_undone=f"We told you that we do not take your patient on. {OPEN_AGAIN}",
            ),
        ),
        Outcome(
            outcome=Enquiry.Outcome.NOT_REACHED,
            says="We rang the patient and could not reach them, so nothing is booked. If they still"
            " want to come, please ring us.",
            hears=Hears.REFERRER,
            news=News(
                subject="closed, patient not reached",
                heading="We could not reach the patient",
                words="We rang your patient and could not reach them. The rooms have closed the"
                " referral, and nothing is booked. If the patient still wants to come, please ring"
                " {telephone}.",
                if_undone="We told you that we had closed your referral because we could not reach"
                f" the patient. {OPEN_AGAIN}",
            ),
        ),
        Outcome(
            outcome=Enquiry.Outcome.ELSEWHERE,
            says="The patient is seen somewhere else, so the rooms do nothing more. Please ring if"
            " that is wrong.",
            hears=Hears.REFERRER,
            news=News(
                subject="closed, patient seen elsewhere",
                heading="The patient is seen elsewhere",
                words="We heard that your patient is seen somewhere else. The rooms have closed the"
                " referral, and nothing is booked. If that is wrong, please ring {telephone}.",
                if_undone="We told you that we had closed your referral because the patient is seen"
                f" elsewhere. {OPEN_AGAIN}",
            ),
        ),
    ]
}
BOOKED_NEWS = OUTCOMES[Enquiry.Outcome.BOOKED].news


def with_day(words: str, booked_on: Any) -> str:
    """The words with the day of the visit, a date or None, in place of `{on}`."""
    on = f" for {date_format(booked_on, 'l j F Y')}" if booked_on else ""
    return words.replace("{on}", on)
