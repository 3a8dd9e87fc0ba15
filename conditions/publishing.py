"""Draft to publication. The only module that writes a `Publication`."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from conditions.blocks import blocks_of, words_of
from conditions.models import Page, Publication

FORMAT = 1


class CannotPublish(ValueError):
    """The draft is not ready; the message says in plain words what is missing."""


def snapshot(page: Page) -> dict[str, Any]:
    """The page as the public would read it: plain data, no model, the same for equal drafts."""
    return {
        "format": FORMAT,
        "section": page.section,
        "slug": page.slug,
        "title": page.title,
        "menu_title": page.menu_title,
        "lead": page.lead,
        "stage": page.stage,
        "ordering": page.ordering,
        "key_facts": list(page.key_facts.values("label", "value")),
        "blocks": [block.payload() for block in blocks_of(page)],
        "sources": [
            {"citation": c.source.citation, "url": c.source.url}
            for c in page.citations.select_related("source")
        ],
    }


def digest(payload: dict[str, Any]) -> str:
    """SHA-256 of a payload, as 64 hexadecimal digits."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def publish(*, page: Page, by: User | None, at: datetime | None = None) -> Publication:
    """Make the draft what the public reads from now on.

    `by` is the person who publishes and needs the permission `conditions.publish_page`; only
    the starter content is published by nobody. Raises `CannotPublish` or `PermissionDenied`.
    """
    if by is not None and not by.has_perm("conditions.publish_page"):
        raise PermissionDenied("You may not publish pages.")
    payload = snapshot(page)
    check_ready(payload)
    at = at or timezone.now()
    return Publication.objects.create(
        page=page,
        **{name: payload[name] for name in ("section", "slug", "menu_title", "stage", "ordering")},
        payload=payload,
        sha256=digest(payload),
        search_text=search_text(payload),
        origin=Publication.Origin.STAFF if by else Publication.Origin.STARTER,
        published_by=by,
        published_at=at,
        live_from=at,
    )


def check_ready(payload: dict[str, Any]) -> None:
    if not payload["blocks"]:
        raise CannotPublish("The page is empty. Add at least one block of text.")
    address = Publication.objects.live().filter(section=payload["section"], slug=payload["slug"])
    if address.exclude(page__section=payload["section"], page__slug=payload["slug"]).exists():
        raise CannotPublish("Another published page has this address.")


def search_text(payload: dict[str, Any]) -> str:
    facts = [f"{fact['label']} {fact['value']}" for fact in payload["key_facts"]]
    words = [words_of(block) for block in payload["blocks"]]
    return "\n".join([payload["title"], payload["lead"], *facts, *words])
