"""What goes wrong with a backup, as one sentence for whoever typed the command."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BackupProblem(Exception):
    """One sentence that says what is wrong, what was left as it is, and what to do."""


@contextmanager
def in_words(folder: Path, *, left: str) -> Iterator[None]:
    """Say an OSError in words; `left` says how things are left."""
    try:
        yield
    except OSError as error:
        raise BackupProblem(words_of(error, folder, left=left)) from error


def words_of(error: OSError, folder: Path, *, left: str) -> str:
    if error.errno in FULL:
        return f"The disk of {folder} is full. {left} Make room, or name another folder."
    what = error.strerror or "it cannot be read or written"
    return f"{error.filename or folder}: {what}. {left}"


def in_megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB" if size >= 10 * 1024**2 else f"{size / 1024**2:.1f} MB"
