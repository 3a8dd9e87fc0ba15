"""What is known of a file since it was drawn: how many pages there are, or why there are none."""

from django.db import models
from django.db.models import Q

from referrals.models.attachments import Attachment


class DrawnFile(models.Model):
    """One row for each sent file that was drawn once. Holds no word of the file."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, primary_key=True, related_name="drawn"
    )
    pages = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=12, blank=True, help_text="A code: why it has no pages.")
    notes = models.JSONField(default=list, help_text="Codes of what its pages do not show.")
    drawn_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(pages__gt=0, why="") | Q(pages=0) & ~Q(why=""),
                name="drawn_file_has_pages_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id}: {self.why or self.pages}"
