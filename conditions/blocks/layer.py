"""More about something, folded away: closed on screen, open on paper."""

from collections.abc import Iterator
from typing import ClassVar

from django.db import models

from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.blocks.rich_text import LAYER, prose_field, sanitised
from conditions.markup import read_lines
from conditions.payloads import BlockPayload


class LayerPayload(BlockPayload):
    heading: str
    html: str


class Layer(PageBlock):
    """More about something, for who wants it. Its words count for the search as all others do."""

    kind = "layer"
    place = 15
    draft_fields = ["heading", "html"]
    Payload = LayerPayload
    parts: ClassVar = {"heading": Part(label=""), "html": Part(Role.RICH, label="")}
    left_out: ClassVar = {"planner": NOT_IN_PLANNER}

    heading = models.CharField(
        max_length=80, help_text="What a reader gets who opens it: “How the trials were done”."
    )
    html = prose_field(LAYER, verbose_name="text")

    class Meta(PageBlock.Meta):
        verbose_name = "more, folded away"
        verbose_name_plural = "more, folded away"

    def payload(self) -> LayerPayload:
        return {"kind": self.kind, "heading": self.heading, "html": sanitised(self, "html")}

    @staticmethod
    def search_lines(block: LayerPayload) -> Iterator[TextLine]:
        yield TextLine(block["heading"], level=3)
        for line in read_lines(block["html"]):
            yield TextLine(line.text, line.level, needs_heading=not line.level)

    @staticmethod
    def missing_words(block: LayerPayload) -> str:
        if block["html"].strip():
            return ""
        return f"Nothing stands behind “{block['heading']}”. Write its text, or remove it."

    @staticmethod
    def specimens() -> list[LayerPayload]:
        html = "<p>What only some readers want to know.</p><h3>A heading</h3><p>And the rest.</p>"
        return [{"kind": "layer", "heading": "How the trials were done", "html": html}]
