"""What the page of an enquiry says of the words between the rooms and its sender."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from referrals.inbox.marks import ours
from referrals.models import Answer, AnswerBack, Attachment, Enquiry, ReplyTemplate
from referrals.states.keeping import last_line
from referrals.states.lookups import state_of
from referrals.workflow.news import not_begun, told
from referrals.workflow.patient_news import all_if_reopened, patient_if_reopened


class Written(NamedTuple):
    """Words of the rooms, what became of their link, and what came back."""

    answer: Answer
    is_read: bool
    is_open: bool
    why_closed: str
    backs: list[tuple[AnswerBack, list[Attachment]]]


class Conversation(NamedTuple):
    written: list[Written]
    unused: list[AnswerBack]  # of the sender, since the rooms last wrote, decided or corrected
    goes_at: datetime | None  # until then the decision can be undone before anybody hears
    may_undo: bool
    was_told: str  # what they hear of Undo where something went out to one of them; else empty
    recurring: list[ReplyTemplate]
    is_provable: bool  # the page can ask for something before it shows words


def conversation_of(enquiry: Enquiry, *, at: datetime | None = None) -> Conversation:
    now = at or timezone.now()
    answers = answers_of(enquiry)
    attached = enquiry.attachments.all() if enquiry.files_read is None else enquiry.files_read
    files = {file.position: file for file in attached}
    backs = list(enquiry.answers_back.all()) if answers else []
    waiting = [mail.due_at for mail in not_begun(enquiry) if mail.due_at > now]
    somebody_heard = waiting and (told(enquiry) or patient_if_reopened(enquiry))
    return Conversation(
        written=[written_of(answer, backs, files, at=now) for answer in answers],
        unused=unused(enquiry, backs),
        goes_at=max(waiting, default=None),
        may_undo="reopen" in state_of(enquiry).verbs,
        was_told=all_if_reopened(enquiry) if somebody_heard else "",
        recurring=list(ReplyTemplate.objects.all()),
        is_provable=bool(Answer(enquiry=enquiry, words="ours").asks_for),
    )


def unused(enquiry: Enquiry, backs: list[AnswerBack]) -> list[AnswerBack]:
    """Oldest first. They stand above the letter: a date of birth that is wrong in it, say."""
    seen_to = last_line(enquiry, ours(enquiry))
    since = [back for back in backs if seen_to is None or back.came_at > seen_to.at]
    return sorted(since, key=lambda back: (back.came_at, back.pk))


def answers_of(enquiry: Enquiry) -> list[Answer]:
    """Oldest first. Each hangs on a line of the timeline."""
    if enquiry.lines_read is None:
        found = list(enquiry.answers.select_related("event__by"))
    else:
        found = [line.answer for line in enquiry.lines_read if hasattr(line, "answer")]
    for answer in found:
        answer.enquiry = enquiry
    return sorted(found, key=lambda answer: (answer.written_at, answer.pk))


def written_of(
    answer: Answer, backs: list[AnswerBack], files: dict[int, Attachment], *, at: datetime
) -> Written:
    own = [back for back in backs if back.answer_id == answer.pk]
    return Written(
        answer,
        answer.first_read_at is not None,
        answer.is_open(at=at),
        why_closed(answer, at=at),
        [(back, [files[place] for place in back.files if place in files]) for back in own],
    )


def why_closed(answer: Answer, *, at: datetime) -> str:
    """In words for staff; empty where the link is open."""
    if answer.revoked_at:
        return "The link is off."
    if answer.is_closed:
        return "The link closed after five wrong tries. Is the date of birth or number right here?"
    return "" if answer.is_open(at=at) else "The link has expired."
