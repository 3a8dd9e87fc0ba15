"""Numbers of people as a picture: one small figure for each of 50 to 100, a bar for more.

Fewer stand in words alone: a picture of 14 people looks as sure as one of 100.

The figures are a pattern of ten people, drawn once for a page (`components/people_drawn.html`); a
picture only says which part of the crowd is marked. Every picture has the same scale, so that those
that stand together can be compared.
"""

from typing import NamedTuple

FEWEST_PEOPLE, MOST_PEOPLE = 50, 100
PER_ROW, CELL, ROW_HEIGHT = 20, 10, 14
AISLE = 6  # parts tens from tens
WIDTH = PER_ROW * CELL + AISLE


class IconArray(NamedTuple):
    """SVG paths around those who are marked and around the others, and the size."""

    marked: str
    others: str
    width: int
    height: int


def icon_array(marked: int, people: int) -> IconArray | None:
    """A picture of `people`, the first `marked` of them marked; None for fewer than 50 and more
    than 100."""
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        return None
    rows = -(-people // PER_ROW)
    return IconArray(around(0, marked), around(marked, people), WIDTH, rows * ROW_HEIGHT)


def around(start: int, end: int) -> str:
    """A line around the people from `start` to before `end`, who stand in rows."""
    (x, y), (end_x, end_y) = corner(start), corner(end)
    return (
        f"M{x} {y}H{WIDTH}V{end_y}H{end_x}v{ROW_HEIGHT if end_x else 0}"
        f"H0V{y + ROW_HEIGHT if x else y}H{x}z"
    )


def corner(person: int) -> tuple[int, int]:
    """The upper left corner of a person's place."""
    row, place = divmod(person, PER_ROW)
    return place * CELL + (AISLE if place >= 10 else 0), row * ROW_HEIGHT
