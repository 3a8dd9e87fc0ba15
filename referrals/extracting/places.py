"""Words of a page in rows and pieces of rows, wherever they came from.

A *piece* is what stands together in a row: words with no more than a space between them. Two
columns or a label and its value far off are two pieces. Places are in points from the top left of
a page; a letter without pages of its own (Word, RTF) has made-up ones, a row a line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

NO_PICTURE = -1  # the page number of words without a page


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign as it stands on a page; `baseline` from the top, `size` of its font in points.

    `source` tells which text of the page it belongs to.
    """

    sign: str
    left: float
    right: float
    baseline: float
    size: float
    source: int = 0


@dataclass(frozen=True)
class Piece:
    """Words that stand together in a row."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    page: int = 0

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass
class Sheet:
    """A page, its rows from top to bottom, each from left to right."""

    width: float
    height: float
    rows: list[list[Piece]] = field(default_factory=list)
    has_picture: bool = True
    is_foot: bool = False  # what stands at the foot of the sheets of a Word file


@dataclass
class Words:
    """All that was read. `is_cut`: there was more; `tricks`: what was left out (codes)."""

    sheets: list[Sheet] = field(default_factory=list)
    is_cut: bool = False
    tricks: set[str] = field(default_factory=set)

    def text(self) -> str:
        """A row a line."""
        rows = (row for sheet in self.sheets for row in sheet.rows)
        return "\n".join(" ".join(piece.text for piece in row) for row in rows)


SAME_ROW = 0.4  # of the font's size: how far baselines of a row may differ
A_SPACE = 0.16  # of the font's size: a gap that parts words where no space was written
A_COLUMN = 1.3  # a gap that parts pieces
OVERLAID = 0.6  # of a sign's width


def rows_of(glyphs: Iterable[Glyph], *, page: int) -> tuple[list[list[Piece]], bool]:
    """Rows of pieces, and whether signs lay on top of others: those are left out."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.baseline, one.left)):
        if rows and glyph.baseline - rows[-1][0].baseline <= SAME_ROW * glyph.size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    found, overlaid = [], False
    for row in rows:
        kept, lies_on_others = without_overlaid(sorted(row, key=lambda one: one.left))
        overlaid |= lies_on_others
        found.append(pieces_of(kept, page))
    return [row for row in found if row], overlaid


def without_overlaid(row: list[Glyph]) -> tuple[list[Glyph], bool]:
    """One of two equal signs in one place (as old printers made bold); none of two that differ."""
    kept: list[Glyph] = []
    dropped: set[int] = set()
    for glyph in row:
        if glyph.sign.isspace():
            kept.append(glyph)
            continue
        last = next((one for one in reversed(kept) if not one.sign.isspace()), None)
        if last is not None and covers(last, glyph):
            if last.sign != glyph.sign:
                dropped |= {id(last), id(glyph)}
                kept.append(glyph)
            continue
        kept.append(glyph)
    return [one for one in kept if id(one) not in dropped], bool(dropped)


def covers(one: Glyph, other: Glyph) -> bool:
    if one.source == other.source:  # two letters of one ligature share a place
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    narrow = min(one.right - one.left, other.right - other.left)
    return narrow > 0 and shared > OVERLAID * narrow


def pieces_of(row: list[Glyph], page: int) -> list[Piece]:
    """The row cut where a column ends."""
    pieces: list[list[Glyph]] = []
    last: Glyph | None = None
    spaced = False
    for glyph in row:
        if glyph.sign.isspace():
            spaced = True
            continue
        gap = glyph.left - last.right if last else 0.0
        size = max(glyph.size, last.size) if last else glyph.size
        if last is None or gap > A_COLUMN * size:
            pieces.append([])
        elif spaced or gap > A_SPACE * size:
            pieces[-1].append(Glyph(" ", last.right, glyph.left, glyph.baseline, size))
        pieces[-1].append(glyph)
        last, spaced = glyph, False
    return [piece_of(piece, page) for piece in pieces]


def piece_of(glyphs: list[Glyph], page: int) -> Piece:
    return Piece(
        text="".join(glyph.sign for glyph in glyphs),
        left=glyphs[0].left,
        top=min(glyph.baseline - 0.9 * glyph.size for glyph in glyphs),
        right=max(glyph.right for glyph in glyphs),
        bottom=max(glyph.baseline + 0.25 * glyph.size for glyph in glyphs),
        page=page,
    )
