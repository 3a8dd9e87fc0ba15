"""Joins what is ready into one PDF: `python -m referrals.drawing.whole_record < parcel`.

The parcel holds the title, the cover sheet and the receipt as HTML of ours, and then one PDF per
file, as `file_pages` made it. Without a PDF it draws the two alone. Answers with the PDF.
"""

import sys
from io import BytesIO

import pikepdf

from referrals.drawing.layers import carry_layers
from referrals.drawing.letters.words import drawn
from referrals.drawing.parcel import unpacked
from referrals.drawing.pdf_pages import saved

NO_PANGO = 3  # the exit code where the libraries that draw words are missing


def joined(title: str, cover: str, receipt: str, files: list[bytes]) -> bytes:
    """Cover sheet, files, receipt; without a receipt the sheet stands for itself."""
    whole = pikepdf.new()
    for pages in [drawn(cover), *files, *([drawn(receipt)] if receipt else [])]:
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
    title, cover, receipt, *files = unpacked(sys.stdin.buffer.read())
    pdf = joined(title.decode(), cover.decode(), receipt.decode(), files)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
