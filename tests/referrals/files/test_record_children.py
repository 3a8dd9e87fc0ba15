"""The record as staff get it: real children with little memory and little time."""

import resource
import time
from io import BytesIO

import pikepdf
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from referrals.files import records
from referrals.inspecting import bounded
from referrals.inspecting.sniffing import sniff
from referrals.models import Attachment, Enquiry
from tests import sample_files as kinds
from tests.makers import make_user, quick_post, signed_in
from tests.rendering import page_count, page_words

pytestmark = pytest.mark.django_db
REAL_CHILD = records.child
KILOBYTES = 1024


@pytest.fixture(autouse=True)
def _real_children(monkeypatch):
    """With time to spare: here the outcome counts, and not the machine."""
    monkeypatch.setattr(records, "child", REAL_CHILD)
    for name in ("RECORD_SECONDS", "FOR_ONE_FILE", "WAIT_FOR_A_PLACE"):
        monkeypatch.setattr(records, name, 120.0)


def many_frames() -> bytes:
    """What took 1.9 GB once: 30 pages of A4 in 40 KB."""
    pages = [Image.new("1", (2480, 3508), 1) for _ in range(30)]
    return kinds.packed_picture(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4"
    )


def photograph_of_48_megapixels() -> bytes:
    picture = Image.new("RGB", (8064, 6048), "grey")
    return kinds.packed_picture(picture, "JPEG", progressive=True, quality=60)


def photograph_of_24_megapixels() -> bytes:
    target = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (5712, 4284), "grey")).save(target, quality=30)
    return target.getvalue()


def scan_of(pages: int) -> bytes:
    pdf = pikepdf.new()
    dots = Image.effect_noise((62, 88), 60).resize((620, 877))
    packed = kinds.packed_picture(dots, "JPEG", quality=5)
    for number in range(pages):
        picture = pikepdf.Stream(pdf, packed + bytes(number), Subtype=pikepdf.Name.Image)
        picture.Width, picture.Height, picture.BitsPerComponent = 620, 877, 8
        picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
        resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        kinds.add_page(pdf, "q 595 0 0 842 0 0 cm /P Do Q", Resources=resources)
    return kinds.pdf_bytes(pdf)


CORPUS = {
    "letter.pdf": (lambda: kinds.pdf_bytes(kinds.pdf_saying("Dear colleague")), 1),
    "layers.pdf": (lambda: kinds.layered_pdf("Left hip", "Right hip"), 1),
    "form.pdf": (lambda: kinds.form_pdf("Left hip"), 1),
    "busy.pdf": (kinds.busy_pdf, 1),
    "permissions.pdf": (
        lambda: kinds.pdf_bytes(kinds.pdf_saying("x"), encryption=pikepdf.Encryption(owner="x")),
        1,
    ),
    "printer.pdf": (
        lambda: b"\x1b%-12345X@PJL\r\n" + kinds.pdf_bytes(kinds.pdf_saying("Dear colleague")),
        1,
    ),
    "fax.tif": (lambda: kinds.fax(pages=3), 3),
    "many.tif": (many_frames, 30),
    "grey.png": (lambda: kinds.packed_picture(Image.new("I;16", (99, 99), 9999), "PNG"), 1),
    "photo.jpg": (kinds.photograph, 1),
    "depth.jpg": (kinds.with_second_frame, 1),
    "large.jpg": (photograph_of_48_megapixels, 1),
    "photo.heic": (kinds.heic, 1),
    "letter.docx": (lambda: kinds.docx(kinds.p("Dear colleague")), 1),
    "letter.rtf": (lambda: kinds.rtf("Dear colleague"), 1),
}


def uploaded(client, *files: tuple[str, bytes]) -> Enquiry:
    letters = [SimpleUploadedFile(name, data) for name, data in files]
    client.post("/refer/", quick_post(letter=letters))
    return Enquiry.objects.get()


def record_of(client, enquiry: Enquiry) -> bytes:
    signed_in(client, make_user("referrals.view_enquiry"))
    response = client.get(reverse("admin:referrals_enquiry_record", args=[enquiry.pk]))
    assert response.status_code == 200
    return response.content


@pytest.mark.parametrize("name", CORPUS)
def test_a_file_of_every_kind_goes_from_the_form_into_the_record(client, name):
    make, pages = CORPUS[name]
    enquiry = uploaded(client, (name, make()))
    assert Attachment.objects.get().state in (Attachment.State.CLEAN, Attachment.State.COPY)
    pdf = record_of(client, enquiry)
    assert page_count(pdf) == 2 + pages
    assert "separate file" not in page_words(pdf)[0]


def test_five_files_of_five_kinds_make_one_record(client):
    names = ["letter.pdf", "fax.tif", "photo.jpg", "letter.docx", "letter.rtf"]
    enquiry = uploaded(client, *((name, CORPUS[name][0]()) for name in names))
    assert page_count(record_of(client, enquiry)) == 2 + 1 + 3 + 1 + 1 + 1


@pytest.mark.parametrize("name", ["many.tif", "large.jpg", "large.heic", "letter.docx"])
def test_a_child_fills_at_most_300_megabytes(name):
    data = photograph_of_24_megapixels() if name == "large.heic" else CORPUS[name][0]()
    filled = bounded.run(
        "tests.peak_memory",
        sniff(data),
        data=data,
        cpu_seconds=60,
        wall_seconds=300,
        memory=records.MEMORY,
        wait=60,
    )
    assert int(filled) < 300 * KILOBYTES


def test_an_ordinary_scan_of_429_pages_takes_seconds(client):
    enquiry = uploaded(client, ("scan.pdf", scan_of(429)))
    before = processor_seconds()
    assert page_count(record_of(client, enquiry)) == 431
    assert processor_seconds() - before < 8


def processor_seconds() -> float:
    """What this process and its children have used: a busy machine takes longer by the clock."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def test_a_hostile_file_ends_its_child_and_not_the_record(client, monkeypatch):
    monkeypatch.setattr(records, "MEMORY", 20 * 1024 * KILOBYTES)
    attachment = uploaded(client, ("letter.pdf", CORPUS["letter.pdf"][0]())).attachments.get()
    with pytest.raises(records.StaysApart):
        records.as_pages(attachment)


def test_staff_wait_for_a_place_and_are_told_so(client, monkeypatch):
    monkeypatch.setattr(records, "WAIT_FOR_A_PLACE", 0.0)
    enquiry = uploaded(client, ("letter.pdf", CORPUS["letter.pdf"][0]()))
    signed_in(client, make_user("referrals.view_enquiry"))
    url = reverse("admin:referrals_enquiry_record", args=[enquiry.pk])
    with bounded.place(0), bounded.place(0):
        response = client.get(url)
    assert response.status_code == 503
    assert 'http-equiv="refresh"' in response.content.decode()
    assert client.get(url).content.startswith(b"%PDF-")


def test_what_a_child_makes_can_be_read_by_other_programs(client):
    enquiry = uploaded(client, ("letter.pdf", CORPUS["letter.pdf"][0]()))
    with pikepdf.open(BytesIO(record_of(client, enquiry))) as pdf:
        assert not pdf.check_pdf_syntax()
        assert str(pdf.docinfo.Title) == enquiry.reference
