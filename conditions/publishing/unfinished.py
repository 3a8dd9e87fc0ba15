"""What waits for a person: drafts, pages that a list has overtaken, links that lead nowhere."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.urls import Resolver404, resolve
from django.utils import timezone

from conditions.blocks.passage import payload_of
from conditions.blocks.registry import kind_of
from conditions.models import PUBLIC_SECTIONS, Page, Passage, Publication, Source
from conditions.payloads import PagePayload, StoredPayload, readable
from conditions.publishing.cited import named_by_passages
from conditions.publishing.verbs import digest, snapshot, words_from_lists

FROM_LISTS = {"glossary", "terms", "stages"}
SOURCES = {"source", "sources"}  # parts of a payload that carry the words of a source
HREF = re.compile(r'href="(/[^"#?]*)')
ADDRESSES = {"href", "url"}  # parts of a payload that are an address by themselves


class Unfinished(NamedTuple):
    page: Page
    is_new: bool  # never published
    only_lists: bool  # its own words are public: what it takes from the site's lists has changed
    is_overtaken: bool = False  # so has what the public reads of those lists, draft or not
    waits_until: datetime | None = None  # what was published last is scheduled for then
    public: StoredPayload = {}  # what was published last
    draft: StoredPayload = {}


class DeadLink(NamedTuple):
    page_id: int
    title: str
    address: str


def unfinished_pages() -> list[Unfinished]:
    """Pages whose draft is not what the public reads, and not what is scheduled."""
    later = Publication.objects.filter(page=OuterRef("page"), pk__gt=OuterRef("pk"))
    newest = {one.page_id: one for one in Publication.objects.filter(~Exists(later))}
    looked_at = ((page, newest.get(page.pk)) for page in Page.objects.select_related("stage"))
    found = (compare(page, last) for page, last in looked_at)
    return [one for one in found if one]


def compare(page: Page, last: Publication | None) -> Unfinished | None:
    """`last` is what was decided last, also where its time has not come."""
    draft = snapshot(page)
    if last is None:
        return Unfinished(page, is_new=True, only_lists=False)
    if last.is_withdrawal or last.sha256 == digest(draft):
        return None
    public = readable(last.payload)
    if public == draft:
        return None
    same_words = public is not None and own_words(with_own_sources(public)) == own_words(
        with_own_sources(draft)
    )
    return Unfinished(
        page,
        is_new=False,
        only_lists=same_words,
        is_overtaken=same_words or (public is not None and lists_differ(page, public)),
        waits_until=last.live_from if last.live_from > timezone.now() else None,
        public=last.payload,
        draft=draft,
    )


def with_own_sources(payload: PagePayload) -> PagePayload:
    """Without the sources that its passages name: the list of passages puts them in."""
    named = named_by_passages(payload["blocks"])
    own = [source for source in payload["sources"] if source["code"] not in named]
    return {**payload, "sources": own}


def own_words(value: Any, name: str = "") -> Any:
    """A payload without what the site's lists put in: of a source or picture stays which it is."""
    if isinstance(value, Mapping):
        if name in SOURCES:
            return value.get("code")
        if name == "picture":
            return value.get("image") or value.get("illustration")
        kind = kind_of(value)
        left = kind.from_lists if kind else () if name else FROM_LISTS
        parts = [part for part in value.items() if part[0] not in left]
        return {part: own_words(inner, part) for part, inner in parts}
    if isinstance(value, list):
        return [own_words(inner, name) for inner in value]
    return value


def lists_differ(page: Page, public: PagePayload) -> bool:
    """Whether what the public reads would get other explanations, stages, passages or sources."""
    fresh = words_from_lists(page, public["blocks"])
    if any(public.get(name) != words for name, words in fresh.items()):
        return True
    if passages_differ(public):
        return True
    cited = {source["code"]: source for source in public["sources"]}
    return any(cited[one.code] != one.payload() for one in Source.objects.filter(code__in=cited))


def passages_differ(public: PagePayload) -> bool:
    shown: list[Any] = [block for block in public["blocks"] if block["kind"] == "passage"]
    slugs = [block["passage"] for block in shown]
    today = {one.slug: payload_of(one) for one in Passage.objects.filter(slug__in=slugs)}
    return any(today.get(block["passage"], block) != block for block in shown)


def dead_links() -> list[DeadLink]:
    """Links of published pages to addresses of this site that lead nowhere."""
    live = list(Publication.objects.live())
    there = {one.get_absolute_url() for one in live}
    return [
        DeadLink(one.page_id, one.menu_title, address)
        for one in live
        for address in sorted(set(addresses_in(one.payload)))
        if not leads_somewhere(address, there)
    ]


def addresses_in(value: Any, name: str = "") -> Iterator[str]:
    """Addresses of our own that stand anywhere in a payload, without what follows `#` or `?`."""
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from addresses_in(inner, part)
    elif isinstance(value, list):
        for inner in value:
            yield from addresses_in(inner, name)
    elif isinstance(value, str):
        yield from HREF.findall(value)
        if name in ADDRESSES and value.startswith("/"):
            yield re.split("[#?]", value)[0]


def leads_somewhere(address: str, there: set[str]) -> bool:
    """A page must be published, a file be there, any other address one that the site knows."""
    if address.strip("/").split("/")[0] in PUBLIC_SECTIONS and address.count("/") > 2:
        return address in there or address == "/treatments/compare/"
    if address.startswith(settings.STATIC_URL):
        return finders.find(address.removeprefix(settings.STATIC_URL)) is not None
    if address.startswith(settings.MEDIA_URL):
        return default_storage.exists(address.removeprefix(settings.MEDIA_URL))
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
