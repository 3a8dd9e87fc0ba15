"""Fills a draft from plain data: a starter file, or the payload of an old version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from conditions.blocks import BLOCK_OF_KIND, blocks_of
from conditions.models import Citation, KeyFact, Page, Source, Stage


@transaction.atomic
def load_draft(*, page: Page, data: Mapping[str, Any]) -> None:
    """Replace a page's words, key facts, blocks and sources by those of a payload or file."""
    names = ["title", "menu_title", "lead", "ordering", "in_planner"]
    for name in names:
        setattr(page, name, data.get(name, getattr(page, name)))
    page.stage = Stage.objects.filter(slug=data.get("stage", "")).first()
    page.full_clean()
    page.save(update_fields=[*names, "stage"])
    page.key_facts.all().delete()
    page.citations.all().delete()
    for block in blocks_of(page):
        block.delete()
    for place, fact in enumerate(data.get("key_facts", [])):
        KeyFact.objects.create(page=page, ordering=place, **fact)
    for place, source in enumerate(data.get("sources", [])):
        Citation.objects.create(page=page, source=Source.of(source), ordering=place)
    for place, block in enumerate(data["blocks"]):
        load_block(page=page, place=place, data=block)


def load_block(*, page: Page, place: int, data: Mapping[str, Any]) -> None:
    """Add one block at the given place. Raises `ValidationError` where a fact is missing."""
    kind: Any = BLOCK_OF_KIND[data["kind"]]
    fields = kind.fields_from(data)
    block = kind(parent=page, region="main", ordering=10 * (place + 1), **fields)
    block.full_clean()
    block.save(force_insert=True)
