"""What the sender of an enquiry may see of it: a plain word, and nothing about anybody."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from referrals.models import Ending, Enquiry, Event
from referrals.references import answer_token, token_hash
from referrals.states import message_words
from referrals.states.lookups import events_leading_to, line_of, lines, state_of
from referrals.states.outcomes import with_day
from referrals.states.reaching import SAYS_NOT_REACHED, not_reached_since
from referrals.states.read_by import read_by_in_words
from referrals.states.shapes import Clock, PublicWord, Shown
from referrals.states.table import STATES
from referrals.states.withdrawing import withdrawal_as_read
from referrals.urgency import from_hospital, is_emergency, is_urgent

WITHDRAWN = "You asked to withdraw it"  # in the place of the word, until the rooms move it on
ANSWER_CAME = "Your answer has arrived"  # likewise: “Read by the rooms” would be untrue of it
NEXT_OF_URGENT = "Do not wait for us to read it: do what stands at the top of this page."


class StatusStep(NamedTuple):
    word: str
    place: str  # "done", "now" or "later"


class WaitingAnswer(NamedTuple):
    """Words of the rooms that wait behind a link."""

    written_at: datetime
    token: str
    is_read: bool
    answered_at: datetime | None = None  # when the last answer to it came


class Added(NamedTuple):
    """What its sender added behind a question: how many files (0: words alone), and when."""

    files: int
    at: datetime
    is_withdrawal: bool = False
    is_answer: bool = False  # to what the rooms wrote; else of her own


class PublicStatus(NamedTuple):
    reference: str
    word: str
    since: datetime
    next: str
    steps: list[StatusStep]
    files: list[str]  # what the sender can mend about files that could not be used
    is_urgent: bool = False  # told what to do now, above all else
    is_emergency: bool = False
    answers: Sequence["WaitingAnswer"] = ()  # what the rooms wrote, behind a question
    token: str = ""  # of this page, where the sender can go on to add or withdraw
    read_by: str = ""  # until when, while nobody has
    added: Sequence["Added"] = ()  # by the sender since
    thing: str = "referral"  # what the page calls it
    is_withdrawn: bool = False
    in_hospital: bool = False  # sent by a hospital doctor

    @property
    def is_message(self) -> bool:
        return self.thing == "message"


def enquiry_behind(token: str) -> Enquiry | None:
    """What a status link opens: one look-up by hash, whatever the token looks like."""
    return Enquiry.objects.filter(status_token_hash=token_hash(token)).first()


def public_status(enquiry: Enquiry) -> PublicStatus:
    """Of one that was just read: its lines are read once, for all that they are asked."""
    enquiry.lines_read = list(lines_of(enquiry))
    try:
        return status_of_lines(enquiry)
    finally:
        enquiry.lines_read = None  # others may write a line next


def status_of_lines(enquiry: Enquiry) -> PublicStatus:
    state = state_of(enquiry)
    return PublicStatus(
        enquiry.reference,
        special_word(enquiry) or state.public.word,
        answered_at(enquiry) or withdrawn_at(enquiry) or last_change(enquiry),
        next_words(enquiry),
        steps(enquiry),
        file_words(enquiry),
        is_urgent=is_urgent(enquiry) and state.clock.runs,
        is_emergency=is_emergency(enquiry),
        answers=waiting_answers(enquiry, at=timezone.now()),
        read_by=read_by_in_words(enquiry) if waits_to_be_read(enquiry) else "",
        added=added_since(enquiry),
        thing=enquiry.called.lower(),
        is_withdrawn=is_withdrawn(enquiry),
        in_hospital=from_hospital(enquiry),
    )


def is_message(enquiry: Enquiry) -> bool:
    return enquiry.kind == Enquiry.Kind.MESSAGE


def special_word(enquiry: Enquiry) -> str:
    """In the place of the word of its state; empty where that one stands."""
    if is_withdrawn(enquiry):
        return WITHDRAWN
    if (
        enquiry.status == Enquiry.Status.OPENED
        and last_kind(enquiry) == Event.Kind.INFORMATION_CAME
    ):
        return ANSWER_CAME
    return message_words.ANSWERED if answered_at(enquiry) else ""


def answered_at(enquiry: Enquiry) -> datetime | None:
    """When the rooms wrote back to whoever sent a message, and nothing came from there since."""
    if not is_message(enquiry) or enquiry.status != Enquiry.Status.OPENED or is_withdrawn(enquiry):
        return None
    said = timezone.now() - timedelta(seconds=settings.NEWS_WAITS_SECONDS)
    replies = (line for line in lines_of(enquiry) if line.kind == Event.Kind.REPLIED)
    at = max((line.at for line in replies if line.at <= said), default=None)
    return at if at and not enquiry.answers_back.filter(came_at__gt=at).exists() else None


def added_since(enquiry: Enquiry) -> list[Added]:
    """The last first, without a name or a word of it: so that nobody sends it twice. What came at
    the moment of a withdrawal is that withdrawal: its sealed words stay closed."""
    withdrawn = {line.at for line in lines_of(enquiry) if line.kind == Event.Kind.WITHDRAWN}
    asked = enquiry.answers.exclude(event__kind=Event.Kind.SENDER_ADDS).values_list("pk", flat=True)
    answers = set(asked)
    rows = enquiry.answers_back.order_by("-came_at", "-pk").defer("words")
    return [
        Added(len(row.files), row.came_at, row.came_at in withdrawn, row.answer_id in answers)
        for row in rows
    ]


def waits_to_be_read(enquiry: Enquiry) -> bool:
    """Also what is set aside as spam: its sender learns nothing. An urgent one is rung about, and
    of one that was withdrawn there is something else to say."""
    state = state_of(enquiry)
    return state.clock is Clock.UNREAD and next_words(enquiry) == says_of(enquiry)


def waiting_answers(enquiry: Enquiry, *, at: datetime) -> list[WaitingAnswer]:
    """What the rooms wrote and can be read now, the newest first. Not while it can be undone."""
    if state_of(enquiry).is_hidden:
        return []
    said = at - timedelta(seconds=settings.NEWS_WAITS_SECONDS)
    rows = (
        enquiry.answers.exclude(event__kind=Event.Kind.SENDER_ADDS)
        .filter(written_at__lte=said)
        .annotate(answered_at=Max("answers_back__came_at"))
        .defer("words")
        .order_by("-written_at", "-pk")
    )
    return [
        WaitingAnswer(
            row.written_at,
            answer_token(row.link_key),
            row.first_read_at is not None,
            row.answered_at,
        )
        for row in rows
        if row.is_open(at=at)
    ]


def file_words(enquiry: Enquiry) -> list[str]:
    """A sentence for each file that we could not use, by its number: names are often the patient's.

    Whoever sent spam learns nothing from this page.
    """
    if state_of(enquiry).is_hidden:
        return []
    hers = enquiry.attachments.filter(added_by=None)  # what staff added is not hers to mend
    words = [(f.position, f.words_for_sender()) for f in hers]
    return [f"File {position} {said}" for position, said in words if said]


def next_words(enquiry: Enquiry) -> str:
    """What the sender may rely on. A closed referral is booked only where the rooms said so."""
    state = state_of(enquiry)
    if state.clock is Clock.UNREAD and is_urgent(enquiry):
        return NEXT_OF_URGENT
    if not_reached_since(enquiry):
        return SAYS_NOT_REACHED
    last = Event.Kind.WITHDRAWN if is_withdrawn(enquiry) else last_kind(enquiry)
    if last and not state.is_hidden and (words := line_of(last).says):
        return words
    other = joined_one(enquiry)
    if other and enquiry.sender_email and other.sender_email == enquiry.sender_email:
        return joined_words(other)
    return message_words.NEXT_OF_ANSWERED if answered_at(enquiry) else says_of(enquiry)


def says_of(enquiry: Enquiry) -> str:
    """What its state and its outcome say, to whoever sent one of its kind."""
    says = state_of(enquiry).says
    if is_message(enquiry):
        says = message_words.says_of_message(enquiry.status, enquiry.outcome)
    elif not isinstance(says, str):
        says = says[enquiry.outcome]
    return with_day(says, booked_on(enquiry)) if "{on}" in says else says


def joined_one(enquiry: Enquiry) -> Enquiry | None:
    """The one that the rooms go on with; None where there is none, or no key opens it."""
    try:
        return enquiry.joined_to
    except InvalidToken:
        return None


def booked_on(enquiry: Enquiry) -> Any:
    """The day of the visit, as the last filing gave it; None where it gave none."""
    last = Ending.objects.filter(event__enquiry=enquiry).order_by("-pk").first()
    return last.booked_on if last else None


def joined_words(other: Enquiry) -> str:
    """For the sender of both. Whoever sent one only reads no reference of somebody else."""
    return (
        f"The rooms have this {other.called.lower()} twice. They go on with the other"
        f" one, {other.reference}: please follow that one."
    )


def last_change(enquiry: Enquiry) -> datetime:
    """When the word that is shown became true."""
    changes = [] if state_of(enquiry).is_hidden else changes_of(enquiry)
    return changes[0].at if changes else enquiry.received_at


def last_kind(enquiry: Enquiry) -> str | None:
    return next((line.kind for line in changes_of(enquiry)), None)


def is_withdrawn(enquiry: Enquiry) -> bool:
    """By its sender, and the rooms have decided nothing since: to have read it is no decision."""
    return withdrawn_at(enquiry) is not None


def withdrawn_at(enquiry: Enquiry) -> datetime | None:
    line = None if state_of(enquiry).is_hidden else withdrawal_as_read(enquiry)
    return line.at if line else None


def changes_of(enquiry: Enquiry) -> list[Event]:
    """The lines that date the page, the last first."""
    kinds = {line.event for line in lines() if line.dates_the_page}
    changes = [line for line in lines_of(enquiry) if line.kind in kinds]
    return sorted(changes, key=lambda line: (line.at, line.pk), reverse=True)


def lines_of(enquiry: Enquiry) -> Iterable[Event]:
    """All lines of its timeline, without their sealed words."""
    known = enquiry.lines_read
    return known if known is not None else enquiry.events.defer("note").order_by("pk")


def was(word: PublicWord, enquiry: Enquiry) -> bool:
    """Whether it came to that since it was last opened again."""
    kinds = (line.kind for line in changes_of(enquiry))
    since = takewhile(lambda kind: kind != Event.Kind.REOPENED, kinds)
    called_so = [status for status, row in STATES.items() if row.public == word]
    leading = {kind for status in called_so for kind in events_leading_to(status)}
    return not leading.isdisjoint(since)


def steps(enquiry: Enquiry) -> list[StatusStep]:
    """Its way, with where it stands. A step that may never come is left out."""
    present = state_of(enquiry).public
    words = message_words.WAY if is_message(enquiry) else [row.public for row in STATES.values()]
    way = list(dict.fromkeys(words))
    here = way.index(present)
    behind = [word for word in way[:here] if is_behind(word, enquiry)]
    done = [StatusStep(step.word, "done") for step in behind]
    now = [StatusStep(present.word, "now")]
    if special := special_word(enquiry):
        now = [StatusStep(present.word, "done"), StatusStep(special, "now")]
    if is_withdrawn(enquiry):
        return [*done, *now]
    ahead = [word for word in way[here + 1 :] if word.shown is not Shown.ONLY_HERE]
    return [*done, *now, *(StatusStep(step.word, "later") for step in ahead)]


def is_behind(word: PublicWord, enquiry: Enquiry) -> bool:
    return word.shown is Shown.ALWAYS or (word.shown is Shown.IF_IT_WAS and was(word, enquiry))
