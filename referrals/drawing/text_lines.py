"""Typed words set into a rectangle in Helvetica, which every reader of PDF has."""

from typing import NamedTuple

# Thousandths of the size, for the signs from space to tilde.
WIDTHS = [
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
]
OTHER_WIDTH = 620
USUAL_SIZE, SMALLEST_SIZE = 12.0, 5.0
LEADING = 1.16
EDGE = 2.0
TOLERANCE = 1.15  # the fonts of others are narrower or wider than ours


class Style(NamedTuple):
    size: float = 0.0  # points; 0 is “as it fits”
    colour: str = "0 g"
    place: int = 0  # 0 left, 1 in the middle, 2 right
    many_lines: bool = False


def width(text: str, size: float) -> float:
    signs = (ord(sign) - 32 for sign in text)
    return sum(WIDTHS[s] if 0 <= s < len(WIDTHS) else OTHER_WIDTH for s in signs) * size / 1000


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room`, broken between words where that is possible."""
    lines: list[str] = []
    for paragraph in text.replace("\t", "    ").split("\n"):
        line = ""
        for word in paragraph.split(" "):
            while width(word, size) > room and len(word) > 1:
                count = max(1, int(len(word) * room / width(word, size)))
                lines += [line] if line else []
                lines.append(word[:count])
                line, word = "", word[count:]
            longer = f"{line} {word}" if line else word
            if line and width(longer, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def fits(text: str, box: tuple[float, float], style: Style) -> bool:
    """Whether a reader that draws it at its own size shows all of it, as far as can be told."""
    size = style.size or SMALLEST_SIZE
    room = max(box[0], 1) * TOLERANCE
    if not style.many_lines:
        return width(text.replace("\n", " "), size) <= room
    return len(wrapped(text, size, room)) * size <= box[1] * TOLERANCE


def text_content(text: str, box: tuple[float, float], style: Style) -> tuple[bytes, bool]:
    """What draws it into a box at (0, 0), and whether that shows every sign of it."""
    room, high = max(box[0] - 2 * EDGE, 1.0), box[1]
    size = style.size or (USUAL_SIZE if style.many_lines else min(USUAL_SIZE, high * 0.7))
    while True:
        lines = wrapped(text, size, room) if style.many_lines else [text.replace("\n", " ")]
        tall = len(lines) * size * LEADING
        widest = max(width(line, size) for line in lines)
        if (tall <= high or not style.many_lines) and widest <= room:
            whole = True
            break
        if size <= SMALLEST_SIZE:
            whole = False
            break
        size = max(SMALLEST_SIZE, size - 0.5)
    baseline = high - EDGE - size if style.many_lines else (high - size * 0.72) / 2
    drawn = []
    for line in lines:
        left = EDGE + (room - width(line, size)) * style.place / 2
        drawn.append(f"1 0 0 1 {left:.2f} {baseline:.2f} Tm <{encoded(line).hex()}> Tj")
        baseline -= size * LEADING
    content = f"q BT {style.colour} /Helv {size:.2f} Tf {' '.join(drawn)} ET Q"
    return content.encode(), whole and encoded(text).decode("cp1252") == text


def encoded(line: str) -> bytes:
    return line.encode("cp1252", "replace")
