"""Publications as the public reads them. Rows are only added."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from clinic_site.written_once import Given, WrittenOnce
from conditions.models.pages import Page, Section, address_of
from conditions.models.reviews import Review


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

    def menu(self, at: Any = None) -> "PublicationQuerySet":
        """All live pages without their text, but for the home page, whose payload says the order
        of the stages: one query."""
        fields = ("page_id", "section", "slug", "menu_title", "stage", "ordering", "in_planner")
        home = Case(When(section=Section.SITE, slug="home", then=F("payload")))
        return (
            self.live(at).only(*fields).annotate(home_payload=home).order_by("ordering", "page_id")
        )

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


_address = {name: Given(name, Publication._meta.get_field(name)) for name in ("section", "slug")}
_at = Given("at", Publication._meta.get_field("live_from"))
_at_address = WrittenOnce(lambda: at_address().defer("payload"))
_at_address_with_payload = WrittenOnce(lambda: at_address())
_menu = WrittenOnce(lambda: Publication.objects.menu(_at))


def at_address() -> PublicationQuerySet:
    return Publication.objects.newest(_at).filter(**_address).with_review().order_by("-pk")[:1]


def publication_at(*, section: str, slug: str, with_payload: bool) -> Publication | None:
    """What is in force at an address, `with_review`. For the most part nobody needs its payload."""
    asked = _at_address_with_payload if with_payload else _at_address
    found = asked.objects(section=section, slug=slug, at=timezone.now())
    return found[0] if found else None


def menu_now() -> list[Publication]:
    """The rows of `menu`."""
    return _menu.objects(at=timezone.now())
