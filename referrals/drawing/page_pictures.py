"""One page of a harmless PDF as a picture: `… page_pictures <page> <dots across> < pdf`.

The PDF is what `file_pages` made, never a sender's own file. Answers with a WebP picture: as it is
where it has few colours (letters stay sharp), else packed as photographs are.
"""

import math
import sys
from io import BytesIO

from PIL import Image

TALLEST = 8000  # dots; browsers and WebP know no picture far beyond
LONGEST = 2.0  # a page may be so much longer than wide before it is drawn smaller
FEW_COLOURS = 1024
QUALITY = 82
NO_SUCH_PAGE = 4  # the exit code


def picture_of(pdf: bytes, page: int, across: int) -> bytes:
    """`page` counts from 1. Raises IndexError where there is no such page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        if not 1 <= page <= len(document):
            raise IndexError(page)
        drawn = document[page - 1]
        scale = scale_for(drawn.get_size(), across)
        dots = drawn.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return as_webp(dots.to_pil())


def scale_for(size: tuple[float, float], across: int) -> float:
    """Dots for a point, so that no page asks for more than a sheet of that width holds."""
    width, height = max(size[0], 1.0), max(size[1], 1.0)
    room = math.sqrt(across * across * LONGEST / (width * height))
    return min(across / width, room, TALLEST / height, TALLEST / width)


def as_webp(picture: Image.Image) -> bytes:
    target = BytesIO()
    if picture.getcolors(FEW_COLOURS):
        picture.save(target, "WEBP", lossless=True, quality=20, method=1)
    else:
        picture.save(target, "WEBP", quality=QUALITY, method=2)
    return target.getvalue()


def main() -> None:
    try:
        picture = picture_of(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except IndexError:
        sys.exit(NO_SUCH_PAGE)
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
