"""The pages that a search reads: those that the lists of searches know, and a few others."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from conditions.search.first_answers import said
from conditions.search.likely import NO_ANSWER, Likely, likely_of, situations
from conditions.search.nearest import Near, asked, near_of
from conditions.search.ranking import Read
from conditions.search.site import rows
from conditions.search.site.live import Live, Version
from conditions.search.site.passages import Passage

MOST_KEPT = 150  # pages in the memory of a process, beside those of the lists: about 15 MB


class Known(NamedTuple):
    """The live pages that lists of searches name, with all that the lists say of them. However much
    a site grows, these are as many as we wrote lists for. `places` are the passages that `near`
    numbers, in its order."""

    pages: dict[Version, Read]
    near: Near
    likely: Likely
    places: list[tuple[Read, Passage]]


def known_pages(live: Live) -> Known:
    names = names_listed()
    return known_of(tuple(version for name, version in live.by_name.items() if name in names))


@lru_cache(maxsize=2)
def known_of(versions: tuple[Version, ...]) -> Known:
    read = dict(rows.pages_of(versions))
    pages = {version: read[version] for version in versions}
    answering = [page for page in pages.values() if page.slug not in NO_ANSWER]
    places = [(page, passage) for page in answering for passage, _ in page.passages]
    return Known(pages, near_of(answering), likely_of(answering), places)


@cache
def names_listed() -> frozenset[str]:
    """`section/slug` of each page that a list of searches leads to."""
    named = {name.partition("#")[0] for name in [*said(), *asked()]}
    for situation in situations():
        named.update([*situation.pages, situation.answer.partition("#")[0]])
    return frozenset(named)


_kept: OrderedDict[Version, Read] = OrderedDict()
_lock = threading.Lock()


def read_pages(versions: Sequence[Version], live: Live) -> list[Read]:
    """In their order. A publication never changes, so it is read once, and kept for a while."""
    found = {**known_pages(live).pages}
    with _lock:
        for version in versions:
            if version in _kept:
                _kept.move_to_end(version)
                found[version] = _kept[version]
    missing = [version for version in versions if version not in found]
    if missing:
        found |= keep(rows.pages_of(missing))
    return [found[version] for version in versions]


def keep(pages: Iterable[tuple[Version, Read]]) -> dict[Version, Read]:
    read = dict(pages)
    with _lock:
        _kept.update(read)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return read


def read_page(version: Version, live: Live) -> Read:
    return read_pages([version], live)[0]


def forget() -> None:
    """What this process has in memory."""
    _kept.clear()
    known_of.cache_clear()
