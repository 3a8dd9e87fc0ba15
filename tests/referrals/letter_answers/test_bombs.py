"""Letters that are small as they come and huge once opened end within the bounds of the child."""

import time
import zipfile
import zlib
from io import BytesIO

import pytest
from pikepdf import Array, Dictionary, Name

from referrals.inspecting.sniffing import DOCX, PDF, RTF
from referrals.letter_answers.reading import (
    SECONDS_BY_THE_CLOCK,
    WAIT_FOR_A_PLACE,
    read_letter,
)
from tests.letters.making.sheets import Sheet, as_docx
from tests.referrals.letter_answers.drawn import LETTER, pdf, written

MEGABYTE = 1024 * 1024
SECONDS = WAIT_FOR_A_PLACE + SECONDS_BY_THE_CLOCK + 5
SMALL = 2 * MEGABYTE
NOTHING_SAID = {"too_long", "unreadable", "scan", "not_in_time"}


def deflated(sign: bytes, megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    parts = [packer.compress(sign * MEGABYTE) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


def with_stream(data: bytes, *filters: Name) -> bytes:
    """A PDF whose page is drawn by this stream, packed as the filters say."""

    def change(made, page):
        page.Contents = made.make_stream(data, Filter=Array(filters))

    return pdf(written(LETTER.format(more="")), change=change)


def with_picture(side: int) -> bytes:
    def change(made, page):
        picture = made.make_stream(
            deflated(b"\xff", 64), Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side
        )
        picture.Filter = Name.FlateDecode
        picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
        page.Resources.XObject.Im = picture

    return pdf("q 500 0 0 800 40 20 cm /Im Do Q", change=change)


def forms_in_forms(depth: int = 30) -> bytes:
    """Each draws the next one ten times: a number of signs with thirty noughts."""

    def change(made, page):
        inner = made.make_stream(b"BT (x) Tj ET", Type=Name.XObject, Subtype=Name.Form)
        inner.BBox = Array([0, 0, 600, 800])
        for _ in range(depth):
            outer = made.make_stream(b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form)
            outer.BBox = Array([0, 0, 600, 800])
            outer.Resources = Dictionary(XObject=Dictionary(X=made.make_indirect(inner)))
            inner = outer
        page.Resources.XObject.X = made.make_indirect(inner)

    return pdf("/X Do", change=change)


def word_bomb(megabytes: int = 350) -> bytes:
    """A Word file whose words are spaces, and nothing but spaces."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(as_docx(Sheet().p("Dear Dr Other")))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made,
    ):
        for name in source.namelist():
            if name != "word/document.xml":
                made.writestr(name, source.read(name))
        with made.open("word/document.xml", "w", force_zip64=True) as words:
            words.write(b"<w:document><w:body>")
            for _ in range(megabytes):
                words.write(b" " * MEGABYTE)
    return target.getvalue()


def laughs() -> bytes:
    """A Word file with an entity that names ten others, and so on."""
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(12)
    )
    body = '<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body>'
    xml = f"<?xml version='1.0'?><!DOCTYPE w [{entities}]>{body}</w:document>"
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", xml)
    return target.getvalue()


FLATE = Name.FlateDecode
BOMBS = {
    "a packed page": (PDF, lambda: with_stream(deflated(b" ", 300), FLATE)),
    "a page packed twice": (
        PDF,
        lambda: with_stream(zlib.compress(deflated(b" ", 400), 9), FLATE, FLATE),
    ),
    "a huge picture": (PDF, lambda: with_picture(60_000)),
    "forms in forms": (PDF, forms_in_forms),
    "a packed Word file": (DOCX, word_bomb),
    "words that name words": (DOCX, laughs),
    "a picture in RTF": (RTF, lambda: b"{\\rtf1 {\\pict\\bin2000000000 " + b"\xff" * MEGABYTE),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_ends_in_time_and_says_nothing(what):
    kind, made = BOMBS[what]
    data = made()
    assert len(data) < SMALL
    began = time.monotonic()
    answers = read_letter(data=data, content_type=kind)
    assert time.monotonic() - began < SECONDS
    assert answers.state in NOTHING_SAID
    assert not answers.answers
