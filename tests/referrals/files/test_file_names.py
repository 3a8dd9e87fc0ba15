"""A name proves nothing, and shown it deceives nobody; kinds not taken are told apart."""

import pytest

from referrals.inspecting.sniffing import JPEG, PDF, RTF, shown_name, sniff, way_out
from tests.sample_files import OLE, worksheet


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


def utf16(words):
    return words.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE + utf16("WordDocument"), "In Word: Save As, choose PDF"),
        (OLE + utf16("EncryptedPackage"), "asks for a password"),
        (OLE + utf16("__substg1.0_001A001E"), "an Outlook mail"),
        (OLE, "We take PDF, JPEG"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "In LibreOffice"),
        (worksheet("Index/Document.iwa"), "In Pages: File, Export To, PDF"),
        (worksheet("xl/workbook.xml"), "an Excel file"),
        (worksheet("letter.pdf"), "a packed folder (zip)"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "in one piece (XML)"),
        (b"<html><body>Dear colleague", "a web page or a mail"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "Save it as JPEG or PNG"),
        (b"MZ\x90 program", "We take PDF, JPEG"),
    ],
)
def test_a_file_that_is_not_taken_comes_with_the_way_out(data, words):
    assert sniff(data) == ""
    assert words in way_out(data)
