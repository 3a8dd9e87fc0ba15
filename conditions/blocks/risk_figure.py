"""A number of people out of a number of people."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NotRequired

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.models import Source
from conditions.payloads import BlockPayload, SourcePayload


class RiskFigurePayload(BlockPayload):
    group: str
    outcome: str
    others: str
    numerator: int
    denominator: int
    time_frame: str
    source: SourcePayload
    effect: NotRequired[str]


class RiskFigure(PageBlock):
    """A number of people out of a number of people, with its twin: “the others did not”."""

    class Effect(models.TextChoices):
        HARM = "harm", "Harm"
        BENEFIT = "benefit", "Benefit"

    kind = "risk_figure"
    place = 70
    draft_fields = [
        "group",
        "outcome",
        "others",
        "numerator",
        "denominator",
        "time_frame",
        "source",
        "effect",
    ]
    Payload = RiskFigurePayload
    parts: ClassVar = {
        "group": Part(),
        "outcome": Part(),
        "others": Part(),
        "numerator": Part(Role.MARK),
        "denominator": Part(Role.MARK),
        "time_frame": Part(),
        "source": Part(Role.CITED),
        "effect": Part(Role.MARK),
    }
    left_out: ClassVar = {
        "search": {
            "source": "A search answers with our words, not with names of authors.",
            "effect": "The outcome says it in words.",
        },
        "planner": NOT_IN_PLANNER,
    }
    makes_claims = True
    draws_data = True

    group = models.CharField(max_length=80, help_text="Who: people who had fusion.")
    outcome = models.CharField(max_length=120, help_text="What happened: had a good result.")
    others = models.CharField(max_length=120, help_text="The twin: did not have a good result.")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    time_frame = models.CharField(max_length=60, help_text="When: 6 months after surgery.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    effect = models.CharField(
        max_length=7,
        choices=Effect,
        blank=True,
        default="",
        db_default="",
        help_text="Whether the outcome is good or bad: each has its own signs in the picture.",
    )

    class Meta(PageBlock.Meta):
        verbose_name = "risk figure"
        constraints = [
            models.CheckConstraint(
                condition=Q(denominator__gt=0, numerator__lte=F("denominator")),
                name="risk_figure_is_a_part_of_its_whole",
                violation_error_message="The first number cannot be larger than the second.",
            )
        ]

    def payload(self) -> RiskFigurePayload:
        """Without an effect the payload is that of earlier versions, so that none seems changed."""
        figure: RiskFigurePayload = {
            "kind": self.kind,
            "group": self.group,
            "outcome": self.outcome,
            "others": self.others,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "time_frame": self.time_frame,
            "source": self.source.payload(),
        }
        return {**figure, "effect": self.effect} if self.effect else figure

    @staticmethod
    def search_lines(block: RiskFigurePayload) -> Iterator[TextLine]:
        part, whole = block["numerator"], block["denominator"]
        yield TextLine(
            f"{part} out of {whole} {block['group']} {block['outcome']}. "
            f"{whole - part} out of {whole} {block['others']}. ({block['time_frame']})"
        )

    @staticmethod
    def missing_words(block: RiskFigurePayload) -> str:
        return ""

    @staticmethod
    def specimens() -> list[RiskFigurePayload]:
        return [
            specimen("people with one treatment", 81, 100),
            specimen("people with another", 25, 100),
            specimen("people of a small study", 7, 40),
            specimen("people of a large study", 31, 1000),
            {**specimen("people after surgery", 3, 100), "effect": "harm"},
        ]

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        return {**block, "is_harm": block.get("effect") == cls.Effect.HARM}

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        fields = super().fields_from(data)
        return {**fields, "source": Source.of(data["source"])} if "source" in data else fields

    def as_data(self) -> dict[str, Any]:
        return {**super().as_data(), "source": self.source.code}


def specimen(group: str, numerator: int, denominator: int) -> RiskFigurePayload:
    citation = "Sample A, Sample B. A sample study. 2020."
    return {
        "kind": "risk_figure",
        "group": group,
        "outcome": "had a good result",
        "others": "did not have a good result",
        "numerator": numerator,
        "denominator": denominator,
        "time_frame": "6 months after",
        "source": {"code": "R0", "citation": citation, "url": "https://doi.org/10.1000/0"},
    }
