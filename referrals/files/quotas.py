"""How much may come in, asked before a file is inspected or written.

A practice behind one address may send thirty referrals with three files each in an hour, and
press the button twice. A stranger may not fill the disk with files for forms that are never sent.
"""

from datetime import datetime

from django.db.models import QuerySet, Sum

from clinic_site.counting import count
from clinic_site.models import Clinic
from referrals.files import storage
from referrals.files.held_for import HELD_AT_LEAST
from referrals.files.size_limits import MEGABYTE
from referrals.models import Attachment

MOST_FILES_AN_HOUR = 240  # from one address
MOST_MEGABYTES_AN_HOUR = 1200  # from one address
MOST_HELD = 2048 * MEGABYTE  # for all forms that are not sent
SHARE_OF_FREE_DISK = 4


def refusal(sizes: list[int], *, address: str, at: datetime) -> str:
    """Count these files; why no more is taken, in words, or empty."""
    if not sizes or not address:
        return ""
    megabytes = sum(sizes) // MEGABYTE + 1
    files = count(purpose="files", source=address, at=at, more=len(sizes))
    together = count(purpose="megabytes", source=address, at=at, more=megabytes)
    if files <= MOST_FILES_AN_HOUR and together <= MOST_MEGABYTES_AN_HOUR:
        return ""
    return (
        "Very many files came from your network in this hour, so we did not take yours. Attach"
        f" them again later, send the form without them, or ring {Clinic.current().telephone}."
    )


def bytes_too_many(size: int) -> int:
    """How much would be held beyond the limit, for all forms together, with `size` more."""
    unsent = Attachment.objects.filter(enquiry__isnull=True)
    held = unsent.aggregate(bytes=Sum("size"))["bytes"] or 0
    room = max(0, storage.room())
    return held + size - min(MOST_HELD, room // SHARE_OF_FREE_DISK)


def may_go(at: datetime) -> QuerySet[Attachment]:
    """Files of unsent forms that go where room is short, the oldest first."""
    unsent = Attachment.objects.filter(enquiry__isnull=True, stored_at__lt=at - HELD_AT_LEAST)
    return unsent.only("pk", "size").order_by("stored_at")
