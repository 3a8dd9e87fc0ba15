"""The words of a Word file or RTF as rows of pieces, with places made up: a row is a line."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from referrals.drawing.letters.words import Paragraph, Part, Table
from referrals.drawing.letters.words import Piece as Block
from referrals.extracting.places import NO_PICTURE, Piece, Sheet, Words
from referrals.inspecting.sniffing import DOCX

LINE = 12.0  # points
LETTER = 6.0
COLUMN = 240.0
TAB = 8
WIDTH = 960.0
MOST_ROWS = 3_000
MOST_IN_A_ROW = 400  # letters; a longer paragraph is several rows, as on paper
GAP = re.compile(r"\t+| {3,}")
LAST_SPACE = re.compile(r" [^ ]*\Z")

Row = list[tuple[float, str]]  # how far from the left, and what stands there


def words_of_letter(kind: str, data: bytes) -> Words:
    """Raises what the readers of `drawing.letters` raise where the file is broken."""
    if kind == DOCX:
        from referrals.extracting.faint_docx import seen_words_of_docx as read
    else:
        from referrals.extracting.faint_rtf import seen_words_of_rtf as read
    blocks, tricks = read(data)
    feet = [one for one in blocks if isinstance(one, Part) and one.kind == "foot"]
    body = [one for one in blocks if not (isinstance(one, Part) and one.kind == "foot")]
    words = Words(tricks=tricks)
    for part in (body, feet):
        rows = list(islice(rows_of(part), MOST_ROWS + 1))
        words.is_cut |= len(rows) > MOST_ROWS
        if any(rows):
            words.sheets.append(sheet_of(rows[:MOST_ROWS], is_foot=part is feet))
    return words


def sheet_of(rows: list[Row], *, is_foot: bool) -> Sheet:
    sheet = Sheet(WIDTH, LINE * len(rows), has_picture=False, is_foot=is_foot)
    for number, row in enumerate(rows):
        top = number * LINE
        pieces = [
            Piece(text, left, top, left + LETTER * len(text), top + LINE, NO_PICTURE)
            for left, text in row
        ]
        if pieces:
            sheet.rows.append(pieces)
    return sheet


def rows_of(blocks: Iterable[Block]) -> Iterator[Row]:
    """Rows from top to bottom; an empty one where a paragraph is empty or a part ends."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from rows_of_paragraph(block)
        elif isinstance(block, Table):
            for cells in block.rows:
                yield from side_by_side([(list(rows_of(c.pieces)), c.span) for c in cells])
            yield []
        elif isinstance(block, Part):
            yield []
            yield from rows_of(block.pieces)
            yield []


def rows_of_paragraph(paragraph: Paragraph) -> Iterator[Row]:
    text = f"{paragraph.label} {paragraph.text}" if paragraph.label else paragraph.text
    for line in text.split("\n"):
        for part in shorter(line):
            yield row_of(part)


def shorter(line: str) -> Iterator[str]:
    while len(line) > MOST_IN_A_ROW:
        cut = LAST_SPACE.search(line[:MOST_IN_A_ROW])
        end = cut.start() if cut else MOST_IN_A_ROW
        yield line[:end]
        line = line[end:].lstrip()
    yield line


def row_of(line: str) -> Row:
    """A row cut where a tab or several spaces part it."""
    row: Row = []
    place, start = 0, 0
    for gap in [*GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        words = line[start:end].strip()
        if words:
            row.append((place * LETTER, " ".join(words.split())))
        place += end - start
        if gap:
            tabs = gap[0].count("\t")
            place = (place // TAB + tabs) * TAB if tabs else place + len(gap[0])
            start = gap.end()
    return row


def side_by_side(cells: list[tuple[list[Row], int]]) -> Iterator[Row]:
    """Cells of a row of a table: their lines stand next to each other."""
    for line in range(max((len(rows) for rows, _ in cells), default=0)):
        row: Row = []
        column = 0
        for rows, span in cells:
            if line < len(rows):
                row += [(column * COLUMN + left, text) for left, text in rows[line]]
            column += span
        yield row
