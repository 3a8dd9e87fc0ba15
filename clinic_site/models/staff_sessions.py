"""Sessions of staff, and forms that arrived after a session had ended."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

from clinic_site.running.session_settings import IDLE, LONGEST
from clinic_site.sealing.fields import SealedTextField


class StaffSession(models.Model):
    """One session. The cookie's key is kept as its SHA-256 alone, so a copy opens nothing.

    A session that has ended keeps no data; for a few days the row still says whose it was.
    """

    class Why(models.TextChoices):
        IDLE = "idle", "nothing happened for too long"
        ABSOLUTE = "absolute", "the longest time was over"
        BY_HERSELF = "by_herself", "ended by its owner elsewhere"
        BY_COLLEAGUE = "by_colleague", "ended by a colleague"
        LEFT = "left", "her account was closed by a colleague"
        ACCOUNT = "account", "something about the account changed"
        UNREADABLE = "unreadable", "sealed with keys that are gone"

    key_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        help_text="Also of a login that waits for its code.",
    )
    with_code = models.BooleanField(default=False, help_text="Password and code were typed in it.")
    browser = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(help_text="Since the code: then the longest time begins.")
    last_used_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, db_index=True)
    ended_why = models.CharField(max_length=12, blank=True)
    data = SealedTextField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="", data__isnull=False)
                | (Q(ended_at__isnull=False, data__isnull=True) & ~Q(ended_why="")),
                name="session_that_ended_keeps_no_data",
            ),
            models.CheckConstraint(
                condition=Q(with_code=False) | Q(user__isnull=False),
                name="session_with_a_code_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    def over(self, at: datetime) -> "StaffSession.Why | None":
        """Why it may not go on at `at`, where its time is over."""
        if at - self.created_at >= LONGEST:
            return self.Why.ABSOLUTE
        if at - self.last_used_at >= IDLE:
            return self.Why.IDLE
        return None

    @staticmethod
    def hash_of(key: str | None) -> str:
        """Of a key of 165 random bits: nothing to guess, so no salt."""
        return hashlib.sha256((key or "").encode()).hexdigest()

    @classmethod
    def of_key(cls, key: str | None) -> "QuerySet[StaffSession]":
        """The row of a cookie, whether it goes on or has ended."""
        return cls.objects.filter(key_hash=cls.hash_of(key))

    @classmethod
    def alive(cls, at: datetime) -> "QuerySet[StaffSession]":
        """Those that go on at `at`."""
        return cls.objects.filter(
            ended_at=None,
            created_at__gt=at - LONGEST,
            last_used_at__gt=at - IDLE,
        )


class KeptForm(models.Model):
    """What somebody sent when her session had ended: hers alone, in one browser, for an hour."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kept_at = models.DateTimeField(db_index=True)
    path = SealedTextField(help_text="Where it was going, a path of this site.")
    fields = SealedTextField(help_text="Names and values in order, as a JSON list of pairs.")
    had_files = models.BooleanField(default=False, help_text="Files are not kept.")
    browser_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of the known browser’s number."
    )
    browser = models.CharField(max_length=60, blank=True, default="", help_text="In our words.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"form {self.pk}"
