"""Pages as a search reads them, kept beside prepared pages: two rows for each publication.

Every row may be thrown away: what is not there is read from the publication itself, and kept.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from sys import intern
from typing import Any

from django.db import Error as AnyDatabaseError
from django.db import transaction

from conditions.models import PreparedPage, Publication
from conditions.payloads import StoredPayload, readable
from conditions.prepared.keeping import short_wait, write
from conditions.prepared.parts import is_ours, seal_of
from conditions.prepared.versions import code_digest
from conditions.search.ranking import Read, Within, read_payload
from conditions.search.site.live import Version, live_now
from conditions.search.site.passages import Passage
from conditions.search.wording import Words
from conditions.showing.held_back import as_public

logger = logging.getLogger(__name__)

PAGE, WORDS = "search: page", "search: words"
AT_ONCE = 400  # publications of one question
APART = "\n"  # stands in no word


def pages_of(versions: Sequence[Version]) -> Iterator[tuple[Version, Read]]:
    """In no order. Ask only for those that are live."""
    for some in batches(versions):
        kept = rows_of(some, PAGE)
        for version, text in kept.items():
            yield version, page_from(version.key, text)
        for version, (page, _) in read_anew([v for v in some if v not in kept]):
            yield version, page


def words_of(versions: Sequence[Version]) -> Iterator[tuple[Version, list[str]]]:
    """All words of each, once."""
    for some in batches(versions):
        kept = rows_of(some, WORDS)
        for version, text in kept.items():
            yield version, text.split(APART) if text else []
        for version, (_, words) in read_anew([v for v in some if v not in kept]):
            yield version, list(words)


def fill(*, at_most: int | None = None) -> int:
    """Keep all live pages, so that no search has to. Returns how many were not kept yet."""
    versions = list(live_now().versions.values())[:at_most]
    missing = 0
    for some in batches(versions):
        kept = rows_of(some, WORDS)
        missing += sum(1 for _ in read_anew([one for one in some if one not in kept]))
    return missing


def batches(versions: Sequence[Version]) -> Iterator[Sequence[Version]]:
    for start in range(0, len(versions), AT_ONCE):
        yield versions[start : start + AT_ONCE]


def rows_of(versions: Sequence[Version], kind: str) -> dict[Version, str]:
    """What is kept of them, and ours."""
    if not versions:
        return {}
    keys = [version.key for version in versions]
    rows = PreparedPage.objects.filter(
        publication__in=keys, template__in=[name_of(kind, shows) for shows in (True, False)]
    ).values_list("publication", "template", "text", "seal")
    known = {(key, template): (text, seal) for key, template, text, seal in rows}
    found: dict[Version, str] = {}
    for version in versions:
        text, seal = known.get((version.key, name_of(kind, version.shows_instructions)), ("", ""))
        if seal and is_ours(text, seal, *belongs_to(version, kind)):
            found[version] = text
    return found


def name_of(kind: str, shows_instructions: bool) -> str:
    return kind if shows_instructions else f"{kind}, unsigned"


def belongs_to(version: Version, kind: str) -> tuple[Any, ...]:
    return (*version, kind, code_digest())


# --- Read from the publication --------------------------------------------------------------


def read_anew(versions: Sequence[Version]) -> Iterator[tuple[Version, tuple[Read, frozenset[str]]]]:
    """One by one, as payloads are long. A search waits for nobody: where others write, what it
    read is not kept."""
    rows: list[PreparedPage] = []
    for version in versions:
        stored = Publication.objects.values_list("payload", flat=True).get(pk=version.key)
        read = read_version(version, stored)
        rows += rows_for(version, *read)
        yield version, read
    if rows:
        try:
            with short_wait(), transaction.atomic():
                write(rows)
        except AnyDatabaseError as error:
            logger.warning("what a search reads cannot be kept: %s", type(error).__name__)


def read_version(version: Version, stored: StoredPayload) -> tuple[Read, frozenset[str]]:
    """The index knows all words; what the public does not read counts and is quoted no more from
    here on."""
    payload = readable(stored)
    if payload is None:
        return read_payload(version.key, stored)
    shows = version.shows_instructions
    return read_payload(version.key, as_public(payload, shows_instructions=shows))


def rows_for(version: Version, page: Read, words: Iterable[str]) -> list[PreparedPage]:
    texts = {PAGE: page_as_text(page), WORDS: APART.join(sorted(words))}
    return [
        PreparedPage(
            publication_id=version.key,
            template=name_of(kind, version.shows_instructions),
            text=text,
            seal=seal_of(text, *belongs_to(version, kind)),
        )
        for kind, text in texts.items()
    ]


# --- As text --------------------------------------------------------------------------------


def page_as_text(page: Read) -> str:
    """Two lines: what it is weighed by, and what stands in it."""
    weighed = {name: getattr(page, name) for name in ("section", "slug", "stage", "title")} | {
        "names": APART.join(page.names),
        "headings": [APART.join(words) for words in page.headings],
        "stems": APART.join(sorted(page.stems)),
        "counts": page.counts,
    }
    passages = [[*passage, APART.join(words)] for passage, words in page.passages]
    return "\n".join(map(as_json, (weighed, [passages, page.near])))


def as_json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def page_from(key: int, text: str) -> Read:
    weighed, within = text.split("\n")
    told, packed = json.loads(weighed), within.encode()  # half of what a text takes
    return Read(
        key=key,
        **told
        | {
            "names": words_from(told["names"]),
            "headings": [words_from(words) for words in told["headings"]],
            "stems": frozenset(words_from(told["stems"])),
            "counts": {kind: interned(count) for kind, count in told["counts"].items()},
        },
        read_within=lambda: within_from(packed),
    )


def within_from(text: bytes) -> Within:
    passages, near = json.loads(text)
    return Within(PassagesKept(passages), interned(near))


class PassagesKept(Sequence[tuple[Passage, Words]]):
    """Passages of a row; the words of each are parted when it is asked for, as most never are."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self._rows: list[Any] = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: Any) -> Any:
        row = self._rows[number]
        if isinstance(row, list):
            *of, words = row
            self._rows[number] = row = Passage(*of), words_from(words)
        return row


def words_from(text: str) -> Words:
    """Of equal words one is kept in memory, however many pages hold it."""
    return tuple(map(intern, text.split(APART))) if text else ()


def interned(counts: dict[str, int]) -> dict[str, int]:
    return {intern(word): count for word, count in counts.items()}
