"""Pages of the site as PDF, for the room that shows them: drawn in a bounded child like letters."""

import logging

from referrals.files import records
from referrals.inspecting import bounded

logger = logging.getLogger(__name__)
SECONDS = 45.0


def pdf_of(html: str) -> bytes | None:
    """HTML of ours as a tagged PDF; empty where it cannot be drawn, None where no child is free."""
    try:
        return records.child("own_words", data=html.encode(), seconds=SECONDS)
    except bounded.Busy:
        return None
    except (bounded.TookTooLong, bounded.Failed) as error:
        logger.error("a leaflet cannot be drawn: %s", type(error).__name__)
        return b""
