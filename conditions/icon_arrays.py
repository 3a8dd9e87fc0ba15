"""Numbers of people as a picture: one small figure for each of up to 100, else a bar.

The figures are the dashes of a few lines, so that a picture of 100 people weighs 500 bytes. Every
picture has the same scale, so that pictures that stand together can be compared.
"""

from collections.abc import Iterator
from typing import NamedTuple

MOST_PEOPLE = 100
PER_ROW, CELL, ROW_HEIGHT, AISLE = 20, 10, 14, 6  # the aisle parts tens from tens
WIDTH = PER_ROW * CELL + AISLE
HEAD, BODY = (5, 3.5), (4, 9.5)  # where the first person's strokes start


class Row(NamedTuple):
    """People who stand side by side: the place of the first, the row, and how many."""

    place: int
    row: int
    people: int


class IconArray(NamedTuple):
    """Paths for the heads and bodies of those marked and of the others, and the size."""

    marked_heads: str
    marked_bodies: str
    other_heads: str
    other_bodies: str
    width: int
    height: int


def icon_array(marked: int, people: int) -> IconArray | None:
    """A picture of `people`, the first `marked` of them marked; None for more than 100."""
    if people > MOST_PEOPLE:
        return None
    ours, others = list(rows(0, marked)), list(rows(marked, people))
    height = ROW_HEIGHT * -(-people // PER_ROW)
    return IconArray(
        line(ours, HEAD), line(ours, BODY), line(others, HEAD), line(others, BODY), WIDTH, height
    )


def rows(start: int, end: int) -> Iterator[Row]:
    """The people from `start` to before `end`, in runs of ten at most."""
    while start < end:
        stop = min(end, start - start % 10 + 10)
        yield Row(start % PER_ROW, start // PER_ROW, stop - start)
        start = stop


def line(some: list[Row], start: tuple[float, float]) -> str:
    """Lines whose dashes are the people: a dash starts each 10 units."""
    parts = []
    for row in some:
        x = start[0] + row.place * CELL + (AISLE if row.place >= 10 else 0)
        y = start[1] + row.row * ROW_HEIGHT
        parts.append(f"M{x:g} {y:g}h{(row.people - 1) * CELL + 2}")
    return "".join(parts)
