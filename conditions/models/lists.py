"""What pages share: stages, sources, explained words, synonyms, pictures."""

from django.db import models
from django.db.models import Q

from conditions.links import WebAddressField
from conditions.payloads import SourcePayload, TermPayload


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
        return f"{self.code}: {self.citation[:80]}"

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
