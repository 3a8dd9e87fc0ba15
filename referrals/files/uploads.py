"""Files that senders attach: held for their form at once, adopted when the form goes through.

A held file outlives a validation error, an expired page and a lost connection. It belongs to
one form key, is never served, and goes after a day. What came without our token never gets here.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.files import judging, quotas, storage
from referrals.files.judging import Patience, Verdict
from referrals.files.receiving import Received
from referrals.files.size_limits import LARGEST_FILE, LARGEST_TOGETHER, MEGABYTE, MOST_FILES
from referrals.inspecting.child import EICAR
from referrals.inspecting.findings import NEEDS_PASSWORD
from referrals.inspecting.sniffing import UNKNOWN, shown_name, sniff, way_out
from referrals.models import Attachment, Enquiry

TRIES_TO_HOLD = 5


class FileGone(RuntimeError):
    """A held file was removed, or adopted by another form, before this one was stored."""


class FileDamaged(RuntimeError):
    """What lies in storage is not what was sent."""


@dataclass
class Files:
    """What one showing of a form has: files kept so far, and what to tell about the others."""

    kept: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    may_go_without: bool = False  # the sender may be unable to mend a file: offer to send without
    no_room: bool = False  # which is ours to mend, not the sender's

    def has(self, sha256: str) -> bool:
        return any(file.sha256 == sha256 for file in self.kept)

    def size(self) -> int:
        return sum(file.size for file in self.kept)


def gather(
    *,
    form_key: str,
    received: list[Received],
    kept: Sequence[str] = (),
    removed: Iterable[str] = (),
    declared: int = 0,
    address: str = "",
    at: datetime | None = None,
) -> Files:
    """Hold what came with this POST and find what earlier ones brought.

    `kept` and `removed` are ids as posted, `declared` the number of files that were sent as far
    as can be told, `address` where from. Files are counted before anything is done with them.
    Raises OSError where one could not be stored.
    """
    now, files, patience = at or timezone.now(), Files(), judging.in_a_request()
    find_kept(files, form_key=form_key, kept=kept, removed=set(removed), patience=patience)
    if refusal := refusal_of(received, files, address=address, at=now):
        files.problems.append(refusal)
        files.may_go_without = True
        return files
    held_from = quotas.sender_of(address)
    for file in received:
        hold_file(files, file, form_key=form_key, held_from=held_from, patience=patience, at=now)
    if declared > len(received):
        files.problems.append(
            f"Your browser sent {declared} files, but {len(received)} arrived. Look at the list, "
            "and attach what is missing."
        )
    return files


def refusal_of(received: list[Received], files: Files, *, address: str, at: datetime) -> str:
    """Why none of these is taken, in words; empty where there is room for them."""
    sizes = [file.size for file in received]
    if refusal := quotas.refusal(sizes, address=address, at=at):
        return refusal
    size = sum(len(file.data) for file in received)
    if received and not make_room(size, held_from=quotas.sender_of(address), at=at):
        files.no_room = True
        rooms = Clinic.current().telephone
        return f"We have no room for files just now. Send the form without, or ring {rooms}."
    return ""


def make_room(size: int, *, held_from: str, at: datetime) -> bool:
    """Is there room now, in the share of one network and in all? Where these would be too much,
    the oldest files of unsent forms go: first those of the same network."""
    old = quotas.may_go(at)
    if held_from:
        too_many = quotas.bytes_too_many(size, held_from=held_from)
        if not let_go(old.filter(held_from=held_from), too_many):
            return False
    return let_go(old, quotas.bytes_too_many(size))


def let_go(files: Iterable[Attachment], too_many: int) -> bool:
    """Discard as many of these as bytes are too many; whether that was enough."""
    for file in files if too_many > 0 else []:
        if too_many <= 0:
            break
        too_many -= file.size if discard([file]) else 0
    return too_many <= 0


def find_kept(
    files: Files, *, form_key: str, kept: Sequence[str], removed: set[str], patience: Patience
) -> None:
    """The files that came earlier. One that had to wait for its inspection is tried again."""
    mine = {str(file.pk): file for file in belonging_to(form_key)} if kept else {}
    for pk in dict.fromkeys(kept):
        if pk in removed:
            discard([mine[pk]] if pk in mine else [])
        elif pk in mine:
            look_again(mine[pk], patience=patience)
            keep(files, mine[pk])
        else:
            files.problems.append(
                "We keep files for a short time until the form is sent, and no longer hold one of"
                " yours. Please attach it again."
            )


def look_again(file: Attachment, *, patience: Patience) -> None:
    if file.state == Attachment.State.WAITING and not file.enquiry_id:
        try:
            data = read_sent_file(file)
        except (OSError, FileDamaged, InvalidToken):
            return  # the mail process says what is wrong with it
        give_state(file, judging.judge(file.content_type, data, patience=patience))


def keep(files: Files, file: Attachment) -> None:
    """Keep a held file; but a letter that nobody here can open is told at once, and let go."""
    if NEEDS_PASSWORD in file.suspicions and not file.enquiry_id:
        discard([file])
        files.problems.append(
            f"We cannot read “{file.name}”: it {file.words_for_sender()} We have not kept it."
        )
        files.may_go_without = True
    else:
        files.kept.append(file)


def hold_file(
    files: Files,
    file: Received,
    *,
    form_key: str,
    held_from: str,
    patience: Patience,
    at: datetime,
) -> None:
    """Hold one more file, or say why not."""
    problem = problem_of(file, files)
    if problem:
        files.problems.append(problem)
    elif not files.has(hashlib.sha256(file.data).hexdigest()):
        held = hold(
            name=file.name,
            data=file.data,
            form_key=form_key,
            position=len(files.kept) + 1,
            held_from=held_from,
            patience=patience,
            at=at,
        )
        keep(files, held)


def problem_of(file: Received, files: Files) -> str:
    name = shown_name(file.name, "")
    if file.size == 0:
        return f"“{name}” is empty. Save it again and attach it once more."
    if file.size > LARGEST_FILE:
        return f"“{name}” has {filesizeformat(file.size)}. A file may have {limit(LARGEST_FILE)}."
    if file.is_too_large or files.size() + file.size > LARGEST_TOGETHER:
        return f"“{name}” is too much: all files together may have {limit(LARGEST_TOGETHER)}."
    if len(files.kept) >= MOST_FILES:
        return f"“{name}” is one too many: you can attach {MOST_FILES} files."
    if not sniff(file.data) and EICAR not in file.data:
        return f"We cannot read “{name}”: it {way_out(file.data)}"
    return ""


def limit(size: int) -> str:
    return f"{size // MEGABYTE} MB"


def belonging_to(form_key: str) -> Iterable[Attachment]:
    """Files held for this form, and those of what the same form brought already."""
    return Attachment.objects.filter(
        Q(held_for=form_key)
        | Q(enquiry__form_key=form_key)
        | Q(enquiry__resend_of__form_key=form_key)
    )


def hold(
    *,
    name: str,
    data: bytes,
    form_key: str,
    position: int,
    at: datetime,
    held_from: str = "",
    patience: Patience | None = None,
) -> Attachment:
    """Seal and store a file for a form that is not sent yet; the same file is held once."""
    sha256 = hashlib.sha256(data).hexdigest()
    held = Attachment.objects.filter(held_for=form_key, sha256=sha256)
    kind = sniff(data) or UNKNOWN
    if already := held.first():
        if not storage.is_there(name=already.pk):
            storage.write(name=already.pk, data=data)
        return already
    verdict = judging.judge(kind, data, patience=patience or judging.in_a_request())
    file = Attachment(
        id=uuid4(),
        held_for=form_key,
        position=position,
        name=shown_name(name, kind),
        content_type=kind,
        size=len(data),
        sha256=sha256,
        state=verdict.state,
        suspicions=verdict.codes,
        held_from=held_from,
        stored_at=at,
    )
    for _ in range(TRIES_TO_HOLD):
        if is_held_now(file, data):
            return file
        if already := held.first():
            return already  # a second click was quicker
        # what that click had held is sent or let go by now
    raise RuntimeError("a file could not be held")


def is_held_now(file: Attachment, data: bytes) -> bool:
    """Store it; False, with nothing left behind, where the form holds the same file already."""
    storage.write(name=file.pk, data=data)
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:
        storage.remove(name=file.pk)
        return False
    return True


def hold_copy(file: Attachment, *, form_key: str, at: datetime) -> Attachment:
    """Hold a file of a stored enquiry once more, for an edited one beside it.

    Raises FileGone where it is away or damaged: it has to be attached again.
    """
    try:
        data = read_sent_file(file)
    except (FileNotFoundError, FileDamaged, InvalidToken):
        raise FileGone from None
    return hold(name=file.name, data=data, form_key=form_key, position=file.position, at=at)


def give_state(file: Attachment, verdict: Verdict) -> bool:
    """Give a waiting file its state; False where another process was first, or it waits on."""
    if verdict.state == Attachment.State.WAITING:
        return False
    file.state, file.suspicions = verdict.state, verdict.codes
    waiting = Attachment.objects.filter(pk=file.pk, state=Attachment.State.WAITING)
    return bool(waiting.update(state=verdict.state, suspicions=verdict.codes))


def adopt(
    *,
    enquiry: Enquiry,
    files: Iterable[Attachment],
    form_key: str,
    after: int = 0,
    added_by: User | None = None,
) -> None:
    """Give held files to the enquiry, in the caller's transaction; FileGone where one is away.

    `after` is how many it has already, `added_by` who of the rooms adds them.
    """
    for position, file in enumerate(files, start=after + 1):
        if not storage.is_there(name=file.pk):
            raise FileGone
        adopted = Attachment.objects.filter(
            pk=file.pk, held_for=form_key, enquiry__isnull=True
        ).update(
            enquiry=enquiry,
            held_for="",
            held_from="",
            letter_said=None,
            position=position,
            added_by=added_by,
        )
        if not adopted:
            raise FileGone


def discard(files: Iterable[Attachment]) -> int:
    """Forget files that are held; what an enquiry has adopted stays. The number forgotten."""
    count = 0
    for file in files:
        if forget(file.pk):
            storage.remove(name=file.pk)
            count += 1
    return count


def forget(pk: UUID) -> bool:
    """Take the row of a held file away from its form, then delete it; False where it was adopted.

    Django reads what it deletes and then deletes by key alone: a form that is sent in between
    would lose its letter. After the first step no form can adopt the file any more.
    """
    held = Attachment.objects.filter(pk=pk, enquiry__isnull=True)
    if not held.update(held_for=pk.hex):
        return False
    gone, _ = Attachment.objects.filter(pk=pk).only("pk").delete()  # its name stays sealed
    return gone > 0


def read_sent_file(file: Attachment) -> bytes:
    """The bytes as they were sent, proven by their SHA-256.

    Raises FileDamaged where they differ, FileNotFoundError where they are away, and
    `cryptography.fernet.InvalidToken` where they cannot be unsealed.
    """
    data = storage.read(name=file.pk)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(str(file.pk))
    return data


def is_at_hand(file: Attachment) -> bool:
    """Whether there is still a row for it, and what was sent."""
    try:
        return bool(read_sent_file(file)) and Attachment.objects.filter(pk=file.pk).exists()
    except (FileNotFoundError, FileDamaged, InvalidToken):
        return False
