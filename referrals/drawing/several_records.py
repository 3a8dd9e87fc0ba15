"""Joins several records into one PDF: `python -m referrals.drawing.several_records < parcel`.

The parcel holds the title, a JSON list of how many files each record has, then that many cover
sheets as HTML of ours, and then the files of all, each a PDF. Answers with the PDF.
"""

import json
import sys
from io import BytesIO

import pikepdf

from referrals.drawing.layers import carry_layers
from referrals.drawing.letters.words import drawn
from referrals.drawing.parcel import unpacked
from referrals.drawing.pdf_pages import saved
from referrals.drawing.whole_record import NO_PANGO


def joined(title: str, counts: list[int], covers: list[bytes], files: list[bytes]) -> bytes:
    """Each cover sheet and its files, one record after the other."""
    whole, waiting = pikepdf.new(), iter(files)
    for cover, count in zip(covers, counts, strict=True):
        for pages in [drawn(cover.decode()), *(next(waiting) for _ in range(count))]:
            part = pikepdf.open(BytesIO(pages))
            whole.pages.extend(part.pages)
            carry_layers(part, whole)
    whole.docinfo["/Title"] = title
    return saved(whole)


def main() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        sys.exit(NO_PANGO)
    title, shape, *rest = unpacked(sys.stdin.buffer.read())
    counts = json.loads(shape)
    pdf = joined(title.decode(), counts, rest[: len(counts)], rest[len(counts) :])
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
