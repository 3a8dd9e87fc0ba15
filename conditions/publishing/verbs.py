"""Draft to publication. The only module that writes a `Publication`."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from clinic_site.permissions import require
from conditions.blocks.registry import BLOCK_OF_KIND, blocks_of, words_of
from conditions.links import without_bad_links
from conditions.models import GlossaryTerm, Page, Publication, Section, Stage
from conditions.payloads import (
    BlockPayload,
    PagePayload,
    StagePayload,
    StoredPayload,
    TermPayload,
    current_format,
    readable,
)
from conditions.prepared import keeping, menu
from conditions.prepared.making import prepare_at_once
from conditions.publishing.cited import sources_of, wrong_marks
from conditions.publishing.drafts import load_draft
from conditions.search import find
from conditions.terms import terms_on

COLUMNS = ("section", "slug", "menu_title", "stage", "ordering", "in_planner")


class WordsFromLists(TypedDict):
    """The parts of a payload that come from the site's lists."""

    glossary: list[TermPayload]
    terms: NotRequired[list[TermPayload]]
    stages: NotRequired[list[StagePayload]]


class CannotPublish(ValueError):
    """The draft is not ready, or the time is wrong; the message says what to do."""


class DraftMoved(CannotPublish):
    """Somebody changed the draft after it was previewed."""


def snapshot(page: Page) -> PagePayload:
    """The page as the public would read it: plain data, no model, the same for equal drafts."""
    blocks: list[BlockPayload] = [block.published() for block in blocks_of(page)]
    return {
        "format": current_format(),
        "section": page.section,
        "slug": page.slug,
        "title": page.title,
        "menu_title": page.menu_title,
        "lead": page.lead,
        "stage": page.stage.slug if page.stage else "",
        "ordering": page.ordering,
        "in_planner": page.in_planner,
        "key_facts": [{"label": f.label, "value": f.value} for f in page.key_facts.all()],
        "blocks": blocks,
        "sources": sources_of(page, blocks),
        **words_from_lists(page, blocks),
    }


def words_from_lists(page: Page, blocks: list[BlockPayload]) -> WordsFromLists:
    """What a page takes from the site's lists: its explained words; home also the journey."""
    terms = [term.payload() for term in GlossaryTerm.objects.all()]
    if page.section == Section.SITE and page.slug == "glossary":
        return {"glossary": [], "terms": terms}
    lists: WordsFromLists = {"glossary": terms_on(map(words_of, blocks), terms)}
    if page.section == Section.SITE and page.slug == "home":
        lists["stages"] = [{"slug": s.slug, "name": s.name} for s in Stage.objects.all()]
    return lists


def digest(payload: Mapping[str, Any]) -> str:
    """SHA-256 of a payload, as 64 hexadecimal digits."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def publish(
    *,
    page: Page,
    by: User,
    seen: str | None = None,
    live_from: datetime | None = None,
    at: datetime | None = None,
) -> Publication:
    """Make the draft what the public reads, now or from a later moment.

    `by` needs the permission `conditions.publish_page`. `seen` is the digest of what was
    previewed. Raises `CannotPublish`, `DraftMoved` or `PermissionDenied`.
    """
    require(by, "conditions.publish_page")
    publication = publish_draft(page=page, by=by, seen=seen, live_from=live_from, at=at)
    prepare_at_once(publication)
    return publication


@transaction.atomic
def publish_starter(*, page: Page, at: datetime | None = None) -> Publication:
    """Publish a page that came with the site: by nobody, and the history says so."""
    return publish_draft(page=page, by=None, seen=None, live_from=None, at=at)


def publish_draft(
    *,
    page: Page,
    by: User | None,
    seen: str | None,
    live_from: datetime | None,
    at: datetime | None,
) -> Publication:
    now = at or timezone.now()
    page = Page.objects.select_for_update().get(pk=page.pk)  # as it stands, and nobody saves it now
    payload = snapshot(page)
    if seen is not None and seen != digest(payload):
        raise DraftMoved("The draft has changed since you looked at it. Look at it once more.")
    check_ready(payload, page)
    if live_from is not None and live_from <= now:
        raise CannotPublish("This time has passed. Choose a later one, or publish now.")
    return write(page=page, payload=payload, by=by, at=now, live_from=live_from or now)


@transaction.atomic
def withdraw(*, page: Page, by: User, at: datetime | None = None) -> Publication:
    """Take a page away from the public: its address answers 410. Its history stays."""
    require(by, "conditions.publish_page")
    now = at or timezone.now()
    live = Publication.objects.live(now).filter(page=page).first()
    if live is None:
        raise CannotPublish("This page is not public.")
    if page.section == Section.SITE and page.slug == "home":
        raise CannotPublish("The home page cannot be withdrawn. Publish other words instead.")
    return write_again(live, payload={}, by=by, at=now)


@transaction.atomic
def cancel_schedule(*, page: Page, by: User, at: datetime | None = None) -> Publication:
    """Stop a version that waits for its time, by publishing once more what is live."""
    require(by, "conditions.publish_page")
    now = at or timezone.now()
    waiting = Publication.objects.filter(page=page).waiting(now).first()
    if waiting is None:
        raise CannotPublish("Nothing is scheduled.")
    live = Publication.objects.newest(now).filter(page=page).first()
    return write_again(live or waiting, payload=live.payload if live else {}, by=by, at=now)


def write_again(
    earlier: Publication, *, payload: StoredPayload, by: User, at: datetime
) -> Publication:
    """A new row at the address and place of an earlier one."""
    columns = {name: getattr(earlier, name) for name in COLUMNS}
    return write(page=earlier.page, payload=payload, by=by, at=at, live_from=at, columns=columns)


def write(
    *,
    page: Page,
    payload: StoredPayload,
    by: User | None,
    at: datetime,
    live_from: datetime,
    columns: dict[str, Any] | None = None,
) -> Publication:
    publication = Publication.objects.create(
        page=page,
        **(columns or {name: payload[name] for name in COLUMNS}),
        payload=payload,
        sha256=digest(payload),
        origin=Publication.Origin.STAFF if by else Publication.Origin.STARTER,
        published_by=by,
        published_at=at,
        live_from=live_from,
    )
    find.add(publication)
    menu.forget()
    if not payload:
        keeping.throw_away_earlier(publication)
    return publication


@transaction.atomic
def redact(
    *, publication: Publication, by: User, reason: str, at: datetime | None = None
) -> Publication:
    """Empty what was once published, such as a patient's name. Who, when and why stay.

    The one change of a publication that the database lets through.
    """
    require(by, "conditions.redact_publication")
    if not reason.strip():
        raise CannotPublish("Say why: the reason stays in the history.")
    models.QuerySet(Publication).filter(pk=publication.pk, redacted_at=None).update(
        payload={},
        redacted_by=by,
        redacted_at=at or timezone.now(),
        redaction_reason=reason.strip()[:200],
    )
    find.remove(publication)
    keeping.throw_away(publication)
    menu.forget()
    publication.refresh_from_db()
    return publication


@transaction.atomic
def restore(*, page: Page, publication: Publication, by: User) -> Page:
    """Load an old version into the draft, to be looked at and published like any other.

    Its words come back; its address and its place in menus stay as they are today.
    """
    require(by, "conditions.change_page")
    payload = readable(publication.payload)
    if payload is None:
        raise CannotPublish("This version is empty or was written by another software version.")
    load_draft(page=page, data={**without_bad_links(payload), **place_of(page)})
    Page.objects.filter(pk=page.pk).update(version=models.F("version") + 1, saved_by=by)
    page.refresh_from_db()
    return page


def place_of(page: Page) -> dict[str, Any]:
    stage = page.stage.slug if page.stage else ""
    return {"stage": stage, "ordering": page.ordering, "in_planner": page.in_planner}


def is_unpublished(page: Page) -> bool:
    """Whether the draft holds words that stand in no version of the page."""
    draft = snapshot(page)
    versions = Publication.objects.filter(page=page)
    if versions.filter(sha256=digest(draft)).exists():
        return False
    older = versions.exclude(payload={}).exclude(payload__format=draft["format"])
    return not any(says_the_same(version, draft) for version in older)


def says_the_same(publication: Publication, payload: PagePayload) -> bool:
    """Whether a version holds these words, whatever format it was written in."""
    return readable(publication.payload) == payload


def check_ready(payload: PagePayload, page: Page) -> None:
    """Refuse what must not be public; hints (`hints.py`) never refuse."""
    if not payload["blocks"] and "terms" not in payload:
        raise CannotPublish("The page is empty. Add at least one block of text.")
    for block in payload["blocks"]:
        kind = BLOCK_OF_KIND[block["kind"]]
        if missing := kind.missing_words(block):
            raise CannotPublish(missing)
    if wrong := wrong_marks(payload):
        raise CannotPublish(wrong)
    address = Publication.objects.newest().filter(section=payload["section"], slug=payload["slug"])
    if address.exclude(page=page).exclude(payload={}).exists():
        raise CannotPublish("Another published page has this address. Choose a different one.")
