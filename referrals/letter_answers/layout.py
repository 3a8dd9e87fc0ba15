"""A letter as lines that know their neighbours.

Lines that stand close under each other make a block. `parts` says what each line is about.
"""

import math
import unicodedata
from dataclasses import dataclass, field

from referrals.extracting.places import Piece, Sheet, Words
from referrals.letter_answers.cues import PROSE, Part
from referrals.letter_answers.dates import dates_in
from referrals.letter_answers.folding import folded_words, listed, mended

BACKWARDS = set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
MOST_LINES = 4_000
CLOSE = 0.7  # of a line's height: a larger gap ends a block
ALIGNED = 22.0  # points
AT_LEAST_PROSE = 70  # letters
# Beside a date: it is not the letter's own.
OTHER_DAYS = listed(
    """
    dob born birth review reviewed printed seen typed visit appointment admitted admission
    discharge discharged accident injury dictated received expires expiry exp valid until from
    to scan mri clinic completed collected reported surgery operation next last due
    follow recall
    """
)
OWN_DAYS = listed("date dated letter referral typed written created sent")


@dataclass(eq=False)
class Line:
    """What stands together in a row, cleaned of what nobody sees."""

    text: str
    piece: Piece
    sheet: Sheet
    sheet_number: int
    row: int
    block: "Block"
    part: Part = Part.UNKNOWN


@dataclass(eq=False)
class Block:
    """Lines close under each other."""

    lines: list[Line] = field(default_factory=list)
    ends_as: Part = Part.UNKNOWN
    left: float = math.inf
    right: float = -math.inf

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.left, self.right = min(self.left, line.piece.left), max(self.right, line.piece.right)

    @property
    def top(self) -> float:
        return self.lines[0].piece.top

    @property
    def bottom(self) -> float:
        return self.lines[-1].piece.bottom


class Letter:
    """All lines, in the order of blocks from top to bottom."""

    def __init__(self, words: Words) -> None:
        self.tricks = set(words.tricks)
        self.is_cut = words.is_cut
        self.blocks: list[Block] = []
        self.rows: dict[tuple[int, int], list[Line]] = {}
        count = 0
        for number, sheet in enumerate(words.sheets):
            for place, row in enumerate(sheet.rows):
                count += len(row)
                if count > MOST_LINES:
                    self.is_cut = True
                else:
                    self.take(row, sheet, number, place)
        key = lambda block: (block.lines[0].sheet_number, round(block.top), block.left)  # noqa: E731
        self.blocks.sort(key=key)
        self.lines = [line for block in self.blocks for line in block.lines]

    def take(self, row: list[Piece], sheet: Sheet, number: int, place: int) -> None:
        found = []
        for piece in row:
            text = mended(self.cleaned(piece.text))
            if text:
                block = self.block_for(piece, number, alone=len(row) == 1)
                line = Line(text, piece, sheet, number, place, block)
                block.add(line)
                found.append(line)
        self.rows[number, place] = found

    def cleaned(self, text: str) -> str:
        """Empty where marks of direction show other words than stand there."""
        if BACKWARDS & set(text):
            self.tricks.add("odd_signs")
            return ""
        if text.isascii():
            return " ".join(text.split())
        plain = unicodedata.normalize("NFKC", text)
        kept = "".join(c for c in plain if unicodedata.category(c) != "Cf")
        if len(kept) != len(plain):
            self.tricks.add("odd_signs")
        return " ".join(kept.replace("’", "'").replace("‘", "'").split())

    def block_for(self, piece: Piece, number: int, *, alone: bool) -> Block:
        """The block right above that stands in the same column, or a new one."""
        near = [
            block
            for block in self.blocks[-12:]
            if block.lines[-1].sheet_number == number
            and -0.5 * piece.height <= piece.top - block.bottom <= CLOSE * piece.height
            and in_column(piece, block, alone=alone)
        ]
        if near:
            return min(near, key=lambda block: abs(block.left - piece.left))
        self.blocks.append(Block())
        return self.blocks[-1]

    def right_of(self, line: Line) -> Line | None:
        row = self.rows[line.sheet_number, line.row]
        place = row.index(line)
        return row[place + 1] if place + 1 < len(row) else None

    def left_of(self, line: Line) -> list[Line]:
        row = self.rows[line.sheet_number, line.row]
        return row[: row.index(line)]

    def is_other_day(self, line: Line) -> bool:
        """Whether what stands left of a date says that it is not the letter's own."""
        left = self.left_of(line)
        if not left or left[-1].text.strip().rstrip(":").casefold() == "date":
            return False
        words = set(folded_words(left[-1].text))
        is_label = left[-1].text.endswith(":") and not words & OWN_DAYS
        return is_label or bool(OTHER_DAYS & words)

    def below(self, line: Line, *, within: float = 2.2) -> Line | None:
        """The line under it that begins where it begins, no more than so many lines down."""
        for place in range(line.row + 1, line.row + 5):
            for other in self.rows.get((line.sheet_number, place), []):
                gap = other.piece.top - line.piece.top
                if gap > within * line.piece.height:
                    return None
                if abs(other.piece.left - line.piece.left) < ALIGNED:
                    return other
        return None


def in_column(piece: Piece, block: Block, *, alone: bool) -> bool:
    last = block.lines[-1].piece
    if abs(last.left - piece.left) < ALIGNED or abs(last.right - piece.right) < ALIGNED / 2:
        return True
    if abs(last.left + last.right - piece.left - piece.right) < ALIGNED:  # centred
        return True
    shared = min(block.right, piece.right) - max(block.left, piece.left)
    narrow = min(block.right - block.left, piece.right - piece.left)
    return alone and shared > 0.6 * narrow


def is_only_a_date(text: str) -> bool:
    """A line that is a date and hardly anything else: a weekday, a place, “Date:”."""
    found = list(dates_in(text, is_recent=True))
    if len(found) != 1:
        return False
    _, start, end = found[0]
    rest = folded_words(text[:start] + " " + text[end:])
    return len(rest) <= 2 and not OTHER_DAYS & set(rest)


def is_prose(text: str) -> bool:
    words = text.split()
    small = sum(word.islower() for word in words)
    return bool(PROSE.match(text)) or (len(text) > AT_LEAST_PROSE and small > 0.6 * len(words))
