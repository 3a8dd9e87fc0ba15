"""All kinds of block: every model of this folder that is a `PageBlock`, in the editor's order.

Nobody lists kinds by hand; whoever reads all of them asks here.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from content_editor.contents import contents_for_item

from conditions.blocks.kind import Kind, PageBlock, TextLine, plain_words, words_in
from conditions.models import Page
from conditions.payloads import BlockPayload

NO_KINDS = {"__init__", "kind", "lacking", "registry", "rich_text"}
FILES = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
KIND_FILES = [name for name in FILES if name not in NO_KINDS]

for name in KIND_FILES:
    import_module(f"conditions.blocks.{name}")

BLOCKS: list[type[PageBlock]] = sorted(
    PageBlock.__subclasses__(), key=lambda block: getattr(block, "place", 0)
)
BLOCK_OF_KIND = {getattr(block, "kind", block.__name__): block for block in BLOCKS}


def blocks_of(page: Page) -> list[Any]:
    """The page's blocks in their order: one query per kind."""
    return list(contents_for_item(page, plugins=BLOCKS))


def kind_of(block: Any) -> type[Kind] | None:
    """The kind of a published block; None where this software knows none of that name."""
    name = block.get("kind") if isinstance(block, dict) else None
    return BLOCK_OF_KIND.get(name) if isinstance(name, str) else None


def search_lines(block: BlockPayload) -> Iterator[TextLine]:
    """A published block line by line; a kind that is not known says nothing."""
    kind = kind_of(block)
    return kind.search_lines(block) if kind else iter(())


def words_of(block: BlockPayload) -> str:
    """All words of a published block, those it cites included, without markup."""
    kind = kind_of(block)
    return words_in(block, kind) if kind else plain_words(block)


def questions_in(blocks: list[BlockPayload]) -> list[str]:
    return [line for block in blocks if (kind := kind_of(block)) for line in kind.questions(block)]


def warnings_in(blocks: list[BlockPayload]) -> list[BlockPayload]:
    """The blocks that say when to seek help today."""
    return [block for block in blocks if (kind := kind_of(block)) and kind.is_warning(block)]


def claims_in(blocks: list[BlockPayload]) -> list[BlockPayload]:
    """The blocks whose numbers need a source."""
    return [block for block in blocks if (kind := kind_of(block)) and kind.makes_claims]


def editor_permissions() -> list[str]:
    """The codenames of what an editor may do with each kind."""
    return [f"{verb}_{b._meta.model_name}" for b in BLOCKS for verb in b.editor_may]
