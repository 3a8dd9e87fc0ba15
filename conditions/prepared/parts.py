"""A page that lacks only the facts of today, and its form in the database."""

import json
from typing import Any, NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "conditions.prepared"


class Prepared(NamedTuple):
    """`parts` are texts and names of open places in turn. `words` are those of the payload that
    facts of today stand beside, `about` is for machines. `is_chosen_from`: a reader’s choice in
    the address changes the page."""

    parts: list[str]
    words: dict[str, str]
    about: Any
    is_chosen_from: bool


def as_text(prepared: Prepared) -> str:
    return json.dumps(prepared._asdict(), ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Prepared:
    return Prepared(**json.loads(text))


def seal_of(text: str, *belongs_to: object) -> str:
    """Proof that this site made it, for just this page: nobody else's words get onto a page."""
    told = "\n".join([*map(str, belongs_to), text])
    return salted_hmac(SALT, told, algorithm="sha256").hexdigest()


def is_ours(text: str, seal: str, *belongs_to: object) -> bool:
    return constant_time_compare(seal, seal_of(text, *belongs_to))
