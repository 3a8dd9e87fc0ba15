"""Places of a harmless PDF as small pictures: `… cut_outs < parcel`.

The parcel holds JSON, `[[page, left, top, right, bottom], …]`, and the PDF that `file_pages` made.
Pages count from 0, sides are fractions of the page. Answers with a parcel of WebP pictures in the
same order; an empty one where there is no such place.
"""

import json
import sys

from PIL import Image

from referrals.drawing.page_pictures import as_webp, scale_for
from referrals.drawing.parcel import packed, unpacked

ACROSS = 1000  # dots of a whole page: words stay sharp beside their field
BESIDE, ABOVE = 0.004, 0.0015  # of the page, around each place: not into the next line
TALLEST = 0.12  # of the page: more is no place in a letter
MOST = 24  # places of one letter

Place = tuple[int, float, float, float, float]


def cut_outs(pdf: bytes, places: list[Place]) -> list[bytes]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        drawn: dict[int, Image.Image] = {}
        for page, *_ in places[:MOST]:
            if page not in drawn and 0 <= page < len(document):
                scale = scale_for(document[page].get_size(), ACROSS)
                dots = document[page].render(scale=scale, may_draw_forms=False, draw_annots=False)
                drawn[page] = dots.to_pil()
        return [cut(drawn.get(page), box) for page, *box in places[:MOST]]


def cut(page: Image.Image | None, box: list[float]) -> bytes:
    left, top, right, bottom = box
    if page is None or not (left < right and top < bottom <= top + TALLEST):
        return b""
    width, height = page.size
    sides = (left - BESIDE, top - ABOVE, right + BESIDE, bottom + ABOVE)
    left, top, right, bottom = (min(max(side, 0.0), 1.0) for side in sides)
    place = (int(left * width), int(top * height), int(right * width), int(bottom * height))
    return as_webp(page.crop(place))


def main() -> None:
    places, pdf = unpacked(sys.stdin.buffer.read())
    sys.stdout.buffer.write(packed(cut_outs(pdf, json.loads(places))))


if __name__ == "__main__":
    main()
