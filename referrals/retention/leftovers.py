"""What is left of an erased enquiry outside its rows goes after the commit: its files, and the
pages of the database that its rows were on.

A row of `Leftover` stands for each from the commit on, and goes when that is gone from the disk. So
a kill at any point leaves either the whole enquiry, or a list that the next round carries on with.
"""

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from clinic_site.running.deleted_rows import fold_back
from referrals.files import private_folder, storage
from referrals.models import Attachment, Enquiry, Leftover, Notification

logger = logging.getLogger(__name__)
Kind = Leftover.Kind
TABLES = [
    *("referrals_enquiry", "referrals_referral", "referrals_message", "referrals_event"),
    *("referrals_attachment", "referrals_fileproof", "referrals_notification"),
    "referrals_drawnfile",
    *("referrals_personindex", "clinic_site_keptform"),
    *("referrals_call", "referrals_ending"),
    *("referrals_answer", "referrals_answerback"),
]
ALL_PAGES = "all"


def list_files_of(enquiry: Enquiry, *, at: datetime) -> None:
    """In the transaction that erases it."""
    letters = Attachment.objects.filter(enquiry=enquiry.pk).values_list("pk", flat=True)
    mails = Notification.objects.filter(enquiry=enquiry.pk).values_list("message_id", flat=True)
    Leftover.objects.bulk_create(
        [
            *[Leftover(kind=Kind.LETTER, name=str(name), since=at) for name in letters],
            *[Leftover(kind=Kind.MAIL, name=file_of_mail(name), since=at) for name in mails],
            Leftover(kind=Kind.PAGES, name=ALL_PAGES, since=at),
        ],
        ignore_conflicts=True,  # the pages may be listed already
    )


def file_of_mail(message_id: str) -> str:
    """As `mail.backends.EmlFileBackend` names it."""
    return message_id.strip("<>").replace("/", "_")


def remove_leftovers(*, at: datetime | None = None) -> int:
    """Remove whatever is listed; how many are done. A chore of the mail process, safe with several
    of them; what cannot be removed now stays listed."""
    files_first = Leftover.objects.order_by("kind", "pk")
    return sum(remove(leftover) for leftover in list(files_first))


def remove(leftover: Leftover) -> bool:
    try:
        if leftover.kind == Kind.PAGES:
            is_gone = free_pages()
        else:
            (erase_letter if leftover.kind == Kind.LETTER else erase_mail)(leftover.name)
            is_gone = True
    except OSError as error:
        logger.error("a file of an erased enquiry stays: %s", type(error).__name__)
        return False
    if is_gone:
        Leftover.objects.filter(pk=leftover.pk).delete()
    return is_gone


def free_pages() -> bool:
    """Let go of what deleted rows leave behind; False where that is not possible now.

    SQLite overwrote them when they were deleted; its log is folded back. PostgreSQL takes the rows
    out of its pages now, not when autovacuum finds enough of them; the bytes are overwritten later
    (docs/decisions/041).
    """
    if connection.vendor == "sqlite":
        return fold_back()
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (SKIP_LOCKED) {', '.join(TABLES)}")
    return True


def erase_letter(name: str) -> None:
    storage.erase(name=name)


def erase_mail(name: str) -> None:
    folder = Path(settings.MAIL_DIR)
    private_folder.erase([folder / f"{name}.eml", folder / f"{name}.part"])
