"""Red flags from before the site rang for them: the ticks lie sealed, and the column says no.

Each process looks once at what is undecided, newest first, a few in each round.
"""

import logging
from datetime import datetime

from cryptography.fernet import InvalidToken

from referrals.inbox.clocks import undecided
from referrals.models import Enquiry, Referral
from referrals.urgency import EMERGENCY_FLAGS

logger = logging.getLogger(__name__)
AT_ONCE = 200


class OldRedFlags:
    """The chore. Remembers how far down it looked."""

    def __init__(self) -> None:
        self.below: int | None = None

    def __call__(self, *, at: datetime | None = None) -> int:
        """One round; how many were marked. What no key opens is logged and left out."""
        rows = Enquiry.objects.filter(
            kind=Enquiry.Kind.REFERRAL, is_red_flagged=False, status__in=undecided()
        )
        if self.below is not None:
            rows = rows.filter(pk__lt=self.below)
        count = 0
        for pk, reference in rows.order_by("-pk").values_list("pk", "reference")[:AT_ONCE]:
            count += bool(is_flagged(pk, reference) and rows.filter(pk=pk).update(**RINGS))
            self.below = pk
        return count


RINGS = {"is_red_flagged": True}


def is_flagged(pk: int, reference: str) -> bool:
    try:
        ticked = Referral.objects.filter(pk=pk).values_list("red_flags", flat=True).first()
    except InvalidToken:
        logger.error("%s opens with none of the keys: nobody sees its red flags", reference)
        return False
    return not EMERGENCY_FLAGS.isdisjoint(ticked or [])


mark_old_red_flags = OldRedFlags()
