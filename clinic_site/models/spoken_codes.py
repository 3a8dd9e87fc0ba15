"""A code that a colleague reads to somebody on the telephone, after her phone was lost."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic_site.models.staff_sessions import StaffSession

LASTS = timedelta(hours=24)


class SpokenCode(models.Model):
    """While there is one, her password alone connects no second factor. One for each account.

    Only a digest is kept, under SECRET_KEY: eight digits would be guessed from a plain one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    typed_in = models.CharField(
        max_length=64, blank=True, help_text="Hash of the key of the session it was typed in."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(digest=""), name="spoken_code_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"

    def is_old(self, at: datetime) -> bool:
        return at - self.made_at >= LASTS

    def fits(self, digits: str) -> bool:
        return constant_time_compare(self.digest, self.digest_of(self.user_id, digits))

    @staticmethod
    def digest_of(user_pk: int, digits: str) -> str:
        return salted_hmac("clinic_site.spoken_code", f"{user_pk} {digits}").hexdigest()

    @classmethod
    def is_awaited(cls, user_pk: int | None, session_key: str | None) -> bool:
        """Whether she was to hear a code, and has not typed it in this session."""
        of_hers = cls.objects.filter(user_id=user_pk)
        return of_hers.exclude(typed_in=StaffSession.hash_of(session_key)).exists()
