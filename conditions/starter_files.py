"""Starter pages: TOML files that are loaded once and never over what staff have written."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from conditions.blocks import BLOCKS
from conditions.models import Citation, KeyFact, Page, Source
from conditions.publishing import publish

STARTER_DIR = Path(__file__).parent / "starter"
PAGE_FIELDS = ["title", "menu_title", "lead", "stage", "ordering"]


def load_all(*, folder: Path = STARTER_DIR) -> list[Page]:
    """Load and publish each starter page whose address is not taken. Returns the new pages."""
    waiting = [read(path) for path in sorted(folder.glob("*.toml")) if path.stem != "sources"]
    taken = set(Page.objects.values_list("section", "slug"))
    waiting = [data for data in waiting if (data["section"], data["slug"]) not in taken]
    if not waiting:
        return []
    with transaction.atomic():
        load_sources(read(folder / "sources.toml")["sources"])
        return [load_page(data) for data in waiting]


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_sources(sources: list[dict[str, Any]]) -> None:
    """Add the sources that are not there yet."""
    Source.objects.bulk_create([Source(**source) for source in sources], ignore_conflicts=True)


def load_page(data: dict[str, Any]) -> Page:
    page = Page(
        section=data["section"],
        slug=data["slug"],
        to_be_reviewed=data.get("to_be_reviewed", []),
        **{name: data[name] for name in PAGE_FIELDS},
    )
    page.full_clean()
    page.save(force_insert=True)
    for place, fact in enumerate(data.get("key_facts", [])):
        KeyFact.objects.create(page=page, ordering=place, **fact)
    for place, code in enumerate(data.get("sources", [])):
        source = Source.objects.get(code=code)
        Citation.objects.create(page=page, source=source, ordering=place)
    for place, block in enumerate(data["blocks"]):
        load_block(page, place, block)
    publish(page=page, by=None)
    return page


def load_block(page: Page, place: int, data: dict[str, Any]) -> None:
    kinds = {kind.kind: kind for kind in BLOCKS}
    fields = {name: value for name, value in data.items() if name != "kind"}
    block = kinds[data["kind"]](parent=page, region="main", ordering=10 * (place + 1), **fields)
    block.full_clean()
    block.save(force_insert=True)
