"""Pictures on the pages of a record: upright, round, neither white nor doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from referrals.drawing.file_pages import answer_for
from referrals.drawing.picture_pages import pages_of_picture
from referrals.inspecting.sniffing import HEIC, JPEG, PNG, TIFF, sniff
from tests.rendering import ink, page_count, page_seen, page_sizes, page_words
from tests.sample_files import (
    broken_scan,
    fax,
    heic,
    packed_picture,
    photograph,
    sheet,
    with_second_frame,
)

A4 = (595, 842)
ONE_NOTE = b"II*\0\x08\0\0\0\x01\0\x12\x01"  # and the note says which way is up
ORIENTATION_IN_LETTERS = ONE_NOTE + b"\x02\0\x04\0\0\0abc\0" + bytes(4)
ORIENTATION_BY_ZERO = ONE_NOTE + b"\x05\0\x01\0\0\0\x1a\0\0\0" + b"\x06" + bytes(11)


@pytest.fixture(autouse=True)
def _limit_stays_here(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


def drawn(kind: str, data: bytes) -> bytes:
    told, pdf = answer_for(kind, data)
    assert "why" not in told
    assert told["pages"] == page_count(pdf)
    return pdf


@contextmanager
def picture_in(pdf: bytes) -> Iterator[pikepdf.Stream]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        yield opened.pages[0].Resources.XObject.P


def test_a_fax_fills_a_sheet_and_its_ring_is_round():
    pdf = drawn(TIFF, fax(pages=2))
    assert page_sizes(pdf) == [A4, A4]
    left, top, right, bottom = ink(page_seen(pdf))
    assert right - left == pytest.approx(bottom - top, abs=3)
    assert right - left == pytest.approx(288, abs=4)  # 816 dots at 204 to the inch


def test_a_fax_stays_black_and_white_and_small():
    with picture_in(drawn(TIFF, fax())) as image:
        assert image.BitsPerComponent == 1
        assert len(image.read_raw_bytes()) < 5000


def test_deep_grey_is_grey_and_not_white():
    ramp = Image.new("I;16", (256, 64))
    ramp.putdata([x * 257 for _ in range(64) for x in range(256)])
    for kind in ("PNG", "TIFF"):
        seen = page_seen(drawn(f"image/{kind.lower()}", packed_picture(ramp, kind)))
        box = ink(seen)
        middle = seen.getpixel(((box[0] + box[0] + 192) // 2, (box[1] + box[3]) // 2))
        assert 90 < middle < 170
        assert seen.getpixel((box[0] + 1, (box[1] + box[3]) // 2)) < 20


def test_deep_grey_in_the_other_order_of_bytes_is_drawn():
    dark = Image.frombytes("I;16B", (64, 64), bytes([0x20, 0]) * 4096)
    dark.putpixel((0, 0), 65535)
    seen = page_seen(drawn(TIFF, packed_picture(dark, "TIFF")))
    assert 20 < seen.getpixel((298, 421)) < 50


def test_an_x_ray_that_uses_12_of_16_bits_is_not_black():
    bright = Image.new("I;16", (64, 64), 4000)
    seen = page_seen(drawn(TIFF, packed_picture(bright, "TIFF")))
    assert seen.getpixel((298, 421)) > 200


@pytest.mark.parametrize(
    ("turn", "dark"),
    [
        *((1, "left top"), (2, "right top"), (3, "right bottom"), (4, "left bottom")),
        *((5, "left top"), (6, "right top"), (7, "right bottom"), (8, "left bottom")),
    ],
)
def test_a_photograph_stands_as_the_camera_meant_it(turn, dark):
    pdf = drawn(JPEG, photograph(turn))
    width, height = page_sizes(pdf)[0]
    assert (width > height) == (turn < 5)  # wide ones lie across, turned ones stand up
    seen = page_seen(pdf)
    left, top, right, bottom = ink(seen)
    middle = (left + right) / 2, (top + bottom) / 2
    assert ("left" if middle[0] < width / 2 else "right") == dark.split()[0]
    assert ("top" if middle[1] < height / 2 else "bottom") == dark.split()[1]


def test_a_photograph_is_not_packed_again_and_tells_no_place():
    data = photograph()
    pdf = drawn(JPEG, data)
    with picture_in(pdf) as image:
        assert image.Filter == pikepdf.Name.DCTDecode
        kept = image.read_raw_bytes()
    assert len(pdf) < len(data) + 2000
    assert b"SAMPLE-PLACE" in data
    assert b"SAMPLE-PLACE" not in kept
    with Image.open(BytesIO(data)) as before, Image.open(BytesIO(kept)) as after:
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


@pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 100, "subsampling": 0}])
def test_photographs_of_every_packing_are_taken_whole(options):
    assert ink(page_seen(drawn(JPEG, photograph(**options))))


def test_a_second_frame_is_no_page():
    assert page_count(drawn(JPEG, with_second_frame())) == 1


def test_ink_in_four_colours_is_not_upside_down():
    data = packed_picture(sheet((200, 200)).convert("CMYK"), "JPEG")
    seen = page_seen(drawn(JPEG, data))
    assert seen.getpixel((298 - 40, 421 - 40)) < 80
    assert seen.getpixel((298 + 40, 421 + 40)) > 230


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7)])
def test_a_picture_of_a_few_dots_is_drawn(size):
    assert page_count(drawn(JPEG, photograph(size=size))) == 1


@pytest.mark.parametrize("notes", [b"no such thing", ORIENTATION_IN_LETTERS, ORIENTATION_BY_ZERO])
def test_notes_of_a_camera_that_make_no_sense_do_not_lose_the_picture(notes):
    for kind in ("JPEG", "PNG"):
        data = packed_picture(sheet((300, 400)), kind, exif=b"Exif\0\0" + notes)
        assert ink(page_seen(drawn(f"image/{kind.lower()}", data)))


def test_half_a_photograph_is_not_passed_off_as_a_whole():
    data = photograph(size=(1200, 900), quality=95)
    assert answer_for(JPEG, data[: len(data) // 2])[0] == {"why": "broken"}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_plain_png_goes_in_as_it_is_packed(mode):
    data = packed_picture(sheet((300, 400)).convert(mode), "PNG")
    pdf = drawn(PNG, data)
    with picture_in(pdf) as image:
        assert image.Filter == pikepdf.Name.FlateDecode
    assert ink(page_seen(pdf))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_can_be_seen_through_lies_on_white(mode):
    clear = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 150, 200))
    seen = page_seen(drawn(PNG, packed_picture(clear.convert(mode), "PNG")))
    assert seen.getpixel((298 + 60, 421 + 60)) == 255
    assert seen.getpixel((298 - 60, 421 - 60)) < 30


def test_half_a_png_is_not_passed_off_as_a_whole():
    data = packed_picture(Image.effect_noise((300, 400), 90), "PNG")
    assert answer_for(PNG, data[: len(data) // 2])[0] == {"why": "broken"}


def test_a_photograph_of_a_telephone_is_drawn():
    pdf = drawn(HEIC, heic())
    assert page_count(pdf) == 1
    assert ink(page_seen(pdf))[:2] < (421, 297)


def test_a_small_preview_in_a_scan_is_no_page():
    page, preview = sheet((400, 600), "L", 0), sheet((40, 60), "L", 0)
    preview.encoderinfo = {"tiffinfo": {254: 1}}
    data = packed_picture(page, "TIFF", save_all=True, append_images=[preview])
    assert page_count(drawn(TIFF, data)) == 1


def test_a_scan_with_longer_numbers_is_taken_and_drawn():
    data = packed_picture(sheet((300, 400)), "TIFF", big_tiff=True)
    assert sniff(data) == TIFF
    assert ink(page_seen(drawn(TIFF, data)))


def test_a_broken_page_of_a_scan_does_not_lose_the_others():
    told, pdf = answer_for(TIFF, broken_scan(cut=False))
    assert told == {"pages": 3, "notes": ["broken_pages"]}
    assert "is broken" in page_words(pdf)[1]
    assert ink(page_seen(pdf, 2))


def test_a_scan_that_breaks_off_keeps_the_pages_before():
    told, pdf = answer_for(TIFF, broken_scan(cut=True))
    assert told == {"pages": 2, "notes": ["broken_pages"]}
    assert "breaks off here" in page_words(pdf)[1]


@pytest.mark.parametrize("mode", ["CMYK", "LAB", "YCbCr", "F", "I", "L", "RGBA", "P"])
def test_a_scan_of_every_kind_of_colour_is_drawn(mode):
    picture = sheet((300, 400)).convert("RGB")
    if mode == "LAB":
        picture = Image.merge("LAB", sheet((300, 400)).convert("RGB").split())
    else:
        picture = picture.convert("L").convert(mode) if mode in "FI" else picture.convert(mode)
    assert ink(page_seen(drawn(TIFF, packed_picture(picture, "TIFF"))))


def test_a_scan_with_many_dots_is_drawn_smaller_and_a_bomb_is_not_drawn():
    scan = sheet((4960, 7016), "L", 0)
    pdf, _ = pages_of_picture(TIFF, packed_picture(scan, "TIFF", compression="tiff_lzw"))
    image = pdf.pages[0].Resources.XObject.P
    assert (image.Width, image.Height) == (2480, 3508)
    bomb = packed_picture(Image.new("1", (9000, 9000), 1), "TIFF", compression="group4")
    with pytest.warns(Image.DecompressionBombWarning):
        assert answer_for(TIFF, bomb)[0] == {"why": "broken"}
