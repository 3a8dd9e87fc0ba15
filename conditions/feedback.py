"""What readers say of a page: for staff only, never published."""

from datetime import datetime

from django.utils import timezone

from clinic_site.counting import count
from conditions.models import Feedback, Page

ANSWERS_PER_HOUR = 10


def answer(
    *, page: Page, helpful: bool, sentence: str = "", at: datetime | None = None
) -> Feedback:
    """Keep one reader's answer."""
    return Feedback.objects.create(
        page=page, helpful=helpful, sentence=sentence, at=at or timezone.now()
    )


def is_too_many(*, address: str, at: datetime | None = None) -> bool:
    """Count one more answer from a network address; True above ten in an hour.

    Where the address is unknown nobody is counted: all would wait for one.
    """
    if not address:
        return False
    at = at or timezone.now()
    return count(purpose="feedback", source=address, at=at) > ANSWERS_PER_HOUR
