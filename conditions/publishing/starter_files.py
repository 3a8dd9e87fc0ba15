"""Starter pages: TOML files, loaded once in the life of a database.

A folder holds one file per page, and under `lists/` the stages, sources and glossary terms, and the
passages that stand on several pages. `write_all` writes the same format back. What a
later release brings is offered (`offers.py`).
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w
from django.db import transaction
from django.utils import timezone

from conditions.blocks import blocks_of
from conditions.models import (
    GlossaryTerm,
    Page,
    Passage,
    ReleaseDecision,
    ReviewFact,
    Source,
    Stage,
    StarterLoad,
    Synonym,
)
from conditions.publishing.drafts import load_draft
from conditions.publishing.verbs import digest, publish_starter

STARTER_DIR = Path(__file__).parents[1] / "starter"
PASSAGE_FIELDS = ["slug", "name", "shape", "level", "heading", "html"]
LISTS: dict[str, tuple[Any, str, list[str]]] = {
    "stages": (Stage, "slug", ["slug", "name", "ordering"]),
    "sources": (Source, "code", ["code", "citation", "url", "year"]),
    "glossary": (GlossaryTerm, "term", ["term", "variants", "pronunciation", "definition"]),
    "passages": (Passage, "slug", [*PASSAGE_FIELDS, "instructs"]),
    "synonyms": (Synonym, "words", ["words"]),
}
LOADED_ONCE = {"synonyms"}  # staff rewrite whole rows, which would come back under their old words
PAGE_FIELDS = ["section", "slug", "title", "menu_title", "lead", "ordering", "in_planner"]


class Piece(NamedTuple):
    """A page or a row of a list as a release brings it. `key` stays when a clinic renames it."""

    kind: str
    key: str
    data: dict[str, Any]

    @property
    def sha256(self) -> str:
        return digest(self.data)


def pieces(folder: Path = STARTER_DIR) -> Iterator[Piece]:
    """All that the files hold, pages first."""
    for path in sorted(folder.glob("*.toml")):
        data = read_starter_file(path)
        yield Piece("page", f"{data['section']}/{data['slug']}", data)
    for name, (_, key, _) in LISTS.items():
        for row in rows_of(name, folder):
            yield Piece(name, row[key], row)


def rows_of(name: str, folder: Path = STARTER_DIR) -> list[dict[str, Any]]:
    path = folder / "lists" / f"{name}.toml"
    return read_starter_file(path).get(name, []) if path.exists() else []


@transaction.atomic
def load_all(*, folder: Path = STARTER_DIR) -> list[Page]:
    """Load and publish every page, in a database that never had any. Returns the new pages.

    That it was done is written down first, so of two processes one waits and then does nothing.
    """
    now = timezone.now()
    is_older = Page.objects.exists()
    marks = {"loaded_at": None, "compared_at": None} if is_older else {}
    new = {"loaded_at": now, "compared_at": now, **marks}
    _, is_first = StarterLoad.objects.get_or_create(pk=1, defaults=new)
    if is_older or not is_first:
        return []
    for name in LISTS:
        load_list(name, folder / "lists" / f"{name}.toml")
    pages = {p.key: load_page(p.data) for p in pieces(folder) if p.kind == "page"}
    note_loaded(list(pieces(folder)), pages)
    return list(pages.values())


def note_loaded(found: list[Piece], pages: dict[str, Page]) -> None:
    """Write down that these pieces are here, so that no release offers them again."""
    rows = [
        ReleaseDecision(
            kind=piece.kind,
            key=piece.key,
            sha256=piece.sha256,
            outcome=ReleaseDecision.Outcome.LOADED,
            page=pages.get(piece.key) if piece.kind == "page" else None,
            at=timezone.now(),
        )
        for piece in found
    ]
    ReleaseDecision.objects.bulk_create(rows, ignore_conflicts=True)  # what was decided stands


def read_starter_file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_list(name: str, path: Path) -> None:
    model, key, _ = LISTS[name]
    if name in LOADED_ONCE and model.objects.exists():
        return
    known = set(model.objects.values_list(key, flat=True))
    for row in read_starter_file(path).get(name, []) if path.exists() else []:
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
    publish_starter(page=page)
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
    told = {"instructs": block.instructs} if block.instructs else {}
    return without_none({"kind": block.kind, **block.as_data(), **told})


def without_none(data: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what is missing is left out."""
    return {name: value for name, value in data.items() if value is not None}
