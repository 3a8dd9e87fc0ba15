"""What is known of a stored file: when it was last proved, what is wrong with it, since when."""

from django.db import models
from django.db.models import Q

from referrals.models.attachments import Attachment


class FileProof(models.Model):
    """One row for each sent file that was looked at."""

    class Problem(models.TextChoices):
        MISSING = "missing", "gone"
        DAMAGED = "damaged", "damaged"

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, primary_key=True, related_name="proof"
    )
    looked_at = models.DateTimeField(help_text="When it was last read to its end, or missed.")
    problem = models.CharField(max_length=7, choices=Problem, blank=True)
    since = models.DateTimeField(null=True, help_text="When the problem was first seen.")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["since"], name="file_proof_bad", condition=~Q(problem="")),
            models.Index(fields=["looked_at"], name="file_proof_oldest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="", since__isnull=True)
                | Q(problem__in=["missing", "damaged"], since__isnull=False),
                name="file_proof_problem_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id}: {self.problem or 'as it was sent'}"
