"""What goes wrong for one moment: a process that is killed between two steps, a disk that is full.

Each stands in for one function of the site while the block runs, and strikes once.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import OperationalError, connection

SUBMITTING = "referrals.intake.submitting"
# Where a web process is killed: nothing is stored; all is, and nobody was told.
BEFORE_COMMIT = f"{SUBMITTING}.tell_rooms_and_sender"
AFTER_COMMIT = "referrals.intake.views.redirect"
MAIL_WAS_TAKEN = "referrals.mail.delivery.finish_sent"
WHILE_DECIDING = "referrals.workflow.verbs.tell_whoever_hears"
WHILE_ERASING = "referrals.retention.erasing.delete_rows"
AFTER_ERASING = "referrals.retention.erasing.tidy_up"
LETTER = "referrals.files.private_folder.write_through"
ROWS = f"{SUBMITTING}.add_events"


class Killed(BaseException):
    """The process is gone at this point: nothing after it runs, and nothing may catch it."""


def no_room(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_room_for_rows(*_: Any, **__: Any) -> None:
    raise OperationalError("database or disk is full")


def end_here(*_: Any, **__: Any) -> None:
    raise Killed


@contextmanager
def struck(where: str, how: Callable[..., None] = end_here) -> Iterator[None]:
    """Within, the function of that name does `how` instead. A process that was killed is followed
    by another, which opens the database anew."""
    try:
        with mock.patch(where, how):
            yield
    except Killed:
        connection.close()
