"""What readers say of a page: for staff only, never published."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from clinic_site.counting import count
from clinic_site.sealed_fields import SealedTextField
from conditions.models import Page

ANSWERS_PER_HOUR = 10


class Feedback(models.Model):
    """Yes or no, and at most one sentence, about the version that was live at the time."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField()
    sentence = SealedTextField(blank=True, help_text="May hold a patient’s words: sealed.")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "answer of a reader"
        verbose_name_plural = "answers of readers"
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.page}: {'helpful' if self.helpful else 'not helpful'}"


def answer(
    *, page: Page, helpful: bool, sentence: str = "", at: datetime | None = None
) -> Feedback:
    """Keep one reader's answer."""
    return Feedback.objects.create(
        page=page, helpful=helpful, sentence=sentence, at=at or timezone.now()
    )


def is_too_many(*, address: str, at: datetime | None = None) -> bool:
    """Count one more answer from a network address; True above ten in an hour.

    Where the address is unknown nobody is counted: all would wait for one.
    """
    if not address:
        return False
    at = at or timezone.now()
    return count(purpose="feedback", source=address, at=at) > ANSWERS_PER_HOUR
