"""The eight kinds of block a page is made of. Each says what goes into a publication."""

from functools import partial
from typing import Any, ClassVar

from content_editor.contents import contents_for_item
from content_editor.models import create_plugin_base
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django_prose_editor.fields import ProseEditorField, create_sanitizer

from conditions.illustrations import Picture, find_illustration
from conditions.links import clean_links, tidy
from conditions.models import Image, Page, Source
from conditions.pasting import as_meant

PROSE = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "HardBreak": True,
}
SHORT_PROSE = {name: PROSE[name] for name in PROSE if name != "Heading"}

Base: Any = create_plugin_base(Page)


class PageBlock(Base):
    """What all kinds share: in the editor a block is called by its first words."""

    class Meta(Base.Meta):
        abstract = True

    def __str__(self) -> str:
        return Truncator(words_of(self.payload())).words(8) or "Empty"


def prose_field(extensions: dict[str, Any], **kwargs: Any) -> ProseEditorField:
    """Rich text: made of our own elements first, then cleaned of all that is not allowed."""
    ours = partial(as_meant, headings="Heading" in extensions)
    return ProseEditorField(extensions=extensions, sanitize=[create_sanitizer, ours], **kwargs)


def sanitised(block: models.Model, name: str) -> str:
    """The rich text of a block, cleaned once more: rows may have been written past the form."""
    field = block._meta.get_field(name)
    return tidy(clean_links(field.sanitize(getattr(block, name))))  # type: ignore[union-attr]


def cleaned(html: str) -> str:
    """Markup from elsewhere as running text takes it."""
    field: Any = Prose._meta.get_field("html")
    return tidy(clean_links(field.sanitize(html)))


class Prose(PageBlock):
    """Running text with headings."""

    kind: ClassVar = "prose"
    draft_fields: ClassVar = ["html"]
    html = prose_field(PROSE, verbose_name="text")

    class Meta(PageBlock.Meta):
        verbose_name = "text"
        verbose_name_plural = "text"

    def payload(self) -> dict[str, Any]:
        return {"kind": self.kind, "html": sanitised(self, "html")}


class Figure(PageBlock):
    """A picture with the same story in words beside it."""

    kind: ClassVar = "figure"
    draft_fields: ClassVar = ["illustration", "image", "alt", "long_description", "caption"]
    illustration = models.CharField(max_length=60, blank=True, help_text="One of our own drawings…")
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, help_text="…or an uploaded picture."
    )
    alt = models.CharField(
        "short description", max_length=150, help_text="What a person who cannot see it must know."
    )
    long_description = models.TextField(help_text="The same story as the picture, in words.")
    caption = models.CharField(max_length=200, blank=True)

    class Meta(PageBlock.Meta):
        verbose_name = "figure"
        constraints = [
            models.CheckConstraint(
                condition=Q(illustration="", image__isnull=False)
                | (~Q(illustration="") & Q(image__isnull=True)),
                name="figure_has_one_picture",
                violation_error_message="Choose a drawing or an uploaded picture: one of the two.",
            )
        ]

    def clean(self) -> None:
        if self.illustration and find_illustration(self.illustration) is None:
            raise ValidationError({"illustration": "This drawing does not exist any more."})

    def payload(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "picture": self.picture(),
            "alt": self.alt,
            "long_description": self.long_description,
            "caption": self.caption,
        }

    def picture(self) -> Picture | None:
        """None when the drawing is gone; `publishing` then refuses."""
        if self.image is None:
            return find_illustration(self.illustration)
        return {
            "image": self.image.pk,
            "width": self.image.width,
            "height": self.image.height,
            "renditions": self.image.renditions,
        }


class CareCard(PageBlock):
    """What to do, and how fast, when something is wrong."""

    class Level(models.TextChoices):
        EMERGENCY = "emergency", "Emergency: call now"
        URGENT = "urgent", "Urgent: today"
        NON_URGENT = "non_urgent", "Not urgent: see a doctor"

    kind: ClassVar = "care_card"
    draft_fields: ClassVar = ["level", "heading", "html"]
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

    def payload(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "level": self.level,
            "heading": self.heading,
            "html": sanitised(self, "html"),
        }


class Step(PageBlock):
    """One step of a procedure. Steps that follow each other are numbered together."""

    kind: ClassVar = "step"
    draft_fields: ClassVar = ["heading", "html"]
    heading = models.CharField(max_length=80)
    html = prose_field(SHORT_PROSE, verbose_name="text")

    class Meta(PageBlock.Meta):
        verbose_name = "step"

    def payload(self) -> dict[str, Any]:
        return {"kind": self.kind, "heading": self.heading, "html": sanitised(self, "html")}


class RecoveryStage(PageBlock):
    """Some weeks of recovery. The planner turns them into dates."""

    kind: ClassVar = "recovery_stage"
    draft_fields: ClassVar = [
        "heading",
        "from_week",
        "to_week",
        "weight_bearing",
        "driving",
        "work",
        "can_do",
        "avoid",
    ]
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

    def payload(self) -> dict[str, Any]:
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


class TreatmentOption(PageBlock):
    """One choice among several: the same facts for each, none may be left out."""

    kind: ClassVar = "treatment_option"
    draft_fields: ClassVar = [
        "name",
        "what_it_is",
        "where",
        "relief",
        "benefits",
        "risks",
        "recovery",
        "evidence",
        "link",
    ]
    FACTS: ClassVar = ["what_it_is", "where", "relief", "benefits", "risks", "recovery", "evidence"]
    name = models.CharField(max_length=60)
    what_it_is = models.CharField(max_length=300)
    where = models.CharField("where, and anaesthetic", max_length=200)
    relief = models.CharField("how long relief may last", max_length=200)
    benefits = models.CharField("what it may bring", max_length=300)
    risks = models.CharField("what can go wrong", max_length=300)
    recovery = models.CharField("getting back to normal", max_length=200)
    evidence = models.CharField("how sure we are", max_length=300)
    link = models.CharField(
        max_length=120,
        blank=True,
        help_text="The page about it, like /treatments/steroid-injection/.",
    )

    class Meta(PageBlock.Meta):
        verbose_name = "treatment option"

    def payload(self) -> dict[str, Any]:
        facts = [
            {"label": str(self._meta.get_field(name).verbose_name), "text": getattr(self, name)}
            for name in self.FACTS
        ]
        return {
            "kind": self.kind,
            **{name: getattr(self, name) for name in self.draft_fields},
            "facts": facts,
        }


class RiskFigure(PageBlock):
    """A number of people out of a number of people, with its twin: “the others did not”."""

    kind: ClassVar = "risk_figure"
    draft_fields: ClassVar = [
        "group",
        "outcome",
        "others",
        "numerator",
        "denominator",
        "time_frame",
        "source",
    ]
    group = models.CharField(max_length=80, help_text="Who: people who had fusion.")
    outcome = models.CharField(max_length=120, help_text="What happened: had a good result.")
    others = models.CharField(max_length=120, help_text="The twin: did not have a good result.")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    time_frame = models.CharField(max_length=60, help_text="When: 6 months after surgery.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT)

    class Meta(PageBlock.Meta):
        verbose_name = "risk figure"
        constraints = [
            models.CheckConstraint(
                condition=Q(denominator__gt=0, numerator__lte=F("denominator")),
                name="risk_figure_is_a_part_of_its_whole",
                violation_error_message="The first number cannot be larger than the second.",
            )
        ]

    def payload(self) -> dict[str, Any]:
        names = [name for name in self.draft_fields if name != "source"]
        source = self.source
        return {
            "kind": self.kind,
            **{name: getattr(self, name) for name in names},
            "source": {"code": source.code, "citation": source.citation, "url": source.url},
        }


class Checklist(PageBlock):
    """Things to do, not to do, to bring or to ask."""

    class Purpose(models.TextChoices):
        DO = "do", "Do"
        DONT = "dont", "Do not"
        BRING = "bring", "Bring"
        ASK = "ask", "Ask"

    kind: ClassVar = "checklist"
    draft_fields: ClassVar = ["purpose", "heading", "lines"]
    purpose = models.CharField(max_length=5, choices=Purpose)
    heading = models.CharField(max_length=80)
    lines = models.TextField("items", help_text="One per line.")

    class Meta(PageBlock.Meta):
        verbose_name = "checklist"

    def payload(self) -> dict[str, Any]:
        items = [line.strip() for line in self.lines.splitlines() if line.strip()]
        return {
            "kind": self.kind,
            "purpose": self.purpose,
            "heading": self.heading,
            "items": items,
        }


BLOCKS: list[Any] = [
    Prose,
    Figure,
    CareCard,
    Step,
    RecoveryStage,
    TreatmentOption,
    RiskFigure,
    Checklist,
]
BLOCK_OF_KIND = {block.kind: block for block in BLOCKS}


def blocks_of(page: Page) -> list[Any]:
    """The page's blocks in their order: one query per kind."""
    return list(contents_for_item(page, plugins=BLOCKS))


def words_of(value: Any) -> str:
    """All words in a payload or a part of it, without markup and addresses."""
    if isinstance(value, dict):
        skipped = {"kind", "picture", "url", "link", "code", "level", "purpose"}
        return " ".join(words_of(part) for key, part in value.items() if key not in skipped)
    if isinstance(value, list):
        return " ".join(words_of(part) for part in value)
    return strip_tags(value.replace("<", " <")).strip() if isinstance(value, str) else ""
