"""Things to do, not to do, to bring or to ask."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.db import models

from conditions.blocks.kind import PageBlock, Part, Role, TextLine
from conditions.payloads import BlockPayload

BLANK = "__"  # a line with a blank to fill in is no question: it stays on its page


class ChecklistPayload(BlockPayload):
    purpose: str
    heading: str
    items: list[str]


class Checklist(PageBlock):
    """Things to do, not to do, to bring or to ask."""

    class Purpose(models.TextChoices):
        DO = "do", "Do"
        DONT = "dont", "Do not"
        BRING = "bring", "Bring"
        ASK = "ask", "Ask"

    kind = "checklist"
    place = 80
    draft_fields = ["purpose", "heading", "lines"]
    Payload = ChecklistPayload
    parts: ClassVar = {
        "purpose": Part(Role.MARK),
        "heading": Part(label=""),
        "items": Part(label=""),
    }
    left_out: ClassVar = {
        "search": {"purpose": "The heading says in words what the list is for."},
        "planner": {"heading": "The sheet of questions names the page they come from."},
    }

    purpose = models.CharField(max_length=5, choices=Purpose)
    heading = models.CharField(max_length=80)
    lines = models.TextField("items", help_text="One per line.")

    class Meta(PageBlock.Meta):
        verbose_name = "checklist"

    def payload(self) -> ChecklistPayload:
        items = [line.strip() for line in self.lines.splitlines() if line.strip()]
        return {
            "kind": self.kind,
            "purpose": self.purpose,
            "heading": self.heading,
            "items": items,
        }

    @staticmethod
    def search_lines(block: ChecklistPayload) -> Iterator[TextLine]:
        yield TextLine(block["heading"], level=3)
        for item in block["items"]:
            yield TextLine(f"{block['heading']}: {item}", below_heading=item)

    @staticmethod
    def missing_words(block: ChecklistPayload) -> str:
        return "" if block["items"] else f"The checklist “{block['heading']}” has no items."

    @staticmethod
    def specimens() -> list[ChecklistPayload]:
        items = ["A first line", "A second line"]
        return [
            {"kind": "checklist", "purpose": purpose, "heading": label, "items": items}
            for purpose, label in Checklist.Purpose.choices
        ]

    @staticmethod
    def questions(block: Any) -> list[str]:
        is_to_ask = block["purpose"] == Checklist.Purpose.ASK
        return [line for line in block["items"] if BLANK not in line] if is_to_ask else []

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """A payload has a list of items; a file has their lines."""
        fields = super().fields_from(data)
        return {**fields, "lines": "\n".join(data["items"])} if "items" in data else fields
