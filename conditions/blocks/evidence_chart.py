"""Comparisons side by side on one scale: who did better, how sure that is, and who paid.

For writers: `rows` has a line for each comparison, its ten parts parted by semicolons:
name; people treated; people compared; blinded or open; who paid; difference; low; high;
published or computed; source code. The same in a starter file, as one text of several lines.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.payloads import BlockPayload

PARTS = (
    "name; people treated; people compared; blinded or open; who paid; difference; low; high; "
    "published or computed; source code"
)
EDGE, WIDE = 5, 90  # percent of the picture: what the numbers at the ends need, and the scale
STEPS = (1, 2, 5, 10, 20, 50, 100)
MOST_TICKS = 8  # as many numbers fit side by side on a small telephone


class EvidenceChartPayload(BlockPayload):
    """Each row is a line as it was typed, its source in brackets like any mark in a text."""

    title: str
    caption: str
    rows: list[str]
    scale_from: int
    scale_to: int
    mark: int | None
    mark_label: str
    better: str
    worse: str


class Row(NamedTuple):
    """`is_published`: the paper prints the range; otherwise we worked it out. `cited` is a mark of
    the source, empty where marks are not read."""

    name: str
    treated: int
    compared: int
    is_blinded: bool
    paid: str
    difference: float
    low: float
    high: float
    is_published: bool
    cited: str

    @property
    def people(self) -> int:
        return self.treated + self.compared

    @property
    def found(self) -> str:
        """The range in words, and where it comes from."""
        about = "" if self.is_published else "about "
        ends = f"{signed(self.low)} to {signed(self.high)}"
        if self.low < 0 < self.high:
            ends = f"{-self.low:g} worse to {self.high:g} better"
        return f"range {about}{ends}, {self.how_found}"

    @property
    def points(self) -> str:
        return signed(self.difference)

    @property
    def how_found(self) -> str:
        return "published" if self.is_published else "worked out by us"

    @property
    def line(self) -> str:
        numbers = [f"{n:g}" for n in (self.difference, self.low, self.high)]
        blinded = "blinded" if self.is_blinded else "open"
        known = "published" if self.is_published else "computed"
        people = [str(self.treated), str(self.compared)]
        return "; ".join([self.name, *people, blinded, self.paid, *numbers, known, self.cited])


class EvidenceChart(PageBlock):
    """Comparisons side by side on one scale, the blinded ones first."""

    kind = "evidence_chart"
    place = 75
    draft_fields = [
        "title",
        "caption",
        "rows",
        "scale_from",
        "scale_to",
        "mark",
        "mark_label",
        "better",
        "worse",
    ]
    Payload = EvidenceChartPayload
    parts: ClassVar = {
        "title": Part(label=""),
        "caption": Part(),
        "rows": Part(label=""),
        "scale_from": Part(Role.MARK),
        "scale_to": Part(Role.MARK),
        "mark": Part(Role.MARK),
        "mark_label": Part(),
        "better": Part(),
        "worse": Part(),
    }
    left_out: ClassVar = {"planner": NOT_IN_PLANNER}
    makes_claims = True
    draws_data = True

    title = models.CharField(max_length=120, help_text="What is compared, in which unit.")
    caption = models.CharField(max_length=300, help_text="What a reader must know to judge it.")
    rows = models.TextField("comparisons", help_text=f"One per line: {PARTS}.")
    scale_from = models.SmallIntegerField("scale from", default=-10)
    scale_to = models.SmallIntegerField("scale to", default=60)
    mark = models.SmallIntegerField(
        "dotted line at", null=True, blank=True, help_text="A difference that means something."
    )
    mark_label = models.CharField(
        "what the dotted line means", max_length=100, blank=True, help_text="Empty without a line."
    )
    better = models.CharField(
        "right of 0", max_length=60, help_text="Like: more relief after fusion."
    )
    worse = models.CharField(
        "left of 0", max_length=60, help_text="Like: more relief with other care."
    )

    class Meta(PageBlock.Meta):
        verbose_name = "evidence chart"
        constraints = [
            models.CheckConstraint(
                condition=Q(scale_from__lte=0, scale_to__gte=0, scale_from__lt=F("scale_to")),
                name="evidence_chart_scale_holds_zero",
                violation_error_message="The scale begins at 0 or below and ends above it.",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True)
                | Q(mark__gte=F("scale_from"), mark__lte=F("scale_to")),
                name="evidence_chart_line_is_on_its_scale",
                violation_error_message="The dotted line stands within the scale.",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True, mark_label="")
                | (Q(mark__isnull=False) & ~Q(mark_label="")),
                name="evidence_chart_line_has_its_words",
                violation_error_message="A dotted line and what it means go together.",
            ),
        ]

    def clean(self) -> None:
        problems = [problem for line in self.lines() if (problem := self.problem_of(line))]
        if problems:
            raise ValidationError({"rows": problems})

    def lines(self) -> list[str]:
        return [line.strip() for line in self.rows.splitlines() if line.strip()]

    def problem_of(self, line: str) -> str:
        try:
            row = read_row(line)
        except ValueError as problem:
            return f"“{line[:40]}”: {problem}"
        outside = [n for n in (row.low, row.high) if not self.scale_from <= n <= self.scale_to]
        return f"“{row.name}”: {signed(outside[0])} is outside the scale." if outside else ""

    def payload(self) -> EvidenceChartPayload:
        """What cannot be read stays as it was typed, and is not published."""
        rows = sorted(map(tidy_line, self.lines()), key=is_open)
        return {
            "kind": self.kind,
            "title": self.title,
            "caption": self.caption,
            "rows": rows,
            "scale_from": self.scale_from,
            "scale_to": self.scale_to,
            "mark": self.mark,
            "mark_label": self.mark_label,
            "better": self.better,
            "worse": self.worse,
        }

    @staticmethod
    def search_lines(block: EvidenceChartPayload) -> Iterator[TextLine]:
        yield TextLine(block["title"], level=3)
        ends = f"{signed(block['scale_from'])} ({block['worse']})"
        yield TextLine(
            f"{block['title']}: from {ends} to {block['scale_to']} ({block['better']}). "
            f"{block['caption']}"
        )
        for row in rows_of(block):
            yield TextLine(f"{block['title']}: {in_words(row)}")
        if block["mark"] is not None:
            yield TextLine(f"{signed(block['mark'])}: {block['mark_label']}", is_aside=True)

    @staticmethod
    def missing_words(block: EvidenceChartPayload) -> str:
        if block["rows"] and len(rows_of(block)) == len(block["rows"]):
            return ""
        return f"The chart “{block['title']}” has no comparison, or one that cannot be read."

    @staticmethod
    def specimens() -> list[EvidenceChartPayload]:
        rows = [
            "A blinded trial; 32; 31; blinded; two hospitals; 10; -3; 22; published; [R0]",
            "An open trial; 102; 46; open; the maker; 38.3; 29; 47; computed; [R0]",
            "Another open trial; 52; 51; open; the maker; 38.1; 28; 48; computed; [R0]",
        ]
        return [
            {
                "kind": "evidence_chart",
                "title": "How much more pain fell, in points of 100",
                "caption": "In open trials people knew what they had.",
                "rows": rows,
                "scale_from": -10,
                "scale_to": 60,
                "mark": 20,
                "mark_label": "a gain that people notice",
                "better": "better after fusion",
                "worse": "better with other care",
            }
        ]

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        """`drawn`: each row with the places of its signs; `ticks`: the numbers below."""

        def x(value: float) -> str:
            part = (value - block["scale_from"]) / (block["scale_to"] - block["scale_from"])
            return f"{EDGE + WIDE * part:.1f}%"

        rows = rows_of(block)
        drawn = [
            {"row": r, "low": x(r.low), "high": x(r.high), "at": x(r.difference)} for r in rows
        ]
        return {
            **block,
            "drawn": drawn,
            "zero": x(0),
            "mark_at": "" if block["mark"] is None else x(block["mark"]),
            "ticks": [(x(tick), signed(tick)) for tick in ticks_of(block)],
            "blinded": any(row.is_blinded for row in rows),
            "open": any(not row.is_blinded for row in rows),
            "published": any(row.is_published for row in rows),
            "computed": any(not row.is_published for row in rows),
        }

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """A payload has a list of rows; a file has their lines."""
        fields = super().fields_from(data)
        if isinstance(fields.get("rows"), list):
            fields["rows"] = "\n".join(
                line.replace("[", "").replace("]", "") for line in fields["rows"]
            )
        return fields


def read_row(line: str) -> Row:
    """A comparison out of its line. Raises `ValueError` that says which part is wrong."""
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != len(Row._fields):
        raise ValueError(f"write ten parts: {PARTS}.")
    treated, compared = (whole(part) for part in parts[1:3])
    difference, low, high = (number(part) for part in parts[5:8])
    if not low <= difference <= high:
        raise ValueError("the difference lies between low and high.")
    code = parts[9].strip("[]")
    return Row(
        name=parts[0],
        treated=treated,
        compared=compared,
        is_blinded=one_of(parts[3], "blinded", "open"),
        paid=parts[4],
        difference=difference,
        low=low,
        high=high,
        is_published=one_of(parts[8], "published", "computed"),
        cited=f"[{code}]" if code else "",
    )


def whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"“{text}” is no number of people.")
    return int(text)


def number(text: str) -> float:
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        raise ValueError(f"“{text}” is no number of points.") from None


def one_of(text: str, yes: str, no: str) -> bool:
    if text.lower() not in {yes, no}:
        raise ValueError(f"write {yes} or {no}, not “{text}”.")
    return text.lower() == yes


def tidy_line(line: str) -> str:
    try:
        return read_row(line).line
    except ValueError:
        return line


def is_open(line: str) -> bool:
    """Blinded comparisons come first: they say most."""
    try:
        return not read_row(line).is_blinded
    except ValueError:
        return True


def rows_of(block: Any) -> list[Row]:
    """The rows that can be read: all of them, once a chart is published."""
    rows = []
    for line in block["rows"]:
        try:
            rows.append(read_row(line))
        except ValueError:
            continue
    return rows


def in_words(row: Row) -> str:
    blinded = "blinded" if row.is_blinded else "open"
    return (
        f"{row.name} ({blinded}): {row.points} points, {row.found}. {row.people} people: "
        f"{row.treated} treated, {row.compared} compared. Who paid: {row.paid}."
    )


def signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def ticks_of(block: Any) -> list[int]:
    """Round numbers from end to end, few enough to stand side by side."""
    low, high = block["scale_from"], block["scale_to"]
    step = next((s for s in STEPS if (high - low) // s < MOST_TICKS), STEPS[-1])
    return [n for n in range(low, high + 1) if n % step == 0]
