"""Words of a letter as plain pages: paragraphs, headings, lists and tables, and nothing else.

The readers of Word files and RTF make these pieces; WeasyPrint draws them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

MOST_PAGES = 60
MOST_LETTERS = 150_000  # about as many pages; laying out more takes longer than a record may
MOST_PARAGRAPHS = 3_000
NARROW, WIDE = 6, 60  # letters across a column: the least, and where it may stop growing
MOST_COLUMNS = 60
MARKS = {"b": "b", "i": "i", "u": "u", "s": "s", "^": "sup", "_": "sub"}


@dataclass
class Run:
    """Words that look alike; `marks` holds keys of MARKS."""

    text: str
    marks: str = ""


@dataclass
class Paragraph:
    runs: list[Run] = field(default_factory=list)
    level: int = 0  # of a heading; 0 is a paragraph
    label: str = ""  # a number or a dot in front
    indent: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass
class Cell:
    pieces: list["Piece"] = field(default_factory=list)
    span: int = 1


@dataclass
class Table:
    rows: list[list[Cell]] = field(default_factory=list)


@dataclass
class Part:
    """A letterhead, a text box, notes: set off from the rest."""

    kind: str  # head, foot, box, notes
    pieces: list["Piece"] = field(default_factory=list)


@dataclass
class NewPage:
    pass


Piece = Paragraph | Table | Part | NewPage


def has_words(pieces: Iterable[Piece]) -> bool:
    return any(True for _ in texts(pieces))


def texts(pieces: Iterable[Piece]) -> Iterator[str]:
    """Every paragraph with words, at any depth."""
    for piece in pieces:
        if isinstance(piece, Paragraph) and piece.text.strip():
            yield piece.text.strip()
        elif isinstance(piece, Part):
            yield from texts(piece.pieces)
        elif isinstance(piece, Table):
            for cell in (cell for row in piece.rows for cell in row):
                yield from texts(cell.pieces)


class Markup:
    """Pieces as HTML, up to a number of letters; a paragraph costs some as well."""

    EACH = MOST_LETTERS // MOST_PARAGRAPHS

    def __init__(self) -> None:
        self.left = MOST_LETTERS

    def of(self, pieces: Iterable[Piece]) -> str:
        return "".join(self.piece(piece) for piece in pieces if self.left > 0)

    def piece(self, piece: Piece) -> str:
        if isinstance(piece, Paragraph):
            return self.paragraph(piece)
        if isinstance(piece, Table):
            rows = (f"<tr>{''.join(map(self.cell, row))}</tr>" for row in piece.rows)
            return f"<table>{columns(piece)}{''.join(rows)}</table>"
        if isinstance(piece, Part):
            return f'<section class="{piece.kind}">{self.of(piece.pieces)}</section>'
        return '<div class="new-page"></div>'

    def paragraph(self, paragraph: Paragraph) -> str:
        cost = self.EACH - len(paragraph.text)
        self.left -= max(cost, 0)
        words = "".join(self.run(run) for run in paragraph.runs)
        if paragraph.label:
            words = f'<span class="label">{escape(paragraph.label)}</span> {words}'
        name = f"h{min(paragraph.level, 3)}" if paragraph.level and words.strip() else "p"
        return f'<{name} class="in-{min(paragraph.indent, 6)}">{words}</{name}>'

    def run(self, run: Run) -> str:
        words = escape(run.text[: max(self.left, 0)])
        self.left -= len(run.text)
        for mark in run.marks:
            words = f"<{MARKS[mark]}>{words}</{MARKS[mark]}>"
        return words

    def cell(self, cell: Cell) -> str:
        span = f' colspan="{min(cell.span, MOST_COLUMNS)}"' if cell.span > 1 else ""
        return f"<td{span}>{self.of(cell.pieces)}</td>"


def columns(table: Table) -> str:
    """How wide each column is, after the words in it. Finding the best widths takes WeasyPrint
    longer than a record may take."""
    longest: dict[int, int] = {}
    for row in table.rows:
        place = 0
        for cell in row:
            if cell.span == 1 and place < MOST_COLUMNS:
                lines = [max(map(len, text.split("\n"))) for text in texts(cell.pieces)]
                longest[place] = max(longest.get(place, 0), *lines, NARROW)
            place += cell.span
    widths = [min(longest.get(place, NARROW), WIDE) for place in range(max(longest, default=0) + 1)]
    shares = (f'<col style="width: {100 * width / sum(widths):.1f}%">' for width in widths)
    return "".join(shares)


STYLE = """
@page { size: A4; margin: 16mm 18mm 20mm; @bottom-left { content: FOOT; font: 8pt "DejaVu Sans",
  sans-serif; color: #333; } @bottom-right { content: counter(page) " of " counter(pages);
  font: 8pt "DejaVu Sans", sans-serif; color: #333; } }
body { font: 10pt/1.4 "DejaVu Sans", sans-serif; color: #111; overflow-wrap: break-word; }
p { margin: 0 0 1.6mm; min-height: .8em; white-space: pre-wrap; tab-size: 8; }
h1, h2, h3 { margin: 4mm 0 1.5mm; font-weight: bold; break-after: avoid; white-space: pre-wrap; }
h1 { font-size: 15pt; } h2 { font-size: 12.5pt; } h3 { font-size: 10.5pt; }
.in-1 { margin-left: 7mm; } .in-2 { margin-left: 14mm; } .in-3 { margin-left: 21mm; }
.in-4 { margin-left: 28mm; } .in-5 { margin-left: 35mm; } .in-6 { margin-left: 42mm; }
table { border-collapse: collapse; margin: 1.5mm 0 3mm; width: 100%; table-layout: fixed; }
td { border: .5pt solid #888; padding: .8mm 1.8mm; vertical-align: top; }
td p { margin: 0; }
.head { border-bottom: .75pt solid #888; margin-bottom: 4mm; padding-bottom: 2mm; }
.foot, .notes { border-top: .75pt solid #888; margin-top: 5mm; padding-top: 2mm; font-size: 9pt; }
.box { border: .5pt solid #888; padding: 1.5mm 3mm; margin: 1.5mm 0 3mm; }
.ours { border: 1pt solid #0e5a63; padding: 2mm 3mm; margin: 0 0 4mm; font-weight: bold; }
.new-page { break-after: page; }
"""


def page_html(pieces: Iterable[Piece], *, foot: str) -> tuple[str, bool]:
    """The whole as HTML, and whether some was left out."""
    markup = Markup()
    body = markup.of(pieces)
    line = foot.replace("\\", "").replace('"', "")
    style = STYLE.replace("FOOT", f'"{line}"')
    head = f'<html lang="en-AU"><meta charset="utf-8"><title>Letter</title><style>{style}</style>'
    return f"<!doctype html>{head}<body>{body}</body></html>", markup.left < 0


def drawn(html: str, **options: Any) -> bytes:
    """HTML of ours as a PDF; nothing is fetched while it is drawn."""
    return rendered(html).write_pdf(**options)


def rendered(html: str) -> Any:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class NoFetching(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("nothing is fetched for a PDF")

    return HTML(string=html, url_fetcher=NoFetching()).render()


def pages_of_words(pieces: list[Piece], *, foot: str) -> tuple[bytes, bool]:
    """A PDF of at most MOST_PAGES pages, and whether the letter is longer than that."""
    html, cut = page_html(pieces, foot=foot)
    document = rendered(html)
    if len(document.pages) > MOST_PAGES:
        document, cut = document.copy(document.pages[:MOST_PAGES]), True
    return document.write_pdf(), cut
