"""Some weeks of recovery."""

from collections.abc import Iterator
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from conditions.blocks.kind import PageBlock, Part, Role, TextLine
from conditions.blocks.rich_text import SHORT_PROSE, prose_field, sanitised
from conditions.markup import read_words
from conditions.payloads import BlockPayload

IN_THE_HEADING = "A number alone finds too much; headings and texts name the time in words."


class RecoveryStagePayload(BlockPayload):
    """Weeks count from the operation, which is in week 0; without `to_week` it goes on."""

    heading: str
    from_week: int
    to_week: int | None
    weight_bearing: str
    driving: str
    work: str
    can_do: str
    avoid: str


class RecoveryStage(PageBlock):
    """Some weeks of recovery. The planner turns them into dates."""

    kind = "recovery_stage"
    place = 50
    draft_fields = [
        "heading",
        "from_week",
        "to_week",
        "weight_bearing",
        "driving",
        "work",
        "can_do",
        "avoid",
    ]
    Payload = RecoveryStagePayload
    parts: ClassVar = {
        "heading": Part(label=""),
        "from_week": Part(Role.MARK),
        "to_week": Part(Role.MARK),
        "weight_bearing": Part(),
        "driving": Part(),
        "work": Part(),
        "can_do": Part(Role.RICH),
        "avoid": Part(Role.RICH),
    }
    left_out: ClassVar = {"search": {"from_week": IN_THE_HEADING, "to_week": IN_THE_HEADING}}
    draws_data = True

    heading = models.CharField(max_length=80)
    from_week = models.PositiveSmallIntegerField(help_text="0 is the week of the operation.")
    to_week = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: from then on."
    )
    weight_bearing = models.CharField(max_length=120)
    driving = models.CharField(max_length=200, blank=True)
    work = models.CharField(max_length=200, blank=True)
    can_do = prose_field(SHORT_PROSE, verbose_name="what you can do")
    avoid = prose_field(SHORT_PROSE, verbose_name="what to avoid")

    class Meta(PageBlock.Meta):
        verbose_name = "recovery stage"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_week__isnull=True) | Q(to_week__gt=F("from_week")),
                name="recovery_stage_ends_after_it_starts",
                violation_error_message="The stage must end after it starts.",
            )
        ]

    def payload(self) -> RecoveryStagePayload:
        return {
            "kind": self.kind,
            "heading": self.heading,
            "from_week": self.from_week,
            "to_week": self.to_week,
            "weight_bearing": self.weight_bearing,
            "driving": self.driving,
            "work": self.work,
            "can_do": sanitised(self, "can_do"),
            "avoid": sanitised(self, "avoid"),
        }

    @staticmethod
    def search_lines(block: RecoveryStagePayload) -> Iterator[TextLine]:
        yield TextLine(block["heading"], level=3)
        for label, words in facts_of(block):
            yield TextLine(f"{label}: {words}")
        for words in read_words(block["can_do"]):
            yield TextLine(f"What you can do: {words}")
        for words in read_words(block["avoid"]):
            yield TextLine(f"What to avoid: {words}")

    @staticmethod
    def missing_words(block: RecoveryStagePayload) -> str:
        return ""

    @staticmethod
    def specimens() -> list[RecoveryStagePayload]:
        return [
            specimen("The first weeks", 0, 4, driving="Not yet.", work="Not yet."),
            specimen("The next weeks", 4, 12, driving="Ask your surgeon."),
            specimen("Later", 12, None),
        ]


def facts_of(block: RecoveryStagePayload) -> list[tuple[str, str]]:
    """What is said of a stage in one line each: label and words, where there are words."""
    facts = [
        ("Weight on your leg", block["weight_bearing"]),
        ("Driving", block.get("driving", "")),
        ("Work", block.get("work", "")),
    ]
    return [(label, words) for label, words in facts if words]


def specimen(
    heading: str, first: int, last: int | None, *, driving: str = "", work: str = ""
) -> RecoveryStagePayload:
    return {
        "kind": "recovery_stage",
        "heading": heading,
        "from_week": first,
        "to_week": last,
        "weight_bearing": "Part of your weight.",
        "driving": driving,
        "work": work,
        "can_do": "<ul><li>Walk a little.</li><li>Rest often.</li></ul>",
        "avoid": "<ul><li>Twisting.</li></ul>",
    }
