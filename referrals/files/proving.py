"""Proves that every file of an enquiry is there and is what was sent.

That it is there, and as long as it must be, is looked at in each round of the mail process. Each
is read to its end and proved by its SHA-256 within a minute after it came, and again at least
every 30 days, a few megabytes in each round. A problem goes away as soon as the file is back.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db.models import F, Q
from django.utils import timezone

from clinic_site.sealing.tokens import sealed_size
from clinic_site.storing.away import StoreAway
from referrals.files import storage, uploads
from referrals.models import Attachment, FileProof

PROVED_EVERY = timedelta(days=20)
TRIED_AGAIN = timedelta(minutes=5)
BYTES_A_ROUND = 8 * 1024 * 1024  # 11 GB a day
FILES_A_ROUND = 200
AT_ONCE = 500
MISSING, DAMAGED = FileProof.Problem.MISSING, FileProof.Problem.DAMAGED
AWAY = "away"  # the store does not answer: nothing is known of the file, and nothing written down
# What reading a file may raise when the file is not what it should be.
LOST = (OSError, uploads.FileDamaged, InvalidToken)


class Lost(NamedTuple):
    """A file that cannot be had: what is wrong, and since when, if the mail process saw it."""

    problem: str
    since: datetime | None

    @property
    def is_gone(self) -> bool:
        return self.problem == MISSING

    @property
    def is_away(self) -> bool:
        return self.problem == AWAY

    @property
    def words(self) -> str:
        if self.is_away:
            return "cannot be fetched just now, as the store of files does not answer"
        return "is gone from our server" if self.is_gone else "is damaged and cannot be opened"


def prove_files(*, at: datetime | None = None) -> int:
    """One round; the number of files that were read to their end."""
    now = at or timezone.now()
    look_for_all(at=now)
    return prove_some(at=now)


def look_for_all(*, at: datetime) -> None:
    """Find what is gone or cut off, and what is back."""
    there = storage.present()
    known = dict(FileProof.objects.exclude(problem="").values_list("pk", "problem"))
    rows = Attachment.objects.filter(enquiry__isnull=False).values_list("pk", "size")
    found = {pk: problem_of_size(there.get(str(pk)), size) for pk, size in rows}
    new = [pk for pk, problem in found.items() if problem and known.get(pk) != problem]
    sizes = storage.sizes_of(new)  # once more: one may have been moved while we looked
    note({pk: found[pk] for pk in new if found[pk] != MISSING or pk not in sizes}, at=at)
    back = [pk for pk, problem in known.items() if problem == MISSING and str(pk) in there]
    for some in pieces(back):  # without a row they are proved next
        FileProof.objects.filter(pk__in=some, problem=MISSING).delete()


def problem_of_size(there: int | None, size: int) -> str:
    """What a look at the folder tells of a file of `size` bytes."""
    if there is None:
        return MISSING
    return "" if there == sealed_size(size) else DAMAGED


def prove_some(*, at: datetime) -> int:
    """Read the files whose proof is oldest, up to a few megabytes."""
    due = Q(proof=None) | Q(proof__problem="", proof__looked_at__lt=at - PROVED_EVERY)
    again = Q(proof__problem=DAMAGED, proof__looked_at__lt=at - TRIED_AGAIN)
    files = Attachment.objects.filter(due | again, enquiry__isnull=False)
    oldest_first = F("proof__looked_at").asc(nulls_first=True)
    read = count = 0
    for file in files.order_by(oldest_first, "pk").only("pk", "sha256", "size")[:FILES_A_ROUND]:
        prove(file, at=at)
        count, read = count + 1, read + file.size
        if read >= BYTES_A_ROUND:
            break
    return count


def prove(file: Attachment, *, at: datetime | None = None) -> str:
    """Read one file to its end and note what came of it; the problem, empty for none.

    Raises `StoreAway` where nothing can be told of it.
    """
    now = at or timezone.now()
    try:
        uploads.read_sent_file(file)
        problem = ""
    except StoreAway:
        raise
    except FileNotFoundError:
        problem = MISSING
    except LOST:
        problem = DAMAGED
    if FileProof.objects.filter(pk=file.pk, problem=problem).update(looked_at=now) == 0:
        note({file.pk: problem}, at=now)
    return problem


def note(problems: dict[UUID, str], *, at: datetime) -> None:
    """Write down what was found now and was otherwise before."""
    for some in pieces(list(problems)):
        still_known = Attachment.objects.filter(pk__in=some).values_list("pk", flat=True)
        FileProof.objects.bulk_create(
            [
                FileProof(
                    pk=pk, looked_at=at, problem=problems[pk], since=at if problems[pk] else None
                )
                for pk in still_known
            ],
            update_conflicts=True,
            unique_fields=["attachment"],
            update_fields=["looked_at", "problem", "since"],
        )


def pieces(names: list[UUID]) -> Iterator[list[UUID]]:
    return (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))


def lost_among(files: Iterable[Attachment]) -> dict[UUID, Lost]:
    """What is wrong with these files at this moment, without reading them, by their names.

    Give them with `select_related("proof")`.
    """
    files = list(files)
    if not files:
        return {}
    try:
        sizes = storage.sizes_of(file.pk for file in files)
    except StoreAway:
        return {file.pk: Lost(AWAY, None) for file in files}
    found = {file.pk: lost(file, sizes.get(file.pk)) for file in files}
    return {pk: one for pk, one in found.items() if one}


def lost(file: Attachment, there: int | None) -> Lost | None:
    proof: FileProof | None = getattr(file, "proof", None)
    seen = proof.problem if proof else ""
    problem = problem_of_size(there, file.size) or (DAMAGED if seen == DAMAGED else "")
    if not problem:
        return None
    return Lost(problem, proof.since if proof and seen == problem else None)
