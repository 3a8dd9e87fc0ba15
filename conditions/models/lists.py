"""What pages share: stages, sources, explained words, passages, synonyms, pictures."""

from django.db import models
from django.db.models import Q
from django.utils.text import Truncator

from conditions.links import WebAddressField
from conditions.payloads import PassageWords, SourcePayload, TermPayload


class Stage(models.Model):
    """A step of the patient's way, such as “Understand”. Published with the home page."""

    name = models.CharField(max_length=20)
    slug = models.SlugField(max_length=20, unique=True)
    ordering = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordering", "pk"]
        verbose_name = "stage of the journey"
        verbose_name_plural = "stages of the journey"

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A published reference that pages cite."""

    code = models.SlugField(max_length=12, unique=True, help_text="Short and lasting, like R129.")
    citation = models.TextField(help_text="Authors, title, journal, year; pages.")
    url = WebAddressField(
        "DOI or address", blank=True, help_text="For example https://doi.org/10.14444/3028."
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {Truncator(self.citation).chars(80)}"

    def payload(self) -> SourcePayload:
        return {"code": self.code, "citation": self.citation, "url": self.url}

    @classmethod
    def of(cls, source: SourcePayload | str) -> "Source":
        """The source of a code, or of a payload that carries its words."""
        if isinstance(source, str):
            return cls.objects.get(code=source)
        words = {"citation": source["citation"], "url": source["url"]}
        return cls.objects.get_or_create(code=source["code"], defaults=words)[0]


class GlossaryTerm(models.Model):
    """A word that pages explain in place where they first use it."""

    term = models.CharField(max_length=60, unique=True)
    variants = models.CharField(
        max_length=200, blank=True, help_text="Other forms, separated by commas: ilia, iliac."
    )
    pronunciation = models.CharField(max_length=60, blank=True, help_text="Like ILL-ee-um.")
    definition = models.TextField(help_text="One or two short sentences.")

    class Meta:
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term

    def payload(self) -> TermPayload:
        return {
            "term": self.term,
            "variants": [v.strip() for v in self.variants.split(",") if v.strip()],
            "pronunciation": self.pronunciation,
            "definition": self.definition,
        }


class Instructs(models.TextChoices):
    """What words tell a person to do that a clinician must have signed before strangers read it."""

    MEDICINES = "medicines", "Medicines: what to take, change or stop"
    FASTING = "fasting", "Fasting: when to stop eating and drinking"
    DRIVING = "driving", "Driving: when to drive again"
    TRIAGE = "triage", "Triage: where to go, and how soon"


def instructs_field() -> "models.CharField[str, str]":
    """Empty in the database too, so that a release from before can add rows."""
    return models.CharField(
        "instructs about",
        max_length=10,
        choices=Instructs,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "Choose one where these words tell a person what to do. Until a clinician signs the "
            "page, the public site then says “Ring the rooms” in their place. An emergency card "
            "always shows."
        ),
    )


class Passage(models.Model):
    """Words that stand on several pages and exist once, such as the emergency card."""

    class Shape(models.TextChoices):
        TEXT = "text", "Text"
        CARE = "care", "Care card: what to do, and how fast"
        QUESTIONS = "questions", "Questions to ask"

    class Level(models.TextChoices):
        """As of a care card."""

        EMERGENCY = "emergency", "Emergency: call now"
        URGENT = "urgent", "Urgent: today"
        NON_URGENT = "non_urgent", "Not urgent: see a doctor"

    slug = models.SlugField(
        "name for files", max_length=40, unique=True, help_text="Lasting, like nurse-line."
    )
    name = models.CharField(max_length=60, help_text="What staff call it; readers never see it.")
    shape = models.CharField(max_length=9, choices=Shape, default=Shape.TEXT)
    level = models.CharField(
        max_length=10, choices=Level, blank=True, help_text="Of a care card: how urgent it is."
    )
    heading = models.CharField(
        max_length=90,
        blank=True,
        help_text="A text can do without. That of a care card ends with “if:”; {emergency} becomes "
        "the number.",
    )
    html = models.TextField("words", help_text="Questions are one list, a question an item.")
    instructs = instructs_field()

    class Meta:
        ordering = ["name", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shape="care", level__in=["emergency", "urgent", "non_urgent"])
                | Q(shape__in=["text", "questions"], level=""),
                name="passage_has_a_level_where_it_is_a_care_card",
                violation_error_message="A care card says how urgent it is; nothing else does.",
            ),
            models.CheckConstraint(
                condition=Q(shape="text") | ~Q(heading=""),
                name="passage_has_a_heading_where_it_is_no_text",
                violation_error_message="A care card and a list of questions need a heading.",
            ),
            models.CheckConstraint(
                condition=~Q(shape="care") | Q(heading__endswith="if:"),
                name="passage_of_care_ends_in_if",
                violation_error_message="End the heading of a care card with “if:”.",
            ),
            models.CheckConstraint(
                condition=~Q(html=""),
                name="passage_has_words",
                violation_error_message="Write the words of the passage.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def words(self) -> PassageWords:
        """As a page holds them. `html` is not yet cleaned: the block does it."""
        words: PassageWords = {
            "passage": self.slug,
            "shape": self.shape,
            "level": self.level,
            "heading": self.heading,
            "html": self.html,
        }
        return {**words, "instructs": self.instructs} if self.instructs else words

    @classmethod
    def of(cls, passage: PassageWords | str) -> "Passage":
        """The passage of a slug, or of a payload that carries its words."""
        if isinstance(passage, str):
            return cls.objects.get(slug=passage)
        words = {name: passage.get(name, "") for name in ("shape", "level", "heading", "html")}
        words |= {"name": passage["passage"], "instructs": passage.get("instructs", "")}
        return cls.objects.get_or_create(slug=passage["passage"], defaults=words)[0]


class Synonym(models.Model):
    """Words that mean the same to a search, and nothing more: they are never shown."""

    words = models.CharField(
        max_length=200,
        unique=True,
        help_text="Words that mean the same, separated by commas: keyhole, minimally invasive.",
    )

    class Meta:
        ordering = ["words"]
        verbose_name = "words that mean the same"
        verbose_name_plural = "words that mean the same"
        constraints = [
            models.CheckConstraint(
                condition=Q(words__contains=","),
                name="synonym_has_two_words",
                violation_error_message="Write two words or more, separated by commas.",
            )
        ]

    def __str__(self) -> str:
        return self.words

    def all(self) -> list[str]:
        return [word.strip() for word in self.words.split(",") if word.strip()]


class Image(models.Model):
    """An uploaded picture, re-encoded without metadata, in up to three widths."""

    title = models.CharField(max_length=80, help_text="For finding it again; not shown.")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    renditions = models.JSONField(editable=False, help_text="Name, width and height of each.")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title
