"""Files that senders attach: held for their form at once, adopted when the form goes through.

A held file outlives a validation error, an expired page and a lost connection. It belongs to
one form key, is never served, and goes after a day.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from referrals import storage
from referrals.inspecting import EICAR
from referrals.models import Attachment, Enquiry
from referrals.receiving import (
    LARGEST_FILE,
    LARGEST_TOGETHER,
    MEGABYTE,
    MOST_FILES,
    Received,
)
from referrals.sniffing import UNKNOWN, shown_name, sniff

HELD_FOR = timedelta(hours=24)
INSPECTION_SECONDS = 15
KINDS = "PDF, JPEG, PNG, TIFF, HEIC, Word (.docx) or RTF"
_inspections = threading.BoundedSemaphore(2)  # each may take 512 MB


class FileGone(RuntimeError):
    """A held file was removed, or adopted by another form, before this one was stored."""


class FileDamaged(RuntimeError):
    """What lies in storage is not what was sent."""


@dataclass
class Files:
    """What one showing of a form has: files kept so far, and what to tell about the others."""

    kept: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def has(self, sha256: str) -> bool:
        return any(file.sha256 == sha256 for file in self.kept)

    def size(self) -> int:
        return sum(file.size for file in self.kept)


def gather(
    *,
    form_key: str,
    received: list[Received],
    kept: Iterable[str] = (),
    removed: Iterable[str] = (),
    declared: int = 0,
    at: datetime | None = None,
) -> Files:
    """Hold what came with this POST and find what earlier ones brought.

    `kept` and `removed` are ids as posted, `declared` the number of files that were sent as far
    as can be told. Raises OSError where a file could not be stored.
    """
    files = Files()
    mine = {str(file.pk): file for file in belonging_to(form_key)}
    removed = set(removed)
    for pk in dict.fromkeys(kept):
        if pk in removed:
            discard([mine[pk]] if pk in mine else [])
        elif pk in mine:
            files.kept.append(mine[pk])
        else:
            files.problems.append("We no longer hold one of your files. Please attach it again.")
    for file in received:
        add(files, file, form_key=form_key, at=at or timezone.now())
    if declared > len(received):
        files.problems.append(
            f"Your browser sent {declared} files, but {len(received)} arrived. Look at the list, "
            "and attach what is missing."
        )
    return files


def add(files: Files, file: Received, *, form_key: str, at: datetime) -> None:
    """Hold one more file, or say why not."""
    problem = problem_of(file, files)
    if problem:
        files.problems.append(problem)
    elif not files.has(hashlib.sha256(file.data).hexdigest()):
        position = len(files.kept) + 1
        files.kept.append(
            hold(name=file.name, data=file.data, form_key=form_key, position=position, at=at)
        )


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
        return f"We cannot read “{name}”. Save it as PDF and attach that. We take {KINDS}."
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


def hold(*, name: str, data: bytes, form_key: str, position: int, at: datetime) -> Attachment:
    """Seal and store a file for a form that is not sent yet; the same file is held once."""
    sha256 = hashlib.sha256(data).hexdigest()
    held = Attachment.objects.filter(held_for=form_key, sha256=sha256)
    kind = sniff(data) or UNKNOWN
    if already := held.first():
        if not storage.is_there(name=already.pk):
            storage.write(name=already.pk, data=data)
        return already
    suspicions = inspect(kind, data)
    file = Attachment(
        id=uuid4(),
        held_for=form_key,
        position=position,
        name=shown_name(name, kind),
        content_type=kind,
        size=len(data),
        sha256=sha256,
        state=Attachment.State.QUARANTINED if suspicions else Attachment.State.CLEAN,
        suspicions=suspicions,
        stored_at=at,
    )
    storage.write(name=file.id, data=data)
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:
        storage.remove(name=file.id)
        return held.get()  # a second click was quicker
    return file


def hold_copy(file: Attachment, *, form_key: str, at: datetime) -> Attachment:
    """Hold a file of a stored enquiry once more, for an edited one beside it.

    Raises FileGone where it is away or damaged: it has to be attached again.
    """
    try:
        data = read(file)
    except (FileNotFoundError, FileDamaged, InvalidToken):
        raise FileGone from None
    return hold(name=file.name, data=data, form_key=form_key, position=file.position, at=at)


def inspect(kind: str, data: bytes) -> list[str]:
    """Codes of what looks wrong inside, found by a process with bounds on memory and time.

    A file that crashes it or takes too long is kept all the same, as `could_not_inspect`.
    """
    command = [sys.executable, "-m", "referrals.inspecting", kind]
    try:
        with _inspections:
            done = subprocess.run(  # noqa: S603
                command,
                input=data,
                capture_output=True,
                check=True,
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ.get("PATH", "")},  # no keys
                timeout=INSPECTION_SECONDS,
            )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return ["could_not_inspect"]


def adopt(*, enquiry: Enquiry, files: Iterable[Attachment], form_key: str) -> None:
    """Give held files to the enquiry, in the caller's transaction; FileGone where one is away."""
    for position, file in enumerate(files, start=1):
        if not storage.is_there(name=file.pk):
            raise FileGone
        adopted = Attachment.objects.filter(
            pk=file.pk, held_for=form_key, enquiry__isnull=True
        ).update(enquiry=enquiry, held_for="", position=position)
        if not adopted:
            raise FileGone


def discard(files: Iterable[Attachment]) -> int:
    """Forget files that are held; what an enquiry has adopted stays. The number forgotten."""
    count = 0
    for file in files:
        gone, _ = Attachment.objects.filter(pk=file.pk, enquiry__isnull=True).delete()
        if gone:
            storage.remove(name=file.pk)
            count += 1
    return count


def read(file: Attachment) -> bytes:
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
        return bool(read(file)) and Attachment.objects.filter(pk=file.pk).exists()
    except (FileNotFoundError, FileDamaged, InvalidToken):
        return False
