"""The PDF files of an enquiry: proof of receipt, and the record for practice software.

Text is drawn by WeasyPrint from templates, and nothing is fetched while it draws. Files of the
sender are joined by pypdf, pictures become pages; what cannot become a page is listed.
"""

import logging
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image, ImageFile, ImageOps, ImageSequence
from pypdf import PdfReader, PdfWriter

from clinic_site.models import Clinic
from referrals import uploads
from referrals.forms import RED_FLAGS
from referrals.models import Attachment, Enquiry
from referrals.urgency import is_emergency, is_urgent

logger = logging.getLogger(__name__)
RED_FLAG_NAMES = dict(RED_FLAGS)
PICTURES = {"image/jpeg", "image/png", "image/tiff"}
PAGE_INCHES = (7.5, 10.9)  # A4 with a margin that every printer leaves


class PdfUnavailable(RuntimeError):
    """The system libraries that draw text into a PDF are missing on this machine."""


class Part(NamedTuple):
    """A file of the sender: its pages as a PDF, or why it stays a separate file."""

    attachment: Attachment
    pages: bytes
    why_apart: str


def receipt_pdf(*, enquiry: Enquiry) -> bytes:
    """What a sender keeps: reference, time, files with their SHA-256. No patient detail."""
    return draw("referrals/pdf/receipt.html", context_of(enquiry))


def record_pdf(*, enquiry: Enquiry) -> bytes:
    """Cover sheet, the sender's files and the receipt as one PDF for the patient's record."""
    parts = [as_pages(attachment) for attachment in enquiry.attachments.all()]
    cover = draw("referrals/pdf/cover_sheet.html", {**context_of(enquiry), "parts": parts})
    writer = PdfWriter()
    for pages in [cover, *[part.pages for part in parts if part.pages]]:
        writer.append(PdfReader(BytesIO(pages)), import_outline=False)
    writer.append(PdfReader(BytesIO(receipt_pdf(enquiry=enquiry))), import_outline=False)
    writer.add_metadata({"/Title": enquiry.reference})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


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
    return "_".join(file_word(word) for word in words) + ".pdf"


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
        "red_flags": [RED_FLAG_NAMES.get(f, f) for f in referral.red_flags] if referral else [],
        "attachments": list(enquiry.attachments.all()),
        "clinic": Clinic.with_rooms(),
        "site_url": settings.SITE_URL,
        "made_at": timezone.now(),
        "emergency": is_emergency(enquiry),
        "urgent": is_urgent(enquiry),
    }


def draw(template: str, context: dict[str, Any]) -> bytes:
    """A template as a tagged PDF. Raises `PdfUnavailable` without pango."""
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


def as_pages(attachment: Attachment) -> Part:
    """A file as PDF pages, where that is safe and possible."""
    if attachment.state == Attachment.State.QUARANTINED:
        return Part(attachment, b"", "looked suspicious and was set aside")
    if attachment.content_type not in {*PICTURES, "application/pdf"}:
        return Part(attachment, b"", "save it from the inbox: this kind is not turned into pages")
    try:
        content = uploads.read(attachment)
        pages = checked_pdf(content) if content[:5] == b"%PDF-" else picture_pages(content)
    except Exception as error:  # a file that breaks a reader must not cost the whole record
        logger.warning("file %s cannot become pages", attachment.pk, exc_info=error)
        return Part(attachment, b"", "could not be read here: save it from the inbox")
    return Part(attachment, pages, "")


def checked_pdf(content: bytes) -> bytes:
    """The same bytes, once they have been read through to the last page."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise ValueError("the PDF has a password")
    PdfWriter().append(reader, import_outline=False)
    return content


def picture_pages(content: bytes) -> bytes:
    """A picture, or each page of a scan, fitted to A4."""
    with Image.open(BytesIO(content)) as picture:
        frames = [upright(frame) for frame in ImageSequence.Iterator(picture)]
    first, *others = frames
    dots = max(
        side / inches for f in frames for side, inches in zip(f.size, PAGE_INCHES, strict=True)
    )
    target = BytesIO()
    first.save(target, "PDF", save_all=True, append_images=others, resolution=max(dots, 72))
    return target.getvalue()


def upright(frame: Image.Image) -> Image.Image:
    """Turned as the camera meant it, on white, without what else a photograph carries."""
    turned = ImageOps.exif_transpose(frame).convert("RGBA")
    paper = Image.new("RGB", turned.size, "white")
    paper.paste(turned, mask=turned.getchannel("A"))
    return paper
