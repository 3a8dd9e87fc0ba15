"""An RTF file's words without those that nobody sees: white, or smaller than print."""

import re

from referrals.drawing.letters.rtf_words import Reader, words_of_rtf
from referrals.drawing.letters.words import Piece

SMALLEST = 8  # half points
LIGHT = 0xE0
COLOURS = re.compile(rb"\{\\colortbl([^{}]{0,20000})\}")
PART = re.compile(rb"\\(red|green|blue)(\d{1,3})")


def seen_words_of_rtf(data: bytes) -> tuple[list[Piece], set[str]]:
    """The pieces of the letter, and codes of what was left out."""
    faint = FaintReader(light_colours(data))
    pieces = words_of_rtf(data, reader=faint)
    return pieces, {"hidden_words"} if faint.has_dropped else set()


def light_colours(data: bytes) -> set[int]:
    """The numbers of colours that are as good as white."""
    table = COLOURS.search(data)
    colours = table[1].split(b";") if table else []
    found = set()
    for number, colour in enumerate(colours):
        parts = {name: int(amount) for name, amount in PART.findall(colour)}
        if len(parts) == 3 and min(parts.values()) >= LIGHT:
            found.add(number)
    return found


class FaintReader(Reader):
    """Leaves out what stands in a faint colour on no ground, or too small."""

    def __init__(self, light: set[int]) -> None:
        super().__init__()
        self.light = light
        self.has_dropped = False

    def obey(self, word: str, number: int | None) -> None:
        if word == "cf":
            self.state.faint = (number or 0) in self.light
        elif word == "fs":
            self.state.tiny = (number or 24) < SMALLEST
        elif word == "plain":
            self.state.faint = self.state.tiny = False
        elif word in ("highlight", "cb", "chcbpat", "clcbpat", "cbpat"):
            self.state.has_ground = bool(number)
        super().obey(word, number)

    def run(self, text: str) -> None:
        if self.state.tiny or (self.state.faint and not self.state.has_ground):
            self.has_dropped |= bool(text.strip())
            return
        super().run(text)
