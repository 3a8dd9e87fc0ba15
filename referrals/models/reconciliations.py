"""When all that came in was last counted and compared, and what did not agree."""

from django.db import models
from django.db.models import Q


class Reconciliation(models.Model):
    """The last count: one row. It holds references and numbers only, nothing of a person."""

    at = models.DateTimeField()
    counts = models.JSONField(default=dict, help_text="How many of what: `ledger.reconciling`.")
    differences = models.JSONField(default=list, help_text="Each with its kind, whose, and words.")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="reconciliation_is_one_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.differences)} differences"
