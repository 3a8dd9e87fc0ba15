"""The words of all live pages: counted once, and again for those pages alone that are new."""

from collections import Counter
from functools import cache
from typing import NamedTuple

from conditions.models import Publication
from conditions.search.direct import words_asked
from conditions.search.first_answers import words_named
from conditions.search.nearest import words_asked_with
from conditions.search.site import rows
from conditions.search.site.live import Live, Version
from conditions.search.site.spelling import Vocabulary


class Counted(NamedTuple):
    versions: frozenset[Version]
    words: Counter[str]
    vocabulary: Vocabulary


MOST_GONE = 50  # pages; with more, all are counted anew
_last: list[Counted] = []


def vocabulary(live: Live) -> Vocabulary:
    """All words of one version of the site, and those that people ask with."""
    versions = frozenset(live.versions.values())
    for known in _last:
        if known.versions is versions or known.versions == versions:
            return known.vocabulary
    counts = counted(versions)
    found = Counted(versions, counts, Vocabulary(counts, words_of_lists()))
    _last[:] = [found]
    return found.vocabulary


def counted(versions: frozenset[Version]) -> Counter[str]:
    """On how many pages each word stands."""
    for known in _last:
        gone = words_gone(known.versions - versions)
        if gone is not None:
            counts = known.words.copy()
            counts.subtract(gone)
            return +count(counts, versions - known.versions)
    return count(Counter(), versions)


def count(counts: Counter[str], versions: frozenset[Version]) -> Counter[str]:
    for _, words in rows.words_of(sorted(versions)):
        counts.update(words)
    return counts


def words_gone(versions: frozenset[Version]) -> Counter[str] | None:
    """Those of pages that are not live any more; None where nobody can tell, as one of them was
    redacted: then all others are counted anew, so that no word of it stays."""
    if len(versions) > MOST_GONE:
        return None
    stored = Publication.objects.filter(pk__in=[version.key for version in versions])
    payloads = {
        (key, sha256): payload
        for key, sha256, payload in stored.values_list("pk", "sha256", "payload")
        if payload
    }
    gone = Counter[str]()
    for version in versions:
        payload = payloads.get(version[:2])
        if payload is None:
            return None
        gone.update(rows.read_version(version, payload)[1])
    return gone


@cache
def words_of_lists() -> frozenset[str]:
    return frozenset(words_named() | words_asked() | words_asked_with())


def forget() -> None:
    _last.clear()
