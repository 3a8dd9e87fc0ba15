"""Which pages are live: read once for each version of the site, not for each search."""

from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from conditions.models import Publication, Review
from conditions.payloads import current_format
from conditions.search.wording import Concept
from conditions.showing.held_back import is_trial
from conditions.showing.what_is_live import what_is_live

MOST_COUNTED = 2_000  # things that somebody asked for, with the number of pages that hold each


class Version(NamedTuple):
    """A publication never changes; whether its instructions may be read does, and so may the
    format in which this release reads it."""

    key: int
    sha256: str
    shows_instructions: bool
    format: int


class Live:
    """One version of the site. `by_name` is by `section/slug`; `holders` tells on how many pages
    that stands what was asked for."""

    def __init__(self, named: list[tuple[str, Version]]) -> None:
        self.by_name = dict(named)
        self.versions = {version.key: version for _, version in named}
        self.keys = frozenset(self.versions)
        self.holders: dict[Concept, int] = {}

    def count(self, concept: Concept, holders: int) -> int:
        if len(self.holders) >= MOST_COUNTED:
            self.holders.clear()
        self.holders[concept] = holders
        return holders


_last: list[tuple[Any, Live]] = []


def live_now() -> Live:
    """The same object for as long as nothing else is live: that is one quick question."""
    told = (what_is_live(), timezone.localdate(), is_trial(), current_format())
    for known, live in _last:
        if known == told:
            return live
    live = read_live()
    _last[:] = [(told, live)]
    return live


def forget() -> None:
    _last.clear()


def read_live() -> Live:
    fields = ("pk", "sha256", "section", "slug", "page")
    rows = Publication.objects.live().order_by("pk").values_list(*fields)
    trial, today, form = is_trial(), timezone.localdate(), current_format()
    signed = {} if trial else signed_until()
    named = []
    for key, sha256, section, slug, page in rows:
        may_show = trial or shows(signed, page, key, today)
        named.append((f"{section}/{slug}", Version(key, sha256, may_show, form)))
    return Live(named)


def signed_until() -> dict[int, tuple[int, date | None]]:
    """Of each page the publication that its latest review is about, and until when that counts."""
    rows = Review.objects.order_by("pk").values_list("page", "publication", "next_review_due")
    return {page: (publication, due) for page, publication, due in rows}


def shows(
    signed: dict[int, tuple[int, date | None]], page: int, publication: int, today: date
) -> bool:
    about, due = signed.get(page, (0, None))
    return about == publication and due is not None and due >= today
