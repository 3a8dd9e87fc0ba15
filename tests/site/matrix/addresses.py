"""Every address of the site with its name, read from the URLconf, and how to open each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.site.matrix.world import World

UNNAMED = {"(?P<url>.*)$": "admin:(anything else)"}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
ADMIN_OF_A_KIND = re.compile(r"^admin/(?!account/)(\w+)/(\w+)/")


@dataclass(frozen=True)
class Address:
    """`name` is as `reverse` takes it, `route` as the URLconf writes it."""

    name: str
    route: str

    @property
    def is_of_staff(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def kind(self) -> str:
        """The label of the model whose rows an address of the admin is about, or nothing."""
        found = ADMIN_OF_A_KIND.match(self.route)
        return f"{found[1]}.{found[2]}" if found else ""

    def url(self, world: World) -> str:
        """Where it is in this world. Raises KeyError with what to add where a part is unknown."""
        path = PARAMETER.sub(lambda found: self.part(world, found[1] or found[2]), self.route)
        return "/" + re.sub(r"\^|\$|\\Z", "", path) + QUERIES.get(self.name, "")

    def part(self, world: World, parameter: str) -> str:
        special = SPECIAL.get((self.name, parameter))
        if special:
            return str(world.words[special])
        if self.kind and parameter in {"pk", "object_id", "id"}:
            return str(row_of(world, self.kind).pk)
        if parameter in PLAIN:
            return PLAIN[parameter]
        if parameter not in world.words:
            raise KeyError(
                f"{self.name} ({self.route}) has a part <{parameter}> that no test knows: "
                "add a word for it to `World.words` in tests/site/matrix/world.py."
            )
        return str(world.words[parameter])


def row_of(world: World, label: str) -> Any:
    if label not in world.rows:
        raise KeyError(f"no row of {label}: make one in tests/site/matrix/world.py")
    return world.rows[label]


QUERIES = {
    "conditions:recovery_calendar": "?surgery_date=2026-12-01",
    "admin:autocomplete": "?app_label=conditions&model_name=citation&field_name=source",
}
PLAIN = {"app_label": "referrals", "ending": "rtf", "url": "none/", "object_id": "1"}
SPECIAL = {
    ("admin:referrals_enquiry_do", "name"): "verb",
    ("admin:referrals_enquiry_save_aside", "name"): "aside",
    ("admin:referrals_enquiry_letter", "page"): "page of a letter",
    ("admin:referrals_enquiry_letter_picture", "page"): "page of a letter",
    ("admin:referrals_patientrequest_do", "verb"): "verb of a request",
    ("referrals:status", "token"): "status",
    ("referrals:change", "token"): "status",
    ("referrals:no_mail", "token"): "no mail",
    ("referrals:answer", "token"): "answer token",
    ("admin:referrals_enquiry_words", "name"): "verb with words",
    ("end_session", "pk"): "session",
    ("account_link", "token"): "account link",
    ("remove_passkey", "pk"): "passkey",
    ("admin:view_on_site", "object_id"): "page",
}


def all_addresses() -> list[Address]:
    """Of several that lead to one another (a row's old address in the admin) the first."""
    found: dict[str, Address] = {}
    for name, route in walk(get_resolver().url_patterns):
        found.setdefault(name, Address(name, route))
    return list(found.values())


def walk(patterns: Any, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(pattern.url_patterns, space + inner, route)
        elif isinstance(pattern, URLPattern):
            yield name_of(pattern, space), route


def name_of(pattern: URLPattern, space: str) -> str:
    if pattern.name:
        return space + pattern.name
    return UNNAMED.get(str(pattern.pattern), f"{space}({pattern.pattern})")
