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
