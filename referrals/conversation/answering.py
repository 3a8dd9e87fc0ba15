"""What the sender writes back arrives in the same enquiry, with its files, or not at all."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.db.models import Max, QuerySet

from clinic_site.sealing.lasting_digests import lasting_hmac
from referrals.conversation.opening import is_withdrawal
from referrals.files import uploads
from referrals.mail import outbox
from referrals.models import Answer, AnswerBack, Attachment, Enquiry, Event, Notification
from referrals.references import resend_key
from referrals.states.lookups import state_of
from referrals.timeline import add_line

Status, Kind = Enquiry.Status, Event.Kind
ARRIVED_SALT = "referrals.answer.arrived"


class SetAside(RuntimeError):
    """Staff have just marked it as spam: an answer is not stored."""


def take_answer(
    *, answer: Answer, form_key: str, words: str, files: Sequence[Attachment], at: datetime
) -> AnswerBack:
    """Store an answer with its files, its line and one mail to each address of the rooms.

    All or nothing. A second press of the same form is the same answer; one with other words is
    another. Raises `uploads.FileGone` where a held file is no longer there, and `SetAside` where
    staff have just set the enquiry aside: nothing is acknowledged that nobody will read.
    """
    digest = digest_of(answer, words, files)
    with transaction.atomic():
        enquiry = Enquiry.objects.select_for_update().only("pk", "status").get(pk=answer.enquiry_id)
        if state_of(enquiry).is_hidden:
            raise SetAside
        earlier = same_as_before(form_key, digest)
        if earlier is None:
            return store(answer, enquiry, form_key, words, files, digest, at)
    uploads.discard(files)
    return earlier


def digest_of(answer: Answer, words: str, files: Sequence[Attachment]) -> str:
    content = [answer.pk, words, sorted({file.sha256 for file in files})]
    return lasting_hmac("referrals.answer_back", json.dumps(content))


def same_as_before(form_key: str, digest: str) -> AnswerBack | None:
    keys = [form_key, resend_key(form_key, digest)]
    return AnswerBack.objects.filter(form_key__in=keys, content_digest=digest).first()


def was_pressed_before(*, form_key: str, words: str, kept: Sequence[str]) -> AnswerBack | None:
    """What this form brought with these words and the files it lists, which it adopted then."""
    earlier = AnswerBack.objects.filter(form_key=form_key).select_related("enquiry").first()
    if earlier is None or earlier.words != words or len(kept) != len(earlier.files):
        return None
    own = earlier.enquiry.attachments.filter(position__in=earlier.files)
    return earlier if set(kept) == {str(pk) for pk in own.values_list("pk", flat=True)} else None


def arrived_proof(back: AnswerBack) -> str:
    """Ends the address at which whoever sent it sees that it arrived: nobody else can make one."""
    return signing.Signer(salt=ARRIVED_SALT).sign(str(back.pk))


def arrived_behind(answer: Answer, signed: str) -> AnswerBack | None:
    """What came by this link, where the proof is one of ours."""
    try:
        pk = signing.Signer(salt=ARRIVED_SALT).unsign(signed)
    except signing.BadSignature:
        return None
    return answer.answers_back.filter(pk=pk).first()


def files_of(back: AnswerBack) -> QuerySet[Attachment]:
    own = Attachment.objects.filter(enquiry=back.enquiry_id, position__in=back.files)
    return own.order_by("position")


def store(
    answer: Answer,
    enquiry: Enquiry,
    form_key: str,
    words: str,
    files: Sequence[Attachment],
    digest: str,
    at: datetime,
) -> AnswerBack:
    """In a transaction that holds the enquiry's lock."""
    before = enquiry.attachments.aggregate(last=Max("position"))["last"] or 0
    uploads.adopt(enquiry=enquiry, files=files, form_key=form_key, after=before)
    is_edited = AnswerBack.objects.filter(form_key=form_key).exists()
    stored = AnswerBack.objects.create(
        enquiry=enquiry,
        answer=answer,
        form_key=resend_key(form_key, digest) if is_edited else form_key,
        content_digest=digest,
        words=words,
        files=[before + number for number, _ in enumerate(files, start=1)],
        came_at=at,
    )
    add_lines(enquiry, files, at)
    if answer.is_senders and is_withdrawal(words):
        add_line(Kind.WITHDRAWN, enquiry=enquiry, at=at)
    outbox.enqueue(
        kind=Notification.Kind.ANSWER_CAME,
        enquiry=enquiry,
        recipients=outbox.rooms_addresses(),
        at=at,
    )
    return stored


def add_lines(enquiry: Enquiry, files: Sequence[Attachment], at: datetime) -> None:
    """Unread again; and what waited for information is to be decided again."""
    row = Enquiry.objects.filter(pk=enquiry.pk)
    row.update(needs_look=True)
    waited = row.filter(status=Status.NEEDS_INFORMATION).update(status=Status.OPENED)
    add_line(Kind.INFORMATION_CAME if waited else Kind.ANSWER_CAME, enquiry=enquiry, at=at)
    if any(file.state == Attachment.State.QUARANTINED for file in files):
        add_line(Kind.QUARANTINED, enquiry=enquiry, at=at)
