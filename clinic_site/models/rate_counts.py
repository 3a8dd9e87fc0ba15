"""How often something came, for the limits."""

from django.db import models


class RateCount(models.Model):
    """How often something came from one source. The source is a keyed digest (`counting.py`)."""

    source = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True, help_text="Then the counting begins anew.")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source"], name="rate_count_once")]

    def __str__(self) -> str:
        return f"{self.number} until {self.ends_at:%Y-%m-%d %H:%M}"
