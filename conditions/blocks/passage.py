"""Words that stand on several pages: chosen from their list, and frozen into each page.

A passage is shown, found and counted as what its shape says: a text, a care card or questions.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from django.db import models
from django.utils.html import escape

from conditions.blocks.care_card import CareCard
from conditions.blocks.checklist import Checklist
from conditions.blocks.kind import OF_ALL_KINDS, PageBlock, Part, Role, TextLine
from conditions.blocks.prose import Prose
from conditions.blocks.rich_text import cleaned_for
from conditions.markup import read_words
from conditions.models import Passage
from conditions.payloads import BlockPayload

CLEANED_AS: dict[str, type[PageBlock]] = {Passage.Shape.TEXT: Prose}
FROM_THE_LIST = ["shape", "level", "heading", "html", OF_ALL_KINDS]


class PassagePayload(BlockPayload):
    passage: str
    shape: str
    level: str
    heading: str
    html: str


class PassageBlock(PageBlock):
    """A passage where it stands on a page."""

    kind = "passage"
    place = 35
    draft_fields = ["passage"]
    Payload = PassagePayload
    parts: ClassVar = {
        "passage": Part(Role.MARK),
        "shape": Part(Role.MARK),
        "level": Part(Role.MARK),
        "heading": Part(label=""),
        "html": Part(Role.RICH, label=""),
    }
    from_lists = FROM_THE_LIST

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="uses")

    class Meta(PageBlock.Meta):
        verbose_name = "passage of several pages"
        verbose_name_plural = "passages of several pages"

    def payload(self) -> PassagePayload:
        return payload_of(self.passage)

    @staticmethod
    def search_lines(block: PassagePayload) -> Iterator[TextLine]:
        kind, shown = shown_as(block)
        return kind.search_lines(shown)

    @staticmethod
    def missing_words(block: PassagePayload) -> str:
        kind, shown = shown_as(block)
        if not block["html"].strip():
            return f"The passage “{block['passage']}” has no words."
        return kind.missing_words(shown)

    @staticmethod
    def specimens() -> list[PassagePayload]:
        text = "<p>Words that stand on several pages.</p>"
        asked = "<ul><li>What happens if I wait?</li><li>What can go wrong?</li></ul>"
        return [
            specimen("care", "emergency", "Call {emergency} now if:", "<ul><li>a sign</li></ul>"),
            specimen("text", "", "A heading", text),
            specimen("questions", "", "Questions to ask", asked),
        ]

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        kind, shown = shown_as(block)
        return {"template": kind.template(), "alone": [kind.prepared(shown)]}

    @staticmethod
    def is_warning(block: Any) -> bool:
        kind, shown = shown_as(block)
        return kind.is_warning(shown)

    @staticmethod
    def questions(block: Any) -> list[str]:
        kind, shown = shown_as(block)
        return kind.questions(shown)

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """A payload carries the words as they were; a file names the passage alone."""
        is_payload = "html" in data
        named = cast(Any, data) if is_payload else data["passage"]
        told = {} if is_payload or not data.get(OF_ALL_KINDS) else {OF_ALL_KINDS: data["instructs"]}
        return {"passage": Passage.of(named), **told}

    def as_data(self) -> dict[str, Any]:
        return {"passage": self.passage.slug}

    @classmethod
    def editor_options(cls) -> dict[str, Any]:
        """What it instructs about is said once, in the list."""
        return {"exclude": [OF_ALL_KINDS]}


def payload_of(passage: Passage) -> PassagePayload:
    """The words of today, cleaned as a block of its shape is."""
    field = CLEANED_AS.get(passage.shape, CareCard)._meta.get_field("html")
    words = {**passage.words(), "html": cleaned_for(field, passage.html)}
    return cast(PassagePayload, {"kind": PassageBlock.kind, **words})


def shown_as(block: Any) -> tuple[type[PageBlock], dict[str, Any]]:
    """The kind that a passage is shown as, and a payload of it."""
    heading, html = block.get("heading", ""), block.get("html", "")
    if block.get("shape") == Passage.Shape.CARE:
        level = block.get("level", "")
        return CareCard, {"kind": "care_card", "level": level, "heading": heading, "html": html}
    if block.get("shape") == Passage.Shape.QUESTIONS:
        items = read_words(html)
        asked = {"purpose": Checklist.Purpose.ASK.value, "heading": heading, "items": items}
        return Checklist, {"kind": "checklist", **asked}
    above = f"<h2>{escape(heading)}</h2>" if heading else ""
    return Prose, {"kind": "prose", "html": f"{above}{html}"}


def specimen(shape: str, level: str, heading: str, html: str) -> PassagePayload:
    words = {"shape": shape, "level": level, "heading": heading, "html": html}
    return cast(PassagePayload, {"kind": "passage", "passage": f"sample-{shape}", **words})
