"""One step of a procedure."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models

from conditions.blocks.figure import Figure
from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.blocks.rich_text import SHORT_PROSE, prose_field, sanitised
from conditions.markup import read_words
from conditions.payloads import BlockPayload


class StepPayload(BlockPayload):
    heading: str
    html: str


class Step(PageBlock):
    """One step of a procedure. Steps that follow each other are numbered together."""

    kind = "step"
    place = 40
    draft_fields = ["heading", "html"]
    Payload = StepPayload
    parts: ClassVar = {"heading": Part(label=""), "html": Part(Role.RICH, label="")}
    left_out: ClassVar = {"planner": NOT_IN_PLANNER}

    heading = models.CharField(max_length=80)
    html = prose_field(SHORT_PROSE, verbose_name="text")

    class Meta(PageBlock.Meta):
        verbose_name = "step"

    def payload(self) -> StepPayload:
        return {"kind": self.kind, "heading": self.heading, "html": sanitised(self, "html")}

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        """`pictures` of the figures that stand behind it, each folded under its caption."""
        figures = [Figure.prepared(figure) for figure in block.get("figures", [])]
        pictures = [{"name": f["caption"], "alone": [{**f, "caption": ""}]} for f in figures]
        return {**super().prepared(block), "pictures": pictures}

    @staticmethod
    def search_lines(block: StepPayload) -> Iterator[TextLine]:
        yield TextLine(block["heading"], level=3)
        for words in read_words(block["html"]):
            yield TextLine(words, needs_heading=True)

    @staticmethod
    def missing_words(block: StepPayload) -> str:
        return ""

    @staticmethod
    def specimens() -> list[StepPayload]:
        return [
            {"kind": "step", "heading": "First step", "html": "<p>What happens first.</p>"},
            {"kind": "step", "heading": "Second step", "html": "<p>What happens next.</p>"},
        ]
