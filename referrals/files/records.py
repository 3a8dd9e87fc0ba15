"""The PDF files of an enquiry: proof of receipt, and the record for practice software.

The proof holds words of ours alone and is drawn here by WeasyPrint; nothing is fetched while it
draws. What a sender attached is turned into pages by bounded children (`referrals.drawing`), one
file after the other, and the record is joined by one more. A file that cannot become pages, or
for which the time is not enough, stays apart, and the cover sheet says so.
"""

import json
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.drawing.parcel import packed, unpacked
from referrals.files import uploads
from referrals.inspecting import bounded
from referrals.inspecting.findings import for_staff
from referrals.inspecting.sniffing import DOCX, HEIC, JPEG, PDF, PNG, RTF, TIFF
from referrals.models import Attachment, Enquiry
from referrals.states.read_by import read_by_in_words
from referrals.urgency import FLAG_NAMES, is_emergency, is_urgent, letter_flags_in_words

logger = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024
MEMORY = 328 * MEGABYTE  # addresses; some are never touched, so that 300 MB at most are filled
RECORD_SECONDS = 20.0  # for all of a record
FOR_JOINING = 6.0  # of these, kept for the cover sheet and the joining
FOR_ONE_FILE = 10.0
WAIT_FOR_A_PLACE = 4.0
MOST_TOGETHER = 40 * MEGABYTE  # of pages in one record
DRAWN = {PDF, JPEG, PNG, TIFF, HEIC, RTF, DOCX}
NO_PANGO = 3  # as in referrals.drawing.whole_record

WHY_APART = {
    "broken": "It could not be drawn here. Open it from the inbox.",
    "large": "It would make this PDF too large. Save it from the inbox.",
    "locked": "It asks for a password. Ask the sender for a copy without one.",
    "missing": "It is missing or damaged in our store. Ask the sender to send it again.",
    "no_words": "It holds no words, perhaps a picture only. Open it from the inbox.",
    "only_adobe": "Only Adobe’s own program shows it. Save it from the inbox and open it there.",
    "slow": "It took too long to draw just now. Make this PDF again, or save it from the inbox.",
    "unknown": "This kind is not turned into pages. Save it from the inbox.",
    "waiting": "It is not inspected yet. Make this PDF again in a few minutes.",
}
NOTES = {
    "broken_pages": "A page of it is broken and could not be drawn. Ask the sender for it again.",
    "long": "It is longer than this: only its first pages are here, the rest is in the inbox.",
    "rare_signs": "Some letters in it may show as boxes here: compare with the original.",
    "typed_words": "What was typed into it and does not fit its place is on its last page.",
}


class PdfUnavailable(RuntimeError):
    """The system libraries that draw text into a PDF are missing on this machine."""


class StaysApart(RuntimeError):
    """A file that cannot become pages. `code` is a key of WHY_APART."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Part:
    """A file of the sender: its pages as a PDF, or why it stays a separate file."""

    attachment: Attachment
    pages: bytes = b""
    count: int = 0
    notes: list[str] = field(default_factory=list)
    why_apart: str = ""
    is_lost: bool = False


def receipt_pdf(*, enquiry: Enquiry, withdrawn_at: datetime | None = None) -> bytes:
    """What a sender keeps: reference, time, files with their SHA-256. No patient detail.

    `withdrawn_at` is when its sender withdrew it, as long as that stands.
    """
    context = context_of(enquiry)
    context |= {"read_by": read_by_in_words(enquiry), "withdrawn_at": withdrawn_at}
    return draw_pdf("referrals/pdf/receipt.html", context)


def record_pdf(*, enquiry: Enquiry) -> bytes:
    """Cover sheet, the sender's files and the receipt as one PDF for the patient's record.

    Raises `bounded.Busy` where no child may start now, PdfUnavailable, and `bounded.TookTooLong`
    or `Failed` where not even the cover sheet could be drawn.
    """
    until = time.monotonic() + RECORD_SECONDS
    context = context_of(enquiry)
    parts: list[Part] = []
    room = MOST_TOGETHER
    for attachment in context["attachments"]:
        part = part_of(attachment, room=room, until=until - FOR_JOINING)
        room -= len(part.pages)
        parts.append(part)
    try:
        return joined(enquiry, context, parts, until=until)
    except (bounded.TookTooLong, bounded.Failed):
        logger.warning("record of %s: its files stay apart", enquiry.reference)
        alone = [replace(p, pages=b"", why_apart=p.why_apart or WHY_APART["large"]) for p in parts]
        return joined(enquiry, context, alone, until=time.monotonic() + FOR_JOINING)


def joined(enquiry: Enquiry, context: dict[str, Any], parts: list[Part], *, until: float) -> bytes:
    cover = render_to_string("referrals/pdf/cover_sheet.html", {**context, "parts": parts})
    receipt = render_to_string("referrals/pdf/receipt.html", context)
    words = [text.encode() for text in (enquiry.reference, cover, receipt)]
    files = [part.pages for part in parts if part.pages]
    left = max(1.0, until - time.monotonic())
    try:
        return child("whole_record", data=packed([*words, *files]), seconds=left)
    except bounded.Failed as failure:
        if failure.code == NO_PANGO:
            raise PdfUnavailable("Install libpango-1.0-0 and libpangoft2-1.0-0.") from failure
        raise


def child(module: str, *args: str, data: bytes, seconds: float) -> bytes:
    return bounded.run(
        f"referrals.drawing.{module}",
        *args,
        data=data,
        cpu_seconds=int(seconds) + 1,
        wall_seconds=seconds,
        memory=MEMORY,
        wait=WAIT_FOR_A_PLACE,
        politeness=0,  # a colleague is waiting for it
    )


def part_of(attachment: Attachment, *, room: int, until: float) -> Part:
    """A file for the record, within the room and the time that are left."""
    if attachment.state == Attachment.State.QUARANTINED:
        why = " ".join(for_staff(attachment.suspicions))
        return Part(attachment, why_apart=f"It was set aside. {why}".strip())
    try:
        pages, told = as_pages(attachment, seconds=min(FOR_ONE_FILE, until - time.monotonic()))
        if len(pages) > room:
            raise StaysApart("large")
    except StaysApart as reason:
        why = WHY_APART.get(reason.code, WHY_APART["broken"])
        return Part(attachment, why_apart=why, is_lost=reason.code == "missing")
    notes = [NOTES[code] for code in told.get("notes", []) if code in NOTES]
    return Part(attachment, pages, told["pages"], notes)


def as_pages(
    attachment: Attachment, *, seconds: float = FOR_ONE_FILE
) -> tuple[bytes, dict[str, Any]]:
    """A file as a PDF that only shows, and what its child told of it.

    Raises StaysApart, or `bounded.Busy` where no child may start now.
    """
    if attachment.state == Attachment.State.WAITING:
        raise StaysApart("waiting")
    if attachment.content_type not in DRAWN:
        raise StaysApart("unknown")
    if seconds < 1:
        raise StaysApart("slow")
    try:
        content = uploads.read_sent_file(attachment)
    except (OSError, uploads.FileDamaged, InvalidToken) as error:
        logger.error("file %s cannot be read: %s", attachment.pk, type(error).__name__)
        raise StaysApart("missing") from error
    try:
        answer = child("file_pages", attachment.content_type, data=content, seconds=seconds)
        told, pages = unpacked(answer)
        facts = json.loads(told)
    except bounded.TookTooLong as error:
        raise StaysApart("slow") from error
    except (bounded.Failed, ValueError) as error:
        raise StaysApart("broken") from error
    if "why" in facts:
        raise StaysApart(facts["why"])
    return pages, facts


def record_name(enquiry: Enquiry) -> str:
    """A file name that practice software sorts by: family name, given names, birth date."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return f"{enquiry.reference}_message.pdf"
    referral = enquiry.referral
    words = [
        referral.patient_family_name.upper(),
        referral.patient_given_names,
        f"{referral.patient_birth_date:%Y-%m-%d}",
        enquiry.reference,
        "referral",
    ]
    return "_".join(filter(None, map(file_word, words))) + ".pdf"


def file_word(text: str) -> str:
    """Letters and digits of any language, and hyphens for all that a file system may refuse."""
    kept = "".join(c if c.isalnum() else "-" for c in text.strip())
    return "-".join(part for part in kept.split("-") if part)


def context_of(enquiry: Enquiry) -> dict[str, Any]:
    is_referral = enquiry.kind == Enquiry.Kind.REFERRAL
    referral = enquiry.referral if is_referral else None
    return {
        "enquiry": enquiry,
        "referral": referral,
        "message": None if is_referral else enquiry.message,
        "red_flags": [FLAG_NAMES.get(f, f) for f in referral.red_flags] if referral else [],
        "letter_flags": letter_flags_in_words((referral and referral.letter_flags) or []),
        "attachments": list(enquiry.attachments.all()),
        "clinic": Clinic.with_rooms(),
        "site_url": settings.SITE_URL,
        "made_at": timezone.now(),
        "emergency": is_emergency(enquiry),
        "urgent": is_urgent(enquiry),
    }


def draw_pdf(template: str, context: dict[str, Any]) -> bytes:
    """A template as a tagged PDF. Raises `PdfUnavailable` without pango."""
    from PIL import ImageFile

    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfUnavailable("Install libpango-1.0-0 and libpangoft2-1.0-0.") from error
    # WeasyPrint lets the whole process accept broken pictures; uploads must go on refusing them.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class NoFetching(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("nothing is fetched for a PDF")

    html = render_to_string(template, context)
    return HTML(string=html, url_fetcher=NoFetching()).write_pdf(pdf_variant="pdf/ua-1")
