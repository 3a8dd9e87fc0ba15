"""Pictures that staff upload: only their pixels are kept."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageOps

from clinic_site import pictures
from clinic_site.pictures import NotAPicture
from conditions.editor.renditions import encode

SECRET = b"Samplepatient"
RED, BLUE = (250, 0, 0), (0, 0, 250)


def picture(width=600, height=400, mode="RGB", color=RED):
    return Image.new(mode, (width, height), color)


def saved(image, kind="JPEG", **options):
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content)


def opened(rendition):
    return Image.open(BytesIO(rendition.content))


def header_of_png(width, height):
    """A PNG that announces a size and brings no pixels."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + ihdr + struct.pack(">I", zlib.crc32(ihdr))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + b"\x35\xaf\x06\x1e"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("width", "widths"), [(320, [320]), (480, [480]), (959, [480]), (2000, [480, 960, 1440])]
)
def test_renditions_are_never_wider_than_the_picture(kind, width, widths):
    encoded = encode(upload(saved(picture(width, 300), kind)))
    assert (encoded.width, encoded.height) == (width, 300)
    assert [rendition.width for rendition in encoded.renditions] == widths
    for rendition in encoded.renditions:
        assert opened(rendition).format == "WEBP"
        assert opened(rendition).size == (rendition.width, rendition.height)


def test_a_rendition_is_named_by_its_content():
    content = saved(picture())
    [first], [again] = (encode(upload(content, name)).renditions for name in ("a.jpg", "../b.svg"))
    assert first == again
    assert first.name.endswith("-480.webp")
    assert len(first.name) == 16 + len("-480.webp")
    [other] = encode(upload(saved(picture(color=BLUE)))).renditions
    assert other.name != first.name


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_survives(kind):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 52.0, 4.0), 29: SECRET.decode()})
    options = {"exif": exif, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    content = saved(picture(), kind, **(options if kind != "PNG" else {"exif": exif}))
    assert SECRET in content
    [rendition] = encode(upload(content)).renditions
    assert not opened(rendition).getexif()
    for mark in (SECRET, b"EXIF", b"XMP ", b"ICCP", b"Exif"):
        assert mark not in rendition.content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation):
    upright = picture(640, 400)
    upright.paste(BLUE, (0, 0, 320, 200))  # blue at the upper left
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    turned = upright if undo is None else upright.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(turned, exif=exif)
    assert ImageOps.exif_transpose(Image.open(BytesIO(content))).getpixel((20, 20))[2] > 200
    encoded = encode(upload(content))
    assert (encoded.width, encoded.height) == (640, 400)
    small = opened(encoded.renditions[0]).convert("RGB")
    assert small.getpixel((20, 20))[2] > 200
    assert small.getpixel((460, 280))[0] > 200


def test_the_name_and_the_announced_type_of_a_file_do_not_matter():
    png = SimpleUploadedFile("drawing.svg", saved(picture(), "PNG"), "image/svg+xml")
    assert encode(png).renditions


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "SVG"),
        (b'<?xml version="1.0"?><!-- x -->\n<SVG onload="x"/>', "SVG"),
        (saved(picture(), "GIF"), "GIF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (saved(picture(), "BMP"), "not a JPEG, PNG or WebP"),
        (saved(picture(), "TIFF"), "not a JPEG, PNG or WebP"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 500 500\n", "not a JPEG, PNG or WebP"),
        (b"%PDF-1.7 \xff\xd8\xff", "PDF"),
        (b"MZ" + b"\0" * 500, "not a JPEG, PNG or WebP"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "damaged"),
        (b"\x89PNG\r\n\x1a\n<script>", "damaged"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 <script>", "damaged"),
        (header_of_png(65_000, 65_000), "50 million"),
        (header_of_png(10_000, 5_001), "50 million"),
        (header_of_png(800, 600), "damaged"),
        (saved(picture(319, 319)), "320 pixels"),
        (saved(picture(320, 3201), "PNG"), "10 times"),
        (saved(picture(4000, 399), "PNG"), "10 times"),
    ],
)
def test_what_is_no_picture_for_us_is_refused_in_plain_words(content, why):
    with pytest.raises(NotAPicture, match=why):
        encode(upload(content, "photo.png"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_truncated_file_is_refused(kind, share):
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    content = saved(noise, kind)
    with pytest.raises(NotAPicture, match="damaged"):
        encode(upload(content[: int(len(content) * share)]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_on_a_polyglot_is_left_behind(kind):
    tail = b"<script>" + SECRET + b"</script>PK\x03\x04"
    [rendition] = encode(upload(saved(picture(), kind) + tail)).renditions
    assert b"script" not in rendition.content
    assert SECRET not in rendition.content


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind):
    content = saved(picture(), kind, save_all=True, append_images=[picture(color=BLUE)])
    with pytest.raises(NotAPicture, match="Moving"):
        encode(upload(content))


def test_a_camera_file_with_a_second_picture_gives_the_first():
    content = saved(picture(), "MPO", save_all=True, append_images=[picture(color=BLUE)])
    [rendition] = encode(upload(content)).renditions
    assert opened(rendition).convert("RGB").getpixel((9, 9))[0] > 200


def test_a_file_over_the_limit_is_refused_whatever_size_it_announces(monkeypatch):
    monkeypatch.setattr(pictures, "MEGABYTE", 6)
    file = upload(saved(picture()))
    file.size = 10
    with pytest.raises(NotAPicture, match="15 MB"):
        encode(file)


def test_a_text_that_unpacks_to_a_bomb_is_refused():
    content = saved(picture(), "PNG")
    data = b"zTXtx\0\0" + zlib.compress(b"\0" * 70_000_000, 9)
    bomb = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    with pytest.raises(NotAPicture, match="damaged"):
        encode(upload(content[:33] + bomb + content[33:]))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_does_not_cost_the_picture():
    assert encode(upload(saved(picture(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))).renditions


@pytest.mark.parametrize(
    ("mode", "color", "kind"),
    [
        ("L", 200, "JPEG"),
        ("CMYK", (0, 255, 255, 0), "JPEG"),
        ("1", 1, "PNG"),
        ("P", 1, "PNG"),
        ("LA", (200, 0), "PNG"),
        ("I;16", 50_000, "PNG"),
    ],
)
def test_every_kind_of_colour_is_understood(mode, color, kind):
    [rendition] = encode(upload(saved(picture(mode=mode, color=color), kind))).renditions
    assert opened(rendition).size == (480, 320)


def test_sixteen_bit_greys_of_a_scan_stay_grey():
    [rendition] = encode(upload(saved(picture(mode="I;16", color=30_000), "PNG"))).renditions
    assert opened(rendition).convert("L").getpixel((9, 9)) == pytest.approx(117, abs=3)


def test_what_is_transparent_stays_so():
    content = saved(picture(mode="RGBA", color=(250, 0, 0, 0)), "PNG")
    [rendition] = encode(upload(content)).renditions
    assert opened(rendition).getpixel((9, 9))[3] == 0


@pytest.mark.parametrize("profile", [b"", b"no profile", b"\0" * 200])
def test_a_broken_colour_profile_is_ignored(profile):
    [rendition] = encode(upload(saved(picture(), icc_profile=profile))).renditions
    assert opened(rendition).convert("RGB").getpixel((9, 9))[0] > 240


def test_colours_of_a_profile_become_colours_of_the_web():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    [rendition] = encode(upload(saved(picture(), icc_profile=profile))).renditions
    assert "icc_profile" not in opened(rendition).info
    assert opened(rendition).convert("RGB").getpixel((9, 9))[0] > 240


def test_a_large_photo_is_decoded_small_and_keeps_its_size_in_words():
    encoded = encode(upload(saved(picture(6000, 4000))))
    assert (encoded.width, encoded.height) == (6000, 4000)
    assert [(r.width, r.height) for r in encoded.renditions] == [
        (480, 320),
        (960, 640),
        (1440, 960),
    ]
