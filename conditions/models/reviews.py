"""What a clinician must still check, and what she signed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conditions.models.pages import Page


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
