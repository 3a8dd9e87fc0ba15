"""Suspicious files are kept and set aside, never lost and never trusted."""

import struct
import subprocess
import sys
import time
import zipfile
import zlib
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from referrals import uploads
from referrals.inspecting import EICAR, codes_of
from referrals.sniffing import DOCX, HEIC, JPEG, PDF, PNG, RTF, TIFF, UNKNOWN, shown_name, sniff
from referrals.uploads import inspect
from tests.makers import form_key, sample_pdf

CONTENT_TYPES = "[Content_Types].xml"


def picture(kind="PNG", size=(8, 8)):
    file = BytesIO()
    Image.new("L", size).save(file, kind)
    return file.getvalue()


def docx(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def heic(width=100, height=100):
    size = struct.pack(">4sIII", b"ispe", 0, width, height)
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + size


def action(kind):
    return DictionaryObject({NameObject("/S"): NameObject(kind)})


def pdf_with_file():
    writer = PdfWriter()
    writer.add_blank_page(width=9, height=9)
    writer.add_attachment("inner.exe", b"MZ")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def encrypted_pdf():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(sample_pdf())))
    writer.encrypt("sample")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def png_of(width, height):
    """A PNG whose header announces a size; nothing of it is there."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    header += struct.pack(">I", zlib.crc32(header))
    data = picture("PNG")
    return data[:12] + header + data[33:]


PLAIN = {
    PDF: sample_pdf(),
    JPEG: picture("JPEG"),
    PNG: picture("PNG"),
    TIFF: picture("TIFF"),
    RTF: rb"{\rtf1 Dear colleague}",
    DOCX: docx(),
    HEIC: heic(),
}
WITH_SCRIPT = sample_pdf(OpenAction=action("/JavaScript"))
SUSPICIOUS = [
    ("javascript", WITH_SCRIPT),
    ("open_action", sample_pdf(OpenAction=action("/URI"))),
    ("launch", sample_pdf(OpenAction=action("/Launch"))),
    ("automatic_action", sample_pdf(AA=DictionaryObject())),
    ("rich_media", sample_pdf(Annots=ArrayObject([NameObject("/RichMedia")]))),
    ("embedded_file", pdf_with_file()),
    ("javascript", WITH_SCRIPT.replace(b"/JavaScript", b"/J#61vaScript")),
    ("javascript", sample_pdf() + b"7 0 obj <</S/J#61vaScript>> endobj"),
    ("encrypted", encrypted_pdf()),
    ("could_not_inspect", b"%PDF-1.7 and then nothing"),
    ("polyglot", b"GIF89a " + sample_pdf()),
    ("polyglot", sample_pdf() + docx()),
    ("polyglot", picture("PNG") + docx()),
    ("polyglot", picture("JPEG")[:2] + b"\xff\xe0%PDF-1.4" + picture("JPEG")[2:]),
    ("polyglot", rb"{\rtf1 <script>alert(1)</script>}"),
    ("image_bomb", png_of(9000, 9000)),
    ("image_bomb", heic(9000, 9000)),
    ("could_not_inspect", picture("PNG")[:20]),
    ("macros", docx(**{"word/vbaProject.bin": "x"})),
    ("embedded_file", docx(**{"word/embeddings/oleObject1.bin": "x"})),
    ("zip_bomb", docx(**{"word/media/zero.bin": bytes(201 * 1024 * 1024)})),
    ("zip_bomb", docx(**{f"word/{n}": "" for n in range(5001)})),
    ("embedded_file", rb"{\rtf1 {\object\objemb{\*\objdata 0105}}}"),
    ("eicar", sample_pdf() + EICAR),
    ("eicar", EICAR),
]


@pytest.mark.parametrize("kind", PLAIN)
def test_an_ordinary_file_of_each_kind_is_known_and_clean(kind):
    assert sniff(PLAIN[kind]) == kind
    assert inspect(kind, PLAIN[kind]) == []


@pytest.mark.parametrize(("code", "data"), SUSPICIOUS, ids=lambda value: str(value)[:24])
def test_a_suspicious_file_is_set_aside_with_its_reason(code, data):
    started = time.monotonic()
    assert code in inspect(sniff(data) or UNKNOWN, data)
    assert time.monotonic() - started < 10


def test_a_script_packed_into_a_stream_of_objects_is_found():
    """As newer programs write a PDF: nothing telling stands in the bare text."""
    script = b"<</S/JavaScript/JS(app.alert)>>"
    packed = zlib.compress(b"2 0 " + script)
    objects = {
        1: b"<</Type/Catalog/Sample 2 0 R>>",
        3: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    }
    data, offsets = b"%PDF-1.5\n", {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    table = [(0, 0, 0), (1, offsets[1], 0), (2, 3, 0), (1, offsets[3], 0), (1, start, 0)]
    rows = b"".join(struct.pack(">BHB", *row) for row in table)
    data += b"4 0 obj\n<</Type/XRef/Size 5/Root 1 0 R/W[1 2 1]/Length %d>>stream\n" % len(rows)
    data += rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % start
    assert b"JavaScript" not in data
    assert codes_of(PDF, data) == {"javascript"}


def test_macros_are_found_by_their_declared_type_as_well():
    data = docx()
    file = BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(match="Duplicate"):
        archive.writestr(CONTENT_TYPES, "<Override ContentType='x.macroEnabled.main+xml'/>")
    assert codes_of(DOCX, file.getvalue()) == {"macros"}


def test_a_pdf_that_opens_on_a_page_is_clean():
    assert codes_of(PDF, sample_pdf(OpenAction=action("/GoTo"))) == set()


@pytest.mark.parametrize("behaviour", ["while True: pass", "raise SystemExit(1)", "print('[')"])
def test_a_file_that_breaks_the_inspection_is_kept_and_set_aside(
    behaviour, monkeypatch, tmp_path, settings
):
    """The child finds this in place of the real module."""
    package = tmp_path / "referrals"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "inspecting.py").write_text(behaviour)
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(uploads, "INSPECTION_SECONDS", 1)
    assert inspect(PDF, sample_pdf()) == ["could_not_inspect"]


@pytest.mark.parametrize(
    ("greed", "ends"),
    [("bytearray(600 * 1024 * 1024)", b"MemoryError"), ("while True: pass", b"")],
)
def test_the_inspection_gets_little_memory_and_little_time(greed, ends, settings):
    code = f"from referrals import inspecting as i; i.CPU_SECONDS = 1; i.bound()\n{greed}"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True)
    assert done.returncode != 0
    assert ends in done.stderr


@pytest.mark.django_db
def test_a_suspicious_file_is_stored_byte_by_byte():
    data = sample_pdf(AA=DictionaryObject())
    file = uploads.hold(
        name="a.pdf", data=data, form_key=form_key(), position=1, at=uploads.timezone.now()
    )
    assert (file.state, file.suspicions) == ("quarantined", ["automatic_action"])
    assert uploads.read(file) == data


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("letter.pdf", PDF, "letter.pdf"),
        ("letter.pdf", JPEG, "letter.pdf.jpg"),
        ("LETTER.PDF", PDF, "LETTER.PDF"),
        ("letter", RTF, "letter.rtf"),
        ("letter.doc", RTF, "letter.doc"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\letters\\one.pdf", PDF, "one.pdf"),
        ("..", PDF, "file.pdf"),
        ("a\r\nb.pdf", PDF, "ab.pdf"),
        ("a\x00b.pdf", PDF, "ab.pdf"),
        ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
        ("x" * 400 + ".pdf", PDF, "x" * 146 + ".pdf"),
        ("Brief Müller 👩🏽‍⚕️.pdf", PDF, "Brief Müller 👩🏽‍⚕️.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_deceive(name, kind, shown):
    assert shown_name(name, kind) == shown
