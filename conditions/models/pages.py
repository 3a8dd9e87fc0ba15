"""Pages as staff edit them: nothing here is public."""

from functools import lru_cache

from content_editor.models import Region
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from conditions.models.lists import Source, Stage


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


@lru_cache(maxsize=1024)
def address_of(section: str, slug: str) -> str:
    """The public address of a page. Remembered: a menu asks for all of them at every page."""
    if section == Section.SITE:
        return reverse(SITE_PAGES.get(slug, "conditions:home"))
    return reverse("conditions:page", args=[section, slug])


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
