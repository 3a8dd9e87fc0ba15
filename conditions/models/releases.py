"""What came with the software, and what people decided about it. Each is decided once."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conditions.models.pages import Page


class StarterLoad(models.Model):
    """That this database has had its starter pages: they never come again. One row."""

    loaded_at = models.DateTimeField(null=True, help_text="Empty: before this was written down.")
    compared_at = models.DateTimeField(
        null=True, help_text="When it was noted which pieces this database had already."
    )

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="starter_load_is_one_row")]

    def __str__(self) -> str:
        return "starter pages"


class ReleaseDecision(models.Model):
    """What became of one piece of one release: a page, a glossary term, a source."""

    class Kind(models.TextChoices):
        PAGE = "page", "Page"
        STAGES = "stages", "Stage of the journey"
        SOURCES = "sources", "Source"
        GLOSSARY = "glossary", "Glossary term"
        PASSAGES = "passages", "Passage of several pages"
        SYNONYMS = "synonyms", "Words that mean the same"

    class Outcome(models.TextChoices):
        LOADED = "loaded", "Came with the site"
        TAKEN = "taken", "Taken"
        NOT_NEEDED = "not_needed", "Not needed"

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=200, help_text="Its name in the release, for ever.")
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome)
    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Wherever it is."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "sha256"], name="release_piece_is_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="loaded", by__isnull=True)
                | ~Q(outcome="loaded") & Q(by__isnull=False),
                name="release_decision_names_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_outcome_display()}"
