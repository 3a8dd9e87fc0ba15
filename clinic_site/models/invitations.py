"""Links that go out by mail and let one person choose her password, once."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q, QuerySet


class AccountLink(models.Model):
    """An invitation, or the way back for a forgotten password.

    Of its token only a digest lies here: with 160 random bits there is nothing to guess, so no
    salt. The link counts only while the account has the address that it was sent to.
    """

    class Purpose(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "New password"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_to = models.EmailField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="links_made",
        help_text="Who invited; nobody where a person asked for herself.",
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="Also where a newer one came.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="account_link_one_open",
            ),
            models.CheckConstraint(
                condition=Q(purpose="invitation", made_by__isnull=False) | Q(purpose="reset"),
                name="account_link_says_who_invited",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="account_link_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="account_link_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} of account {self.user_id}"

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode(errors="replace")).hexdigest()

    @classmethod
    def open_ones(cls, user: User, *purposes: str) -> "QuerySet[AccountLink]":
        """Neither used nor withdrawn; their time may be over."""
        rows = cls.objects.filter(user=user, used_at=None, withdrawn_at=None)
        return rows.filter(purpose__in=purposes) if purposes else rows

    def is_over(self, at: datetime) -> bool:
        return at >= self.expires_at
