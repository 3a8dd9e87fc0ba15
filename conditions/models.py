"""Pages as staff edit them, and publications as the public reads them."""

from typing import Any

from content_editor.models import Region
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone


class Section(models.TextChoices):
    """The first part of a page's address; pages of the site itself have fixed addresses."""

    CONDITIONS = "conditions", "Conditions"
    TREATMENTS = "treatments", "Treatments"
    GUIDES = "guides", "Guides"
    SITE = "site", "The site itself (home, team, glossary)"


SITE_PAGES = {
    "home": "conditions:home",
    "team": "conditions:team",
    "glossary": "conditions:glossary",
}
PUBLIC_SECTIONS = [Section.CONDITIONS, Section.TREATMENTS, Section.GUIDES]


def address_of(section: str, slug: str) -> str:
    """The public address of a page."""
    if section == Section.SITE:
        return reverse(SITE_PAGES.get(slug, "conditions:home"))
    return reverse("conditions:page", args=[section, slug])


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
    url = models.URLField(
        "DOI or address", blank=True, help_text="For example https://doi.org/10.14444/3028."
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.citation[:80]}"


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

    def payload(self) -> dict[str, Any]:
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


class Page(models.Model):
    """A draft. Nothing in it is public until `publishing.publish()` takes a snapshot."""

    section = models.CharField(max_length=12, choices=Section)
    slug = models.SlugField(
        "address", max_length=60, help_text="The last part of the page’s address."
    )
    title = models.CharField(
        max_length=65, help_text="The heading of the page: 65 letters at most."
    )
    menu_title = models.CharField(max_length=30, help_text="Its short name in menus.")
    lead = models.TextField(
        "introduction",
        max_length=320,
        help_text="Two sentences: what this is, and what the reader can do.",
    )
    stage = models.ForeignKey(
        Stage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Under which word of the menu it stands. Empty: it is in no menu.",
    )
    ordering = models.PositiveSmallIntegerField(
        "place in menus", default=100, help_text="Small numbers come first."
    )
    in_planner = models.BooleanField(
        "offered by the recovery planner",
        default=False,
        help_text="For a guide that holds recovery stages.",
    )
    sources = models.ManyToManyField(Source, through="Citation", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False
    )

    regions = [Region(key="main", title="The page")]

    class Meta:
        ordering = ["section", "ordering", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "slug"],
                name="page_address_is_unique",
                violation_error_message="Another page has this address already.",
            ),
            models.CheckConstraint(
                condition=~Q(section="site") | Q(slug__in=list(SITE_PAGES)),
                name="page_of_the_site_is_known",
                violation_error_message="Pages of the site itself are home, team and glossary.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of(self.section, self.slug)


class Citation(models.Model):
    """A source in a page's numbered list."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="uses")
    ordering = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordering", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "source"], name="source_cited_once_per_page")
        ]

    def __str__(self) -> str:
        return str(self.source)


class KeyFact(models.Model):
    """One cell of the tidy grid at the top of a page."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="key_facts")
    label = models.CharField(max_length=40)
    value = models.CharField(max_length=80)
    ordering = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordering", "pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class ReviewFact(models.Model):
    """A fact without a published source behind it: listed until a clinician signs it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="review_facts")
    text = models.TextField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False
    )
    signed_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "fact to be clinically reviewed"
        verbose_name_plural = "facts to be clinically reviewed"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_on__isnull=True)
                | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="review_fact_signed_by_somebody_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Review(models.Model):
    """A clinician read what was published and signed it, until a day."""

    publication = models.ForeignKey("Publication", on_delete=models.PROTECT, related_name="reviews")
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reviewer_name = models.CharField(max_length=120, help_text="As the public page says it.")
    reviewed_on = models.DateField()
    next_review_due = models.DateField()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("sign_review", "Can sign clinical reviews")]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_review_due__gt=F("reviewed_on")), name="review_is_due_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_name}, {self.reviewed_on}"


def later_decision() -> "PublicationQuerySet":
    """For a subquery: rows of the same page that were decided later and are in force no later."""
    return Publication.objects.filter(
        page=OuterRef("page"), pk__gt=OuterRef("pk"), live_from__lte=OuterRef("live_from")
    )


class PublicationQuerySet(models.QuerySet["Publication"]):
    def newest(self, at: Any = None) -> "PublicationQuerySet":
        """Of each page the newest row whose time has come, withdrawn ones included."""
        at = at or timezone.now()
        newer = Publication.objects.filter(
            page=OuterRef("page"), live_from__lte=at, pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(newer), live_from__lte=at)

    def live(self, at: Any = None) -> "PublicationQuerySet":
        """What the public reads."""
        return self.newest(at).exclude(payload={})

    def with_fate(self) -> "PublicationQuerySet":
        """Adds `was_replaced`: a later decision took effect before this one's time came."""
        return self.annotate(was_replaced=Exists(later_decision()))

    def waiting(self, at: Any = None) -> "PublicationQuerySet":
        """Scheduled versions that will go live if nothing else is decided."""
        return self.filter(~Exists(later_decision()), live_from__gt=at or timezone.now())

    def menu(self) -> "PublicationQuerySet":
        """All live pages without their text, but for the home page, whose payload says the order
        of the stages: one query."""
        fields = ("page_id", "section", "slug", "menu_title", "stage", "ordering", "in_planner")
        home = Case(When(section=Section.SITE, slug="home", then=F("payload")))
        return self.live().only(*fields).annotate(home_payload=home).order_by("ordering", "page_id")

    def with_lead(self) -> "PublicationQuerySet":
        """Live pages for a list: their title and introduction without the rest of their text."""
        words = {name: KT(f"payload__{name}") for name in ("title", "lead")}
        fields = ("section", "slug", "menu_title", "stage")
        return self.live().only(*fields).annotate(**words).order_by("ordering", "page_id")

    def with_review(self) -> "PublicationQuerySet":
        """Adds the page's latest review, which must be today's and is never frozen."""
        latest = Review.objects.filter(page=OuterRef("page")).order_by("-pk")
        fields = ["reviewer_name", "reviewed_on", "next_review_due", "publication_id"]
        return self.annotate(
            **{f"review_{name}": Subquery(latest.values(name)[:1]) for name in fields}
        )

    def update(self, **kwargs: Any) -> int:
        raise PermissionDenied("A publication is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("A publication is never deleted.")


class Publication(models.Model):
    """What a named person published, word for word. Written once: see `append_only`.

    An empty payload withdraws the page. Redaction, by an administrator, is the one change that
    the database lets through: it empties the payload and says who, when and why.
    """

    class Origin(models.TextChoices):
        STAFF = "staff", "Published by a person"
        STARTER = "starter", "Came with the software"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="publications")
    section = models.CharField(max_length=12, choices=Section)
    slug = models.SlugField(max_length=60)
    menu_title = models.CharField(max_length=30)
    stage = models.CharField(max_length=20, blank=True)
    ordering = models.PositiveSmallIntegerField()
    in_planner = models.BooleanField(default=False)
    payload = models.JSONField(help_text="The snapshot: see `publishing.snapshot`.")
    sha256 = models.CharField(
        max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}$", "64 hexadecimal digits.")]
    )
    search_text = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="publications"
    )
    published_at = models.DateTimeField()
    live_from = models.DateTimeField()
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="redactions"
    )
    redacted_at = models.DateTimeField(null=True)
    redaction_reason = models.CharField(max_length=200, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("publish_page", "Can publish, schedule and withdraw pages"),
            ("redact_publication", "Can redact what was published"),
        ]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["section", "slug", "-id"], name="publication_address"),
            models.Index(fields=["page", "-id"], name="publication_of_page"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="starter", published_by__isnull=True)
                | Q(origin="staff", published_by__isnull=False),
                name="publication_names_its_person",
            ),
            models.CheckConstraint(
                condition=Q(live_from__gte=F("published_at")),
                name="publication_is_not_live_before_it_was_published",
            ),
            models.CheckConstraint(
                condition=Q(redacted_at__isnull=True, redacted_by__isnull=True, redaction_reason="")
                | (
                    Q(redacted_at__isnull=False, redacted_by__isnull=False, payload={})
                    & ~Q(redaction_reason="")
                ),
                name="redaction_says_who_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu_title} ({self.published_at:%Y-%m-%d %H:%M})"

    def get_absolute_url(self) -> str:
        return address_of(self.section, self.slug)

    @property
    def is_withdrawal(self) -> bool:
        return self.payload == {} and self.redacted_at is None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("A publication is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("A publication is never deleted.")


# Blocks are models of this app too: Django must find them when it loads the models.
from conditions import blocks, feedback, releases  # noqa: E402, F401
