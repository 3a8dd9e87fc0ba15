"""What readers say of a page: for staff only, never published."""

from django.db import models

from clinic_site.sealing.fields import SealedTextField
from conditions.models.pages import Page


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
