"""Whatever is repeated in a file, reading it takes a time that grows with its length alone."""

import pytest

from referrals.files.receiving import CountingInput
from referrals.inspecting.child import inspect
from referrals.inspecting.sniffing import DOCX, HEIC, JPEG, PDF, PNG, RTF, TIFF, sniff, way_out
from tests.sample_files import docx, heic_header, picture
from tests.timing import processor_seconds

MEGABYTE = 1_000_000
LIMIT = 2  # seconds, as a request gives; on a machine that does nothing else it is below 0.5
STARTS = {
    PDF: b"%PDF-1.7\n",
    RTF: rb"{\rtf1 ",
    JPEG: picture("JPEG")[:20],
    PNG: picture("PNG")[:33],
    TIFF: b"II*\x00\x08\x00\x00\x00",
    HEIC: heic_header()[:24],
    DOCX: b"PK\x03\x04word/document.xml",
}
REPEATED = [
    *[b"stream\n", b"endstream\n", b"stream\nendstream\n", b"1 0 obj\n", b"1 0 obj<<>>endobj\n"],
    *[b"<<", b"[", b"(", b")", b"/", b"#", b"1 0 R ", b"/JS(", b"xref\n", b"startxref\n"],
    *[b"%%EOF\n", b"%PDF-", b"trailer\n", b"endobj\n"],
    *[b"\\", b"{", b"}", b"{\\", b"\\'", b"\\u", b"{\\object", b"{\\*\\objdata ", b"\\template "],
    *[b"{\\fldinst{", b"{\\fldinst QUOTE 68 "],
    *[
        b" ",
        b"\n",
        b"a",
        b"\0",
        b"\xff\xd8",
        b"\xff\xe1\x00\x02",
        b"ispe",
        b"PK\x05\x06",
        b"PK\x01\x02",
    ],
]
IN_XML = [
    *["<w:instrText>", '<w:fldChar w:fldCharType="begin"/>', "<w:instrText>DDE</w:instrText>"],
    *['ProgID="', "progid = ", " ", "&amp;"],
]


def seconds(action):
    """Of processor time, the best of four tries: the machine does other things as well."""
    times = []
    for _ in range(4):
        times.append(processor_seconds(action))
        if times[-1] < LIMIT:
            break
    return min(times)


@pytest.mark.parametrize("word", REPEATED)
@pytest.mark.parametrize("kind", STARTS)
def test_a_megabyte_of_one_word_is_read_in_two_seconds(kind, word):
    data = STARTS[kind] + word * (MEGABYTE // len(word))
    assert seconds(lambda: (sniff(data), way_out(data), inspect(kind, data))) < LIMIT


@pytest.mark.parametrize("word", IN_XML)
def test_a_megabyte_of_one_word_inside_a_word_file_is_read_in_two_seconds(word):
    data = docx(body="<w:instrText/>" + word * (MEGABYTE // len(word)))
    assert seconds(lambda: inspect(DOCX, data)) < LIMIT


@pytest.mark.parametrize(
    "word", [b"--mark\r\n", b"--mark\r\nfilename=", b"filename" + b" " * 500, b"\r\n", b"--"]
)
def test_parts_are_counted_in_two_seconds(word):
    data = word * (MEGABYTE // len(word))

    def count():
        from io import BytesIO

        body = CountingInput(BytesIO(data), b"mark")
        while body.read(65536):
            pass

    assert seconds(count) < LIMIT
