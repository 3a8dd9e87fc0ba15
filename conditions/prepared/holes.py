"""Places that facts of today fill: left open while a page is prepared, and found again after it.

A template names such a place with `{% today "components/review.html" %}`. A mark that nobody can
guess stands there while a page is made, so that no published word is taken for a place.
"""

import re
from collections.abc import Iterable
from secrets import token_hex
from typing import Any, NoReturn

from django.utils.safestring import SafeString

from conditions.prepared.bodies import HELD_NURSE_TEMPLATE, HELD_TELEPHONE_TEMPLATE, Today

# Signs of no script, so that a mark is neither a word nor a part of one.
START, END = "\ue000", "\ue001"
DIALLED, SHOWN = "=dialled", "=shown"  # both forms of the emergency number
RING = "components/ring.html"


class FrozenFact(Exception):
    """A template asked for a fact of today outside of `{% today %}`."""


class NotYet:
    """Stands for a fact of today while a page is prepared; whoever looks at it is told off."""

    def refuse(self, *args: Any) -> NoReturn:
        raise FrozenFact("A fact of today stands outside of {% today %} and would be frozen.")

    __getattr__ = __getitem__ = __bool__ = __iter__ = __len__ = __str__ = refuse


class Holes:
    """The open places of one page while it is made."""

    def __init__(self) -> None:
        self.mark = f"{START}{token_hex(8)}:"

    def leave(self, name: str) -> SafeString:
        return SafeString(f"{self.mark}{name}{END}")

    def in_a_body(self) -> Today:
        return Today(
            dialled=self.leave(DIALLED),
            shown=self.leave(SHOWN),
            ring_now=self.leave(RING),
            held_telephone=self.leave(HELD_TELEPHONE_TEMPLATE),
            held_nurse=self.leave(HELD_NURSE_TEMPLATE),
        )

    def are_in(self, texts: Iterable[str]) -> bool:
        return any(self.mark in text for text in texts)

    def parted(self, html: str) -> list[str]:
        """Texts and names of places in turn; a text comes first and last."""
        return re.split(f"{re.escape(self.mark)}([^{END}]*){END}", html)
