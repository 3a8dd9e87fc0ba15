"""What pasted text carries that nobody sees: marks of direction, joiners, wide digits."""

import unicodedata

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹘﹣－"), "-")


def plain_line(text: str) -> str:
    """A number, date or address as a keyboard would have typed it.

    Invisible marks go, digits and signs of every script become ASCII ones, every kind of space
    becomes one space. For numbers, dates and mail addresses; a name keeps its joiners.
    """
    if text.isascii():
        return text.strip()
    plain = unicodedata.normalize("NFKC", text).translate(DASHES)
    kept = (ascii_digit(c) for c in plain if unicodedata.category(c) != "Cf")
    return "".join(kept).strip()


def ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character, character))
