"""What the mail process does beside the mail, once a minute (MAIL_CHORES_SECONDS)."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.utils import timezone

from clinic_site.counting import purge_counts
from clinic_site.operations.doctor.daily import visit_daily
from clinic_site.operations.watching.ping import ping_when_due
from clinic_site.running.deleted_rows import fold_back
from clinic_site.sessions.chores import purge_sessions
from referrals.ending.mornings import each_morning
from referrals.ending.old_red_flags import mark_old_red_flags
from referrals.files.keeping import keep_folder, purge_held
from referrals.files.proving import prove_files
from referrals.inbox.overdue import tell_of_late
from referrals.ledger.chains import seal_days
from referrals.ledger.reconciling import reconcile_daily
from referrals.letters.counting import count_pages
from referrals.mail.fallback import move_stuck_mail
from referrals.person_index import fill as fill_person_index
from referrals.retention.leftovers import remove_leftovers
from referrals.retention.purging import purge_daily
from referrals.workflow.late_inspecting import inspect_waiting

logger = logging.getLogger(__name__)
# Each takes `at=`, may run in several processes at once, and may be cut off at any point.
CHORES: list[Callable[..., object]] = [
    move_stuck_mail,
    mark_old_red_flags,
    tell_of_late,
    purge_counts,
    purge_sessions,
    purge_held,
    fill_person_index,
    inspect_waiting,
    count_pages,
    each_morning,
    purge_daily,
    remove_leftovers,  # before its files count as files that no enquiry names
    keep_folder,
    prove_files,
    seal_days,
    reconcile_daily,
    visit_daily,  # after what it asks about was looked at
    ping_when_due,
    fold_back,  # last: what the others deleted
]


class Chores:
    """Runs the chores when it is time again."""

    def __init__(self) -> None:
        self.next_at = time.monotonic()

    def run_if_due(self) -> None:
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + settings.MAIL_CHORES_SECONDS
            run_all(at=timezone.now())


def run_all(*, at: datetime) -> None:
    """Each on its own: one that fails is logged and stops neither the others nor the mail."""
    for chore in CHORES:
        try:
            chore(at=at)
        except Exception as error:
            logger.error("chore %s failed", getattr(chore, "__name__", chore), exc_info=error)
            if isinstance(error, AnyDatabaseError) and not connection.in_atomic_block:
                connection.close()
