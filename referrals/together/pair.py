"""Two referrals side by side: the same rows of both, and where they differ."""

from typing import Any, NamedTuple

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from referrals.inbox import enquiry_page
from referrals.models import Enquiry

EMPTY = "–"


class PairRow(NamedTuple):
    label: str
    left: Any
    right: Any

    @property
    def differs(self) -> bool:
        return plain(self.left) != plain(self.right)


class PairGroup(NamedTuple):
    heading: str
    rows: list[PairRow]


def plain(value: Any) -> str:
    """What counts when two are compared: capitals and spaces do not, nor where a link leads."""
    words = strip_tags(value) if isinstance(value, SafeString) else str(value or "")
    return "".join(words.casefold().split())


def same_bytes(enquiry: Enquiry) -> list[str]:
    """Which files came with it, whatever they are called: alike where the bytes are alike."""
    return sorted(enquiry.attachments.values_list("sha256", flat=True))


def side_by_side(left: Enquiry, right: Enquiry) -> list[PairGroup]:
    """In the order of the page of one; what neither says is left out."""
    found = []
    theirs = {group.heading: dict(group.rows) for group in enquiry_page.sections(right)}
    ours = {group.heading: dict(group.rows) for group in enquiry_page.sections(left)}
    for heading in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(heading, {}), theirs.get(heading, {})
        labels = dict.fromkeys([*one, *other])
        rows = [PairRow(label, one.get(label), other.get(label)) for label in labels]
        found.append(PairGroup(heading, rows))
    return found
