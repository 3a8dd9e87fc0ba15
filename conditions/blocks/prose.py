"""Running text with headings."""

from collections.abc import Iterator
from typing import ClassVar

from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.blocks.rich_text import PROSE, cleaned_for, prose_field, sanitised
from conditions.markup import read_lines
from conditions.payloads import BlockPayload


class ProsePayload(BlockPayload):
    html: str


class Prose(PageBlock):
    """Running text with headings."""

    kind = "prose"
    place = 10
    draft_fields = ["html"]
    Payload = ProsePayload
    parts: ClassVar = {"html": Part(Role.RICH, label="")}
    left_out: ClassVar = {"planner": NOT_IN_PLANNER}

    html = prose_field(PROSE, verbose_name="text")

    class Meta(PageBlock.Meta):
        verbose_name = "text"
        verbose_name_plural = "text"

    def payload(self) -> ProsePayload:
        return {"kind": self.kind, "html": sanitised(self, "html")}

    @staticmethod
    def search_lines(block: ProsePayload) -> Iterator[TextLine]:
        for line in read_lines(block["html"]):
            yield TextLine(
                line.text, line.level, anchor_words=line.markup, needs_heading=not line.level
            )

    @staticmethod
    def missing_words(block: ProsePayload) -> str:
        return ""

    @staticmethod
    def specimens() -> list[ProsePayload]:
        html = (
            '<h2>A second-level heading</h2><p>Running text with a <a href="#link">link</a>, '
            "<strong>strong words</strong>, a source [R0] and an explained word: the ilium.</p>"
            "<h3>A third-level heading</h3><ul><li>A point.</li><li>Another point.</li></ul>"
            "<ol><li>First.</li><li>Second.</li></ol>"
        )
        return [{"kind": "prose", "html": html}]


def cleaned(html: str) -> str:
    """Markup from elsewhere as running text takes it."""
    return cleaned_for(Prose._meta.get_field("html"), html)
