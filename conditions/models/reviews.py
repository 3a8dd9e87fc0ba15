"""What a clinician must still check, and what she signed."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q

from conditions.models.pages import Page


class ReviewFact(models.Model):
    """A fact without a published source behind it: listed until a clinician signs it.

    What is signed stays, whoever asks; the database refuses too (0002_signed_facts_stay).
    """

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

    @property
    def is_signed(self) -> bool:
        return self.signed_on is not None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_where_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_where_signed()
        return super().delete(*args, **kwargs)

    def refuse_where_signed(self) -> None:
        """Asks the database: it may have been signed since this row was read."""
        if ReviewFact.objects.filter(pk=self.pk).exclude(signed_on=None).exists():
            raise PermissionDenied("A clinician has signed this fact: it stays as it was signed.")


class FactDecision(models.Model):
    """What a clinician said of a fact: it stands, it must say something else, or it goes.

    Written once, whoever asks; the newest of a fact counts. What is agreed to is signed as well.
    """

    class Decision(models.TextChoices):
        AGREE = "agree", "Agreed"
        CHANGE = "change", "To be changed"
        REMOVE = "remove", "To be removed"

    fact = models.ForeignKey(ReviewFact, on_delete=models.PROTECT, related_name="decisions")
    text = models.TextField(help_text="The fact as it was read.")
    decision = models.CharField(max_length=6, choices=Decision)
    words = models.TextField(blank=True, help_text="What it has to say, or why it goes.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["agree", "change", "remove"]),
                name="fact_decision_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(decision="change") | ~Q(words=""),
                name="fact_decision_says_what_to_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionDenied("What a clinician decided is never changed: decide once more.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("What a clinician decided stays.")


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
