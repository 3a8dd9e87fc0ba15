"""What to do, and how fast, when something is wrong."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from conditions.blocks.kind import PageBlock, Part, Role, TextLine
from conditions.blocks.rich_text import SHORT_PROSE, prose_field, sanitised
from conditions.markup import read_words
from conditions.payloads import BlockPayload

# An urgent card that names us ends with what to do now: the rooms may be closed.
RINGS_US = re.compile(r"\brooms\b|\b(?:ring|call|phone|telephone) us\b", re.IGNORECASE)


class CareCardPayload(BlockPayload):
    level: str
    heading: str
    html: str


class CareCard(PageBlock):
    """What to do, and how fast, when something is wrong."""

    class Level(models.TextChoices):
        EMERGENCY = "emergency", "Emergency: call now"
        URGENT = "urgent", "Urgent: today"
        NON_URGENT = "non_urgent", "Not urgent: see a doctor"

    kind = "care_card"
    place = 30
    draft_fields = ["level", "heading", "html"]
    Payload = CareCardPayload
    parts: ClassVar = {
        "level": Part(Role.MARK),
        "heading": Part(label=""),
        "html": Part(Role.RICH, label=""),
    }
    left_out: ClassVar = {
        "search": {"level": "“Emergency” would find every page with a card."},
    }

    level = models.CharField(max_length=10, choices=Level)
    heading = models.CharField(
        max_length=90,
        help_text="One action, like “Call {emergency} now if:”. {emergency} becomes the number.",
    )
    html = prose_field(SHORT_PROSE, verbose_name="signs")

    class Meta(PageBlock.Meta):
        verbose_name = "care card"
        constraints = [
            models.CheckConstraint(
                condition=Q(heading__endswith="if:"),
                name="care_card_heading_ends_in_if",
                violation_error_message="End the heading with “if:”.",
            )
        ]

    def payload(self) -> CareCardPayload:
        return {
            "kind": self.kind,
            "level": self.level,
            "heading": self.heading,
            "html": sanitised(self, "html"),
        }

    @staticmethod
    def search_lines(block: CareCardPayload) -> Iterator[TextLine]:
        for words in read_words(block["html"]):
            yield TextLine(f"{block['heading']} {words}")

    @staticmethod
    def missing_words(block: CareCardPayload) -> str:
        return ""

    @staticmethod
    def specimens() -> list[CareCardPayload]:
        signs = "<ul><li>a first sign</li><li>a second sign, in a few words more</li></ul>"
        headings = {
            "emergency": "Call {emergency} now if:",
            "urgent": "Ring us today if:",
            "non_urgent": "See your GP if:",
        }
        return [
            {"kind": "care_card", "level": level, "heading": heading, "html": signs}
            for level, heading in headings.items()
        ]

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        is_urgent = block["level"] == CareCard.Level.URGENT
        rings = bool(RINGS_US.search(f"{block['heading']} {block['html']}"))
        return {**super().prepared(block), "says_to_ring": is_urgent and rings}

    @staticmethod
    def is_warning(block: Any) -> bool:
        return block.get("level") in (CareCard.Level.EMERGENCY, CareCard.Level.URGENT)
