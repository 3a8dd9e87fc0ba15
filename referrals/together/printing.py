"""Several enquiries as one PDF: of each the cover sheet, and then what came with it."""

import json
import time

from django.template.loader import render_to_string

from referrals.drawing.parcel import packed
from referrals.files.records import (
    FOR_JOINING,
    MOST_TOGETHER,
    NO_PANGO,
    Part,
    PdfUnavailable,
    child,
    context_of,
    part_of,
)
from referrals.inspecting import bounded
from referrals.models import Enquiry

MOST_AT_ONCE = 20
SECONDS = 40.0  # for all of them; the server waits for 60


def printed(enquiries: list[Enquiry]) -> bytes:
    """One PDF, in the order given. What cannot be drawn in the time stays apart, and its cover
    sheet says so.

    Raises `bounded.Busy`, `bounded.TookTooLong`, `bounded.Failed` or `PdfUnavailable`.
    """
    until = time.monotonic() + SECONDS
    for_sheets = FOR_JOINING + 0.5 * len(enquiries)
    covers, files, counts, room = [], [], [], MOST_TOGETHER
    for enquiry in enquiries:
        context = context_of(enquiry)
        parts: list[Part] = []
        for attachment in context["attachments"]:
            part = part_of(attachment, room=room, until=until - for_sheets)
            room -= len(part.pages)
            parts.append(part)
        covers.append(
            render_to_string("referrals/pdf/cover_sheet.html", {**context, "parts": parts})
        )
        pages = [part.pages for part in parts if part.pages]
        files += pages
        counts.append(len(pages))
    title = f"{len(enquiries)} enquiries"
    words = [text.encode() for text in (title, json.dumps(counts), *covers)]
    try:
        left = max(1.0, until - time.monotonic())
        return child("several_records", data=packed([*words, *files]), seconds=left)
    except bounded.Failed as failure:
        if failure.code == NO_PANGO:
            raise PdfUnavailable("Install libpango-1.0-0 and libpangoft2-1.0-0.") from failure
        raise
