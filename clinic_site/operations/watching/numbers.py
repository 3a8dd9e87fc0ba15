"""Numbers in the text form that Prometheus reads. Each is ours: no label ever holds what somebody
typed, so that a patient, an address or a name cannot get into them."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

Labels = tuple[tuple[str, str], ...]


class Number(NamedTuple):
    """`name` and `meaning` are the same for all that differ by `labels` alone.

    Of a histogram the lines end with _bucket, _sum and _count; `kind` is told once, of `family`.
    """

    name: str
    value: float
    meaning: str
    labels: Labels = ()
    kind: str = "gauge"
    family: str = ""


Numbers = Callable[[], Iterable[Number]]


def asks_database(numbers: Numbers) -> Numbers:
    """Left out while the database is away: who waits for it waits for seconds."""
    numbers.asks_database = True  # type: ignore[attr-defined]
    return numbers


def text_of(numbers: Iterable[Number]) -> str:
    """Lines of one family stand together, each family with its meaning in front."""
    families: dict[str, list[Number]] = {}
    for number in numbers:
        families.setdefault(number.family or number.name, []).append(number)
    lines = []
    for family, members in families.items():
        lines.append(f"# HELP {family} {members[0].meaning}")
        lines.append(f"# TYPE {family} {members[0].kind}")
        lines += [
            f"{number.name}{shown(number.labels)} {written(number.value)}" for number in members
        ]
    return "".join(f"{line}\n" for line in lines)


def shown(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{escaped(value)}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""


def escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def written(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() else repr(round(value, 6))
