"""What matters to whoever compares choices: it brings lines of the comparison to the top.

Lines alone move. The choices keep their places, because to sort them would be to recommend one.
"""

from collections.abc import Collection
from typing import NamedTuple


class Matter(NamedTuple):
    """`facts` are the fields of a treatment option that tell most about it, the first one first."""

    key: str
    label: str
    facts: list[str]
    why: str


MATTERS = [
    Matter(
        "pain",
        "Less pain soon",
        ["relief", "benefits"],
        "For pain, look at how long relief may last and what each choice may bring.",
    ),
    Matter(
        "no-surgery",
        "No surgery",
        ["what_it_is", "where"],
        "To see whether it is surgery, look at what it is and where it is done.",
    ),
    Matter(
        "time-off",
        "Little time off",
        ["recovery", "where"],
        "For days off and help at home, look at getting back to normal.",
    ),
    Matter(
        "certainty",
        "Being sure that it works",
        ["evidence", "benefits"],
        "How sure we are says what was tested, and how well.",
    ),
    Matter(
        "cost",
        "What it costs",
        ["where", "relief"],
        "We give no prices here. Where it is done, and how soon it may be needed again, "
        "matter most. Ask us what you would pay.",
    ),
]


def mattering(keys: Collection[str]) -> list[Matter]:
    """Those that exist, always in our order, whatever stood in the address."""
    return [matter for matter in MATTERS if matter.key in keys]


def first_facts(matters: list[Matter]) -> list[str]:
    """Fields to stand on top: the most telling one of each, then the second ones, each once."""
    most = [matter.facts[0] for matter in matters]
    then = [name for matter in matters for name in matter.facts[1:]]
    return list(dict.fromkeys(most + then))
