"""Addresses whose owner asked for no mail from us."""

from django.db import models


class NoMailAddress(models.Model):
    """One such address, as a keyed digest. Its owner pressed the button behind a mail's link."""

    digest = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["digest"], name="no_mail_address_once")]

    def __str__(self) -> str:
        return f"no mail since {self.since:%Y-%m-%d}"
