"""The numbers and dots in front of paragraphs, which a Word file keeps apart from its words."""

from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

ROMAN = [
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
]


class Level(NamedTuple):
    kind: str = "decimal"
    pattern: str = "%1."
    start: int = 1


def value(element: Element | None, name: str, default: str = "") -> str:
    """`w_val` of the child with this name."""
    child = element.find(name) if element is not None else None
    return default if child is None else child.get("w_val", default)


def number(text: str, default: int = 0) -> int:
    try:
        return int(text)
    except ValueError:
        return default


@dataclass
class Numbering:
    """Counts through the lists of one document, in the order of its paragraphs."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)  # lists that count together
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element | None) -> "Numbering":
        found = cls()
        if root is None:
            return found
        kinds = {
            kind.get("w_abstractNumId", ""): {
                number(level.get("w_ilvl", "0")): level_of(level) for level in kind.iter("w_lvl")
            }
            for kind in root.iter("w_abstractNum")
        }
        for one in root.iter("w_num"):
            name, kind = one.get("w_numId", ""), value(one, "w_abstractNumId")
            levels = dict(kinds.get(kind, {}))
            changes = list(one.iter("w_lvlOverride"))
            for change in changes:
                place = number(change.get("w_ilvl", "0"))
                own = change.find("w_lvl")
                level = levels.get(place, Level()) if own is None else level_of(own)
                start = number(value(change, "w_startOverride"), level.start)
                levels[place] = level._replace(start=start)
            found.lists[name] = levels
            found.same[name] = name if changes else f"kind {kind}"
        return found

    def label(self, name: str, place: int) -> str:
        """What stands in front of the next paragraph of this list at this depth."""
        levels = self.lists.get(name)
        if levels is None:
            return ""
        level = levels.get(place, Level())
        counts = self.counts.setdefault(self.same[name], {})
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [depth for depth in counts if depth > place]:
            del counts[deeper]
        if level.kind == "bullet":
            return "•"
        if level.kind == "none":
            return ""
        text = level.pattern
        for depth in range(9):
            other = levels.get(depth, Level())
            count = counts.get(depth, other.start)
            text = text.replace(f"%{depth + 1}", written(count, other.kind))
        return text


def level_of(level: Element) -> Level:
    return Level(
        value(level, "w_numFmt", "decimal"),
        value(level, "w_lvlText"),
        number(value(level, "w_start", "1"), 1),
    )


def written(count: int, kind: str) -> str:
    """A number as its list writes it."""
    if kind in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 % 20 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        text = ""
        for size, sign in ROMAN:
            text += sign * (count // size)
            count %= size
        return text.upper() if kind == "upperRoman" else text
    return f"{count:02d}" if kind == "decimalZero" else str(count)
