"""Pages as staff edit them, and publications as the public reads them."""

from typing import Any

from content_editor.models import Region
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone


class Section(models.TextChoices):
    """The first part of a page's address."""

    CONDITIONS = "conditions", "Conditions"
    TREATMENTS = "treatments", "Treatments"
    GUIDES = "guides", "Guides"


class Stage(models.TextChoices):
    """Where a patient is on the way; the order of the menu."""

    UNDERSTAND = "understand", "Understand"
    FIND_OUT = "find_out", "Find out"
    TREAT = "treat", "Treat"
    PREPARE = "prepare", "Prepare"
    RECOVER = "recover", "Recover"


class Source(models.Model):
    """A published reference that pages cite."""

    code = models.SlugField(max_length=12, unique=True, help_text="Short and lasting, like R129.")
    citation = models.TextField(help_text="Authors, title, journal, year; pages.")
    url = models.URLField(blank=True, help_text="The DOI's address where there is one.")
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.citation[:80]}"


class Page(models.Model):
    """A draft. Nothing in it is public until `publishing.publish()` takes a snapshot."""

    section = models.CharField(max_length=12, choices=Section)
    slug = models.SlugField(max_length=60)
    title = models.CharField(
        max_length=65, help_text="The heading of the page: 65 letters at most."
    )
    menu_title = models.CharField(max_length=30, help_text="Its short name in menus.")
    lead = models.TextField(
        max_length=320, help_text="Two sentences: what this is, and what the reader can do."
    )
    stage = models.CharField(max_length=12, choices=Stage)
    ordering = models.PositiveSmallIntegerField(default=0, help_text="Its place in menus.")
    sources = models.ManyToManyField(Source, through="Citation", blank=True)
    to_be_reviewed = models.JSONField(
        default=list, blank=True, help_text="Facts a clinician has not signed yet."
    )

    regions = [Region(key="main", title="The page")]

    class Meta:
        ordering = ["stage", "ordering", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "slug"],
                name="page_address_is_unique",
                violation_error_message="Another page has this address already.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("conditions:page", args=[self.section, self.slug])


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


class PublicationQuerySet(models.QuerySet["Publication"]):
    def live(self, at: Any = None) -> "PublicationQuerySet":
        """What the public reads: of each page the newest row whose time has come."""
        at = at or timezone.now()
        newer = Publication.objects.filter(
            page=OuterRef("page"), live_from__lte=at, pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(newer), live_from__lte=at)

    def menu(self) -> "list[Publication]":
        """All live pages without their text, in the order of menus: one query."""
        fields = ("section", "slug", "menu_title", "stage", "ordering")
        stages = Stage.values
        return sorted(
            self.live().only(*fields), key=lambda p: (stages.index(p.stage), p.ordering, p.pk)
        )

    def update(self, **kwargs: Any) -> int:
        raise PermissionDenied("A publication is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("A publication is never deleted.")


class Publication(models.Model):
    """What a named person published, word for word. Written once: see `append_only`."""

    class Origin(models.TextChoices):
        STAFF = "staff", "Published by a person"
        STARTER = "starter", "Came with the software"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="publications")
    section = models.CharField(max_length=12, choices=Section)
    slug = models.SlugField(max_length=60)
    menu_title = models.CharField(max_length=30)
    stage = models.CharField(max_length=12, choices=Stage)
    ordering = models.PositiveSmallIntegerField()
    payload = models.JSONField(help_text="The snapshot: see `publishing.snapshot`.")
    sha256 = models.CharField(max_length=64)
    search_text = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="publications"
    )
    published_at = models.DateTimeField()
    live_from = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [("publish_page", "Can publish pages")]
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
        ]

    def __str__(self) -> str:
        return f"{self.payload.get('title')} ({self.published_at:%Y-%m-%d %H:%M})"

    def get_absolute_url(self) -> str:
        return reverse("conditions:page", args=[self.section, self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("A publication is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("A publication is never deleted.")


# Blocks are models of this app too: Django must find them when it loads the models.
from conditions import blocks  # noqa: E402, F401
