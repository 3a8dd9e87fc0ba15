"""How much may come in, asked before a file is inspected or written.

A practice behind one address may send thirty referrals with three files each in an hour, and
press the button twice. A stranger may not fill the disk with files for forms that are never sent,
and whoever has a whole network of addresses may not take the room of all others.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from clinic_site.counting import count, digest
from clinic_site.models import Clinic
from clinic_site.web.addresses import network_of
from referrals.files import storage
from referrals.files.held_for import HELD_AT_LEAST
from referrals.files.size_limits import LARGEST_TOGETHER, MEGABYTE
from referrals.models import Attachment

MOST_FILES_AN_HOUR = 240  # from one address
MOST_MEGABYTES_AN_HOUR = 1200  # from one address
MOST_MEGABYTES_A_DAY = 6000  # from one network: a hospital’s 240 forms as full as can be
MOST_HELD = 2048 * MEGABYTE  # for all forms that are not sent
SHARE_OF_FREE_DISK = 4
SHARE_OF_NETWORK = 4  # of what is held for forms that are not sent
DAY = timedelta(days=1)


def refusal(sizes: list[int], *, address: str, at: datetime) -> str:
    """Count these files; why no more is taken, in words, or empty."""
    if not sizes or not address:
        return ""
    more = sum(sizes) // MEGABYTE + 1
    files = count(purpose="files", source=address, at=at, more=len(sizes))
    together = count(purpose="megabytes", source=address, at=at, more=more)
    network = network_of(address)
    of_network = count(purpose="megabytes", source=network, at=at, more=more, within=DAY)
    is_much = files > MOST_FILES_AN_HOUR or together > MOST_MEGABYTES_AN_HOUR
    if not is_much and of_network <= MOST_MEGABYTES_A_DAY:
        return ""
    return (
        "Very many files came from your network, so we did not take yours. Attach them again"
        f" later, send the form without them, or ring {Clinic.current().telephone}."
    )


def sender_of(address: str) -> str:
    """What a held file remembers of where it came from: a keyed digest of its network."""
    network = network_of(address)
    return digest("held from", network) if network else ""


def most_held() -> int:
    """In bytes, for all forms that are not sent."""
    return min(MOST_HELD, max(0, storage.room()) // SHARE_OF_FREE_DISK)


def bytes_too_many(size: int, *, held_from: str = "") -> int:
    """How much would be held beyond the limit with `size` more: of one network, or of all."""
    unsent = Attachment.objects.filter(enquiry__isnull=True)
    most = most_held()
    if held_from:
        unsent = unsent.filter(held_from=held_from)
        most = max(most // SHARE_OF_NETWORK, LARGEST_TOGETHER)
    held = unsent.aggregate(bytes=Sum("size"))["bytes"] or 0
    return held + size - most


def may_go(at: datetime) -> QuerySet[Attachment]:
    """Files of unsent forms that go where room is short, the oldest first."""
    unsent = Attachment.objects.filter(enquiry__isnull=True, stored_at__lt=at - HELD_AT_LEAST)
    return unsent.only("pk", "size").order_by("stored_at")
