"""Reads who_may.toml."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic_site.people.roles import ROLES
from tests.site.matrix.world import NO_ROLE, SUPERUSER

FILE = Path(__file__).parent / "who_may.toml"
EVERYBODY = "everybody"
BRACES = re.compile(r"([^{]*)\{(.*)\}$")


@dataclass(frozen=True)
class May:
    """Names of addresses that a person may open, and of those that take what she posts, of the
    verbs she may call and of the facts she may see."""

    opens: frozenset[str]
    posts: frozenset[str]
    calls: frozenset[str]
    sees: frozenset[str]

    @classmethod
    def of(cls, who: str) -> "May":
        of_staff = [NO_ROLE] if who in {NO_ROLE, SUPERUSER, *ROLES} else []
        tables = [written()[name] for name in [*of_staff, *with_all_of(who), EVERYBODY]]
        look, form, press = (names(tables, key) for key in ("look", "form", "press"))
        return cls(look | form, form | press, names(tables, "call"), names(tables, "sees"))


def written() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text())


def with_all_of(who: str) -> list[str]:
    others = written().get(who, {}).get("and_all_of", [])
    return [who, *(name for other in others for name in with_all_of(other))]


def names(tables: list[dict[str, Any]], key: str) -> frozenset[str]:
    return frozenset(
        name for table in tables for pattern in table.get(key, []) for name in each(pattern)
    )


def each(pattern: str) -> list[str]:
    """`a_{b,c}` is `a_b` and `a_c`."""
    found = BRACES.match(pattern)
    return [found[1] + ending for ending in found[2].split(",")] if found else [pattern]
