"""Starter pages: TOML files, loaded once and never over what staff have written.

A folder holds one file per page, and under `lists/` the stages, sources and glossary terms, and the
words of care cards that stand on several pages.
`write_all` writes the same format back.
"""

import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from django.db import transaction

from conditions.blocks import blocks_of
from conditions.drafts import load_draft
from conditions.models import GlossaryTerm, Page, ReviewFact, Source, Stage, Synonym
from conditions.publishing import publish

STARTER_DIR = Path(__file__).parent / "starter"
LISTS: dict[str, tuple[Any, str, list[str]]] = {
    "stages": (Stage, "slug", ["slug", "name", "ordering"]),
    "sources": (Source, "code", ["code", "citation", "url", "year"]),
    "glossary": (GlossaryTerm, "term", ["term", "variants", "pronunciation", "definition"]),
    "synonyms": (Synonym, "words", ["words"]),
}
LOADED_ONCE = {"synonyms"}  # staff rewrite whole rows, which would come back under their old words
PAGE_FIELDS = ["section", "slug", "title", "menu_title", "lead", "ordering", "in_planner"]


def load_all(*, folder: Path = STARTER_DIR) -> list[Page]:
    """Load and publish each page whose address is not taken. Returns the new pages.

    Words of lists that are already there stay as staff wrote them.
    """
    waiting = [read(path) for path in sorted(folder.glob("*.toml"))]
    taken = set(Page.objects.values_list("section", "slug"))
    waiting = [data for data in waiting if (data["section"], data["slug"]) not in taken]
    if not waiting:
        return []
    with transaction.atomic():
        for name in LISTS:
            load_list(name, folder / "lists" / f"{name}.toml")
        return [load_page(data) for data in waiting]


def read(path: Path) -> dict[str, Any]:
    """A file's data. A block that names a shared card has its words from `lists/cards.toml`.

    Raises `KeyError` for a card that is not there.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    blocks = data.get("blocks", [])
    if any("shared" in block for block in blocks):
        cards = tomllib.loads((path.parent / "lists" / "cards.toml").read_text(encoding="utf-8"))
        for block in blocks:
            if name := block.pop("shared", ""):
                block.update(cards[name])
    return data


def load_list(name: str, path: Path) -> None:
    model, key, _ = LISTS[name]
    if name in LOADED_ONCE and model.objects.exists():
        return
    known = set(model.objects.values_list(key, flat=True))
    for row in read(path).get(name, []) if path.exists() else []:
        if row[key] not in known:
            item = model(**row)
            item.full_clean()
            item.save(force_insert=True)


def load_page(data: dict[str, Any]) -> Page:
    page = Page(**{name: data[name] for name in PAGE_FIELDS if name in data})
    page.full_clean()
    page.save(force_insert=True)
    load_draft(page=page, data=data)
    for text in data.get("to_be_reviewed", []):
        ReviewFact.objects.create(page=page, text=text)
    publish(page=page, by=None)
    return page


def write_all(*, folder: Path) -> list[Path]:
    """Write every draft and list as files that `load_all` reads."""
    (folder / "lists").mkdir(parents=True, exist_ok=True)
    written = []
    for name, (model, _, fields) in LISTS.items():
        rows = [without_none(row) for row in model.objects.values(*fields)]
        written.append(write(folder / "lists" / f"{name}.toml", {name: rows}))
    for page in Page.objects.select_related("stage"):
        written.append(write(folder / f"{page.section}-{page.slug}.toml", page_data(page)))
    return written


def write(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(tomli_w.dumps(data, multiline_strings=True), encoding="utf-8")
    return path


def page_data(page: Page) -> dict[str, Any]:
    """A draft as its file holds it."""
    return {
        **{name: getattr(page, name) for name in PAGE_FIELDS},
        "stage": page.stage.slug if page.stage else "",
        "sources": [c.source.code for c in page.citations.select_related("source")],
        "to_be_reviewed": [fact.text for fact in page.review_facts.all()],
        "key_facts": list(page.key_facts.values("label", "value")),
        "blocks": [block_data(block) for block in blocks_of(page)],
    }


def block_data(block: Any) -> dict[str, Any]:
    data = {"kind": block.kind, **{name: getattr(block, name) for name in block.draft_fields}}
    if "source" in data:
        data["source"] = data["source"].code
    if data.get("image"):
        data["image_id"] = data["image"].pk
    data.pop("image", None)
    return without_none(data)


def without_none(data: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what is missing is left out."""
    return {name: value for name, value in data.items() if value is not None}
