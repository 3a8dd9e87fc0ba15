"""What goes into the patient's record: one PDF, whatever was attached."""

from io import BytesIO
from unittest import mock

import pytest
from PIL import Image, ImageFile
from pypdf import PdfReader, PdfWriter

from referrals import records, uploads
from referrals.models import Enquiry
from tests.makers import make_attachment, message, referral, submitted

pytestmark = pytest.mark.django_db


def pdf_of(*, pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=400, height=300)
    if password:
        writer.encrypt(password)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def picture_of(kind: str, *, frames: int = 1) -> bytes:
    first, *others = [Image.new("RGBA", (900, 600), (200, 90, 40, 128)) for _ in range(frames)]
    if kind == "JPEG":
        first = first.convert("RGB")
    target = BytesIO()
    more = {"save_all": True, "append_images": others} if kind == "TIFF" else {}
    first.save(target, kind, **more)
    return target.getvalue()


def attach(enquiry, position: int, content_type: str, name: str, **changes):
    return make_attachment(
        enquiry=enquiry,
        held_for="",
        position=position,
        content_type=content_type,
        name=name,
        sha256=f"{position}" * 64,
        **changes,
    )


def text_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.fixture
def jo():
    return Enquiry.objects.get(pk=submitted(referral(allergies="Penicillin")).pk)


def record(enquiry, *contents: bytes) -> bytes:
    with mock.patch.object(uploads, "read", side_effect=contents):
        return records.record_pdf(enquiry=enquiry)


def test_the_record_is_cover_sheet_letter_and_receipt(jo):
    attach(jo, 1, "application/pdf", "letter.pdf")
    pages = PdfReader(BytesIO(record(jo, pdf_of(pages=2)))).pages
    assert [round(page.mediabox.width) for page in pages] == [595, 400, 400, 595]
    cover, proof = pages[0].extract_text(), pages[-1].extract_text()
    for words in ["Samplepatient, Jo", "31 January 1980", "Penicillin", "2426621B", jo.reference]:
        assert words in cover
    assert "Proof of receipt" in proof


@pytest.mark.parametrize(("kind", "frames"), [("JPEG", 1), ("PNG", 1), ("TIFF", 3)])
def test_a_picture_becomes_pages_no_larger_than_paper(jo, kind, frames):
    attach(jo, 1, f"image/{kind.lower()}", f"scan.{kind.lower()}")
    pages = PdfReader(BytesIO(record(jo, picture_of(kind, frames=frames)))).pages
    assert len(pages) == 2 + frames
    assert all(page.mediabox.width <= 596 and page.mediabox.height <= 842 for page in pages)


def test_what_cannot_become_pages_is_listed_and_the_record_is_still_made(jo):
    attach(jo, 1, "application/rtf", "letter.rtf")
    attach(jo, 2, "application/pdf", "locked.pdf")
    attach(jo, 3, "application/pdf", "broken.pdf")
    attach(jo, 4, "application/pdf", "odd.pdf", state="quarantined")
    made = record(jo, pdf_of(password="secret"), b"%PDF-1.7 broken")
    words = text_of(made)
    assert "Proof of receipt" in words
    assert words.count("separate file") == 4
    assert "set aside" in words


def test_the_receipt_names_files_by_hash_and_no_patient(jo):
    attach(jo, 1, "application/pdf", "Samplepatient letter.pdf")
    words = text_of(records.receipt_pdf(enquiry=jo))
    assert jo.reference in words
    assert "1" * 64 in words.replace("\n", "")
    for secret in ["Samplepatient", "Jo ", "1980", "0491", "Penicillin"]:
        assert secret not in words.replace("Joint", "")


def test_a_message_can_be_filed_too():
    enquiry = Enquiry.objects.get(pk=submitted(message()).pk)
    assert "What does a first visit cost?" in text_of(record(enquiry))
    assert records.record_name(enquiry) == f"{enquiry.reference}_message.pdf"


def test_nothing_is_fetched_while_a_pdf_is_drawn(jo, tmp_path):
    canary = tmp_path / "canary.txt"
    canary.write_text("CANARY")
    html = f'<img src="{canary.as_uri()}"><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
    with mock.patch.object(records, "render_to_string", return_value=html):
        assert "CANARY" not in text_of(records.draw("any", {}))


def test_what_was_typed_is_text_and_never_markup():
    enquiry = submitted(referral(reason="<h1>Large</h1> {{ 7 }} <img src=x>"))
    words = text_of(record(Enquiry.objects.get(pk=enquiry.pk)))
    assert "<h1>Large</h1> {{ 7 }} <img src=x>" in words.replace("\n", " ")


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("O’Brien/../etc", "Jo Ann", "O-BRIEN-ETC_Jo-Ann_1980-01-31"),
        ("Müller\x00\r\n", "Zoë", "MÜLLER_Zoë_1980-01-31"),
    ],
)
def test_the_file_name_sorts_by_person_and_holds_nothing_dangerous(family, given, expected):
    enquiry = submitted(referral(patient_family_name=family, patient_given_names=given))
    name = records.record_name(Enquiry.objects.get(pk=enquiry.pk))
    assert name == f"{expected}_{enquiry.reference}_referral.pdf"


def test_drawing_a_pdf_does_not_let_broken_pictures_in(jo):
    records.receipt_pdf(enquiry=jo)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
