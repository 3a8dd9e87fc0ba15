"""Fills a draft from plain data: a starter file, or the payload of an old version."""

from typing import Any

from django.db import transaction

from conditions.blocks import BLOCK_OF_KIND, blocks_of
from conditions.models import Citation, KeyFact, Page, Source, Stage


@transaction.atomic
def load_draft(*, page: Page, data: dict[str, Any]) -> None:
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
        Citation.objects.create(page=page, source=source_of(source), ordering=place)
    for place, block in enumerate(data["blocks"]):
        load_block(page=page, place=place, data=block)


def load_block(*, page: Page, place: int, data: dict[str, Any]) -> None:
    """Add one block at the given place. Raises `ValidationError` where a fact is missing."""
    kind = BLOCK_OF_KIND[data["kind"]]
    fields = {name: data[name] for name in kind.draft_fields if name in data}
    if "items" in data:
        fields["lines"] = "\n".join(data["items"])
    if "source" in fields:
        fields["source"] = source_of(fields["source"])
    if data.get("picture"):
        fields["illustration"] = data["picture"].get("illustration", "")
        fields["image_id"] = data["picture"].get("image")
    elif "image_id" in data:
        fields["image_id"] = data["image_id"]
    block = kind(parent=page, region="main", ordering=10 * (place + 1), **fields)
    block.full_clean()
    block.save(force_insert=True)


def source_of(source: dict[str, Any] | str) -> Source:
    """The source of a code, or of a payload that carries its words."""
    if isinstance(source, str):
        return Source.objects.get(code=source)
    words = {"citation": source["citation"], "url": source["url"]}
    return Source.objects.get_or_create(code=source["code"], defaults=words)[0]
