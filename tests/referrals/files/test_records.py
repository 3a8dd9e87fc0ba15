"""What goes into the patient's record: one PDF, whatever was attached."""

import json
from io import BytesIO
from unittest import mock

import pytest
from cryptography.fernet import InvalidToken
from PIL import Image, ImageFile
from pypdf import PdfReader, PdfWriter

from referrals.drawing.parcel import packed, unpacked
from referrals.files import records, uploads
from referrals.inspecting import bounded
from referrals.models import Enquiry
from tests.makers import OF_PATIENT, make_attachment, message, referral, submitted
from tests.sample_files import docx, p, rtf

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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


def but(child, module: str, problem: Exception):
    """The child as it is, but one of its modules ends badly."""

    def run(name, *args, **kwargs):
        if name == module:
            raise problem
        return child(name, *args, **kwargs)

    return run


def text_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.fixture
def jo():
    return Enquiry.objects.get(pk=submitted(referral(allergies="Penicillin")).pk)


def record(enquiry, *contents: bytes) -> bytes:
    with mock.patch.object(uploads, "read_sent_file", side_effect=contents):
        return records.record_pdf(enquiry=enquiry)


def test_the_record_is_cover_sheet_letter_and_receipt(jo):
    attach(jo, 1, "application/pdf", "letter.pdf")
    pages = PdfReader(BytesIO(record(jo, pdf_of(pages=2)))).pages
    assert [round(page.mediabox.width) for page in pages] == [595, 400, 400, 595]
    cover, proof = pages[0].extract_text(), pages[-1].extract_text()
    for words in ["Samplepatient, Jo", "31 January 1980", "Penicillin", "2426621B", jo.reference]:
        assert words in cover
    assert "Proof of receipt" in proof


def test_the_cover_sheet_says_what_the_letter_warns_of_and_the_receipt_does_not():
    warned = referral(red_flags=["none"], letter_flags=["cauda_equina: numb saddle of a canary"])
    pages = PdfReader(BytesIO(record(submitted(warned)))).pages
    cover, proof = (" ".join(pages[n].extract_text().split()) for n in (0, -1))
    assert "Stands in the letter “numb saddle of a canary” (New numbness" in cover
    assert "canary" not in proof


def test_a_letter_that_warns_of_nothing_adds_no_row(jo):
    assert "Stands in the letter" not in text_of(record(jo))


@pytest.mark.parametrize(("kind", "frames"), [("JPEG", 1), ("PNG", 1), ("TIFF", 3)])
def test_a_picture_becomes_pages_no_larger_than_paper(jo, kind, frames):
    attach(jo, 1, f"image/{kind.lower()}", f"scan.{kind.lower()}")
    pages = PdfReader(BytesIO(record(jo, picture_of(kind, frames=frames)))).pages
    assert len(pages) == 2 + frames
    assert all(page.mediabox.width <= 596 and page.mediabox.height <= 842 for page in pages)


def test_letters_from_a_word_processor_are_joined(jo):
    attach(jo, 1, DOCX, "letter.docx")
    attach(jo, 2, "application/rtf", "letter.rtf")
    words = text_of(record(jo, docx(p("Left hip")), rtf("No allergy")))
    assert "Left hip" in words
    assert "No allergy" in words
    assert words.count("1 page, on the sheets that follow.") == 2


def test_what_cannot_become_pages_is_listed_and_the_record_is_still_made(jo):
    attach(jo, 1, "application/octet-stream", "letter.xyz")
    attach(jo, 2, "application/pdf", "locked.pdf")
    attach(jo, 3, "application/pdf", "broken.pdf")
    attach(jo, 4, "application/pdf", "odd.pdf", state="quarantined", suspicions=["macros"])
    attach(jo, 5, "application/pdf", "new.pdf", state="waiting")
    made = record(jo, pdf_of(password="secret"), b"%PDF-1.7 broken")
    words = " ".join(text_of(made).split())
    assert "Proof of receipt" in words
    assert words.count("separate file, not in this PDF") == 5
    for why in [
        "asks for a password. Ask the sender",
        "could not be drawn here. Open it from the inbox",
        "was set aside. It holds macros",
        "not inspected yet. Make this PDF again",
    ]:
        assert why in words


@pytest.mark.parametrize("problem", [FileNotFoundError(), uploads.FileDamaged(), InvalidToken()])
def test_a_file_that_is_gone_or_damaged_is_named_and_the_rest_is_joined(jo, problem):
    attach(jo, 1, "application/pdf", "gone.pdf")
    attach(jo, 2, "application/pdf", "letter.pdf")
    made = record(jo, problem, pdf_of(pages=2))
    words = " ".join(text_of(made).split())
    assert "gone.pdf" in words
    assert "missing or damaged in our store. Ask the sender to send it again" in words
    assert len(PdfReader(BytesIO(made)).pages) == 4


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (bounded.TookTooLong(), "took too long to draw just now"),
        (bounded.Failed(1), "could not be drawn here. Open it from the inbox"),
    ],
)
def test_a_file_that_takes_too_much_stays_apart(jo, monkeypatch, problem, why):
    attach(jo, 1, "application/pdf", "heavy.pdf")
    monkeypatch.setattr(records, "child", but(records.child, "file_pages", problem))
    assert why in " ".join(text_of(record(jo, pdf_of())).split())


def test_a_file_for_which_no_time_is_left_stays_apart(jo, monkeypatch):
    monkeypatch.setattr(records, "RECORD_SECONDS", 6)
    attach(jo, 1, "application/pdf", "letter.pdf")
    assert "took too long to draw just now" in " ".join(text_of(record(jo)).split())


def test_files_that_are_too_much_together_stay_apart(jo, monkeypatch):
    attach(jo, 1, "application/pdf", "letter.pdf")
    attach(jo, 2, "application/pdf", "books.pdf")
    first, second = pdf_of(pages=1), pdf_of(pages=40)
    monkeypatch.setattr(records, "MOST_TOGETHER", 1000)
    words = " ".join(text_of(record(jo, first, second)).split())
    assert words.count("on the sheets that follow") == 1
    assert "It would make this PDF too large" in words


def test_a_record_that_cannot_be_joined_still_has_its_cover_sheet(jo, monkeypatch):
    attach(jo, 1, "application/pdf", "letter.pdf")

    def joins_nothing(module, *args, data, seconds):
        if module == "whole_record" and len(unpacked(data)) > 3:
            raise bounded.TookTooLong
        return real(module, *args, data=data, seconds=seconds)

    real = records.child
    monkeypatch.setattr(records, "child", joins_nothing)
    words = " ".join(text_of(record(jo, pdf_of())).split())
    assert "separate file, not in this PDF" in words
    assert "Samplepatient, Jo" in words


def test_nothing_is_made_where_no_child_may_start(jo, monkeypatch):
    monkeypatch.setattr(records, "child", but(records.child, "whole_record", bounded.Busy()))
    with pytest.raises(bounded.Busy):
        record(jo)


def test_a_machine_without_pango_is_told_apart_from_a_broken_file(jo, monkeypatch):
    failed = bounded.Failed(records.NO_PANGO)
    monkeypatch.setattr(records, "child", but(records.child, "whole_record", failed))
    with pytest.raises(records.PdfUnavailable):
        record(jo)


def test_the_cover_sheet_says_what_is_not_all_there(jo, monkeypatch):
    attach(jo, 1, "application/pdf", "letter.pdf")

    def child(module, *args, data, seconds):
        if module == "file_pages":
            return packed([json.dumps({"pages": 60, "notes": ["long"]}).encode(), pdf_of()])
        return real(module, *args, data=data, seconds=seconds)

    real = records.child
    monkeypatch.setattr(records, "child", child)
    words = " ".join(text_of(record(jo, b"x")).split())
    assert "60 pages, on the sheets that follow. It is longer than this" in words


def test_the_receipt_names_files_by_hash_and_no_patient(jo):
    attach(jo, 1, "application/pdf", "Samplepatient letter.pdf")
    words = text_of(records.receipt_pdf(enquiry=jo))
    assert jo.reference in words
    assert "1" * 64 in words.replace("\n", "")
    for secret in [*OF_PATIENT, "Penicillin"]:
        assert secret not in words.replace("Joint", "")


def test_the_receipt_of_who_has_no_provider_number_names_none():
    made = submitted(referral(provider_number="none"))
    words = " ".join(text_of(records.receipt_pdf(enquiry=made)).split())
    assert "who wrote that there is no provider number" in words
    assert "NONE" not in words


def test_the_receipt_says_that_its_sender_withdrew_the_referral(jo):
    pdf = records.receipt_pdf(enquiry=jo, withdrawn_at=jo.received_at)
    words = " ".join(text_of(pdf).split())
    assert "Its sender withdrew it on" in words
    assert "The rooms stop, and book no visit." in words
    assert "The rooms read it" not in words


def test_the_receipt_of_a_message_speaks_of_no_patient_and_of_no_file():
    enquiry = Enquiry.objects.get(pk=submitted(message()).pk)
    words = " ".join(text_of(records.receipt_pdf(enquiry=enquiry)).split())
    assert "The rooms read it and answer within one working day" in words
    assert "This page does not repeat your message." in words
    assert not any(said in words for said in ["patient", "No file", "Files", "first visit cost"])


def test_a_message_can_be_filed_too():
    enquiry = Enquiry.objects.get(pk=submitted(message()).pk)
    assert "What does a first visit cost?" in text_of(record(enquiry))
    assert records.record_name(enquiry) == f"{enquiry.reference}_message.pdf"


def test_nothing_is_fetched_while_a_pdf_is_drawn(jo, tmp_path):
    canary = tmp_path / "canary.txt"
    canary.write_text("CANARY")
    html = f'<img src="{canary.as_uri()}"><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
    with mock.patch.object(records, "render_to_string", return_value=html):
        assert "CANARY" not in text_of(records.draw_pdf("any", {}))


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
