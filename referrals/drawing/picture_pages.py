"""A picture, or each page of a scan, on A4: one at a time, so that many cost no more than one."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageFile

from referrals.drawing import jpeg_pages, png_pages
from referrals.drawing.paper import Look, add_picture, add_words, image_stream
from referrals.inspecting.sniffing import HEIC, JPEG, PNG, TIFF

MOST_PAGES = 1000
MOST_PIXELS = 60_000_000  # of one page; the inspection sets aside what is far beyond
ENOUGH = 3508  # dots on the long side of A4 at 300 per inch
STRIP_PIXELS = 2_000_000
QUALITY = 85
SMALLER, MASK = 1, 4  # kinds of further pictures in a TIFF that are no pages
NOT_DRAWN = "This page of the scan is broken and could not be drawn. The original is in the inbox."
NOT_FOUND = "The scan breaks off here: what follows is missing. The original is in the inbox."
Strip = Callable[[int, int], Image.Image]


def pages_of_picture(kind: str, data: bytes) -> tuple[pikepdf.Pdf, bool]:
    """Its pages, and whether all of them could be drawn.

    Raises an error of the picture's reader where it is broken or too large.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow warns at this and refuses at twice as much
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # half a letter must not pass for a whole one
    pdf = pikepdf.new()
    if kind == TIFF:
        return pdf, add_tiff(pdf, data)
    DRAWERS[kind](pdf, data)
    return pdf, True


def add_jpeg(pdf: pikepdf.Pdf, data: bytes) -> None:
    jpeg = jpeg_pages.first_picture(data)
    with Image.open(BytesIO(data)) as picture:
        look = jpeg_pages.look_of(picture)
        profile = picture.info.get("icc_profile") or b""
    stream = jpeg_pages.as_it_is(pdf, jpeg, profile)
    if stream is None:
        with Image.open(BytesIO(jpeg.data)) as picture:
            stream = redrawn(pdf, picture)
    add_picture(pdf, stream, look)


def add_png(pdf: pikepdf.Pdf, data: bytes) -> None:
    with Image.open(BytesIO(data)) as picture:
        look = jpeg_pages.look_of(picture)
        add_picture(pdf, png_pages.as_it_is(pdf, data) or redrawn(pdf, picture), look)


def add_tiff(pdf: pikepdf.Pdf, data: bytes) -> bool:
    """Its pages, and whether all are drawn: a broken one leaves a sheet that says so."""
    broken = 0
    with Image.open(BytesIO(data)) as picture:
        for number in range(MOST_PAGES + 1):
            is_found = False
            try:
                picture.seek(number)
                is_found = True
                if number and is_no_page(tag(picture, 254, 0)):
                    continue
                add_tiff_page(pdf, picture)
            except MemoryError:
                raise
            except Exception as error:  # a broken file may break any reader, in any way
                if isinstance(error, EOFError) and not is_found:
                    break
                broken += 1
                add_words(pdf, NOT_DRAWN if is_found else NOT_FOUND)
                if not is_found:
                    break
        else:
            raise ValueError("too many pages")
    if broken == len(pdf.pages):
        raise ValueError("no page can be drawn")
    return not broken


def is_no_page(kind: Any) -> bool:
    return isinstance(kind, int) and bool(kind & (SMALLER | MASK))


def add_tiff_page(pdf: pikepdf.Pdf, picture: Any) -> None:
    """One page. Its turn is read before Pillow turns it, and the resolution turns with it."""
    dots = jpeg_pages.as_floats((tag(picture, 282, 0), tag(picture, 283, 0)))
    if dots and tag(picture, 296, 2) == 3:  # per centimetre
        dots = dots[0] * 2.54, dots[1] * 2.54
    elif dots and tag(picture, 296, 2) == 1:  # no unit: only the shape of a dot
        dots = 1.0, dots[1] / dots[0]
    if dots and tag(picture, 274, 1) in (5, 6, 7, 8):
        dots = dots[1], dots[0]
    upside_down = picture.mode.startswith("I;16") and tag(picture, 262, 1) == 0
    add_picture(pdf, redrawn(pdf, picture, white_is_zero=upside_down), Look(dots))


def tag(picture: Any, number: int, default: Any) -> Any:
    value = picture.tag_v2.get(number, default)
    return value[0] if isinstance(value, tuple) and value else value


def add_heic(pdf: pikepdf.Pdf, data: bytes) -> None:
    """The reader turns it upright itself. Drawn from its own memory, strip by strip."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    container = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    heif = container[container.primary_index]
    refuse_too_large(heif.size)
    width, height = heif.size
    dots, stride, mode = heif.data, heif.stride, heif.mode

    def strip(top: int, bottom: int) -> Image.Image:
        piece: Any = memoryview(dots)[top * stride : bottom * stride]
        return Image.frombuffer(mode, (width, bottom - top), piece, "raw", mode, stride, 1)

    add_picture(pdf, photograph(pdf, (width, height), mode, strip), Look())


def redrawn(pdf: pikepdf.Pdf, picture: Image.Image, *, white_is_zero: bool = False) -> Any:
    """The picture unpacked and packed anew: black and white stays that, all else as JPEG."""
    refuse_too_large(picture.size)
    picture.load()
    if picture.mode == "1":
        return black_and_white(pdf, picture)
    if picture.mode in ("I;16B", "I;16L", "I;16N"):  # the other order of bytes
        picture = picture.convert("I")
    scale = brightness_of(picture)

    def strip(top: int, bottom: int) -> Image.Image:
        piece = picture.crop((0, top, picture.width, bottom))
        piece.info = picture.info
        return in_eight_bits(piece, scale, white_is_zero)

    return photograph(pdf, picture.size, picture.mode, strip)


def refuse_too_large(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError("too many dots")


def brightness_of(picture: Image.Image) -> tuple[float, float]:
    """Factor and offset that bring deep greys (16 or 32 bits, or fractions) to 0 to 255."""
    if picture.mode not in ("I", "F") and not picture.mode.startswith("I;16"):
        return 1.0, 0.0
    extrema: Any = picture.getextrema()
    low, high = extrema
    if picture.mode in ("I", "F") and (low < 0 or high > 65535 or high <= 1):
        span = float(high - low) or 1.0
        return 255.0 / span, -255.0 * low / span
    # Scanners and X-ray machines use 8, 10, 12 or 16 of the bits.
    steps = next(bits for bits in (8, 10, 12, 16) if high < 2**bits)
    return 255.0 / (2**steps - 1), 0.0


def in_eight_bits(piece: Image.Image, scale: tuple[float, float], upside_down: bool) -> Image.Image:
    """Grey or colour on white paper, whatever the picture was kept in."""
    if piece.mode in ("I", "F") or piece.mode.startswith("I;16"):
        factor, offset = scale
        grey = piece.convert("F").point(lambda dot: dot * factor + offset).convert("L")
        return grey.point(lambda dot: 255 - dot) if upside_down else grey
    if piece.mode in ("L", "RGB") and "transparency" not in piece.info:
        return piece
    if piece.mode == "CMYK":
        return piece.convert("RGB")
    clear = piece.convert("RGBA")
    paper = Image.new("RGB", piece.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def photograph(pdf: pikepdf.Pdf, size: tuple[int, int], mode: str, strip: Strip) -> Any:
    """Drawn strip by strip, and smaller where it has more dots than paper can show."""
    factor = max(1, max(size) // ENOUGH)
    whole = None
    for top, bottom in strips(size, factor):
        piece = strip(top, bottom)
        piece = piece if piece.mode in ("L", "RGB") else in_eight_bits(piece, (1, 0), False)
        piece = piece.reduce(factor) if factor > 1 else piece
        if whole is None:
            whole = Image.new(piece.mode, (-(-size[0] // factor), -(-size[1] // factor)))
        whole.paste(piece, (0, top // factor))
    if whole is None:
        raise ValueError("an empty picture")
    target = BytesIO()
    whole.save(target, "JPEG", quality=QUALITY)
    space = Name.DeviceGray if whole.mode == "L" else Name.DeviceRGB
    return image_stream(
        pdf,
        target.getvalue(),
        whole.size,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def strips(size: tuple[int, int], factor: int) -> Iterator[tuple[int, int]]:
    rows = max(1, STRIP_PIXELS // size[0] // factor) * factor
    for top in range(0, size[1], rows):
        yield top, min(top + rows, size[1])


def black_and_white(pdf: pikepdf.Pdf, picture: Image.Image) -> Any:
    """Packed as fax machines do, which both TIFF and PDF know."""
    target = BytesIO()
    row = (picture.width + 7) // 8
    picture.save(target, "TIFF", compression="group4", strip_size=row * picture.height)
    with Image.open(BytesIO(target.getvalue())) as packed:
        start, length = tag(packed, 273, 0), tag(packed, 279, 0)
        black_is_one = tag(packed, 262, 1) == 1
    parameters = Dictionary(K=-1, BlackIs1=black_is_one, Columns=picture.width, Rows=picture.height)
    return image_stream(
        pdf,
        target.getvalue()[start : start + length],
        picture.size,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=1,
        Filter=Array([Name.CCITTFaxDecode]),
        DecodeParms=Array([parameters]),
    )


DRAWERS: dict[str, Callable[[pikepdf.Pdf, bytes], None]] = {
    JPEG: add_jpeg,
    PNG: add_png,
    HEIC: add_heic,
}
