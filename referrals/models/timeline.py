"""What happened to an enquiry, and who read it. Rows are only added."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from clinic_site.sealing.fields import SealedTextField
from referrals.models import choices
from referrals.models.enquiries import Enquiry


class Event(models.Model):
    """One line of an enquiry's timeline. Written once: see `append_only`."""

    Kind = choices.EventKind

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="events")
    kind = choices.ChoiceField(max_length=24, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = SealedTextField(null=True, help_text="What staff wrote to the sender, or to each other.")
    number = models.PositiveIntegerField(null=True, help_text="NULL: from before there were seals.")
    seal = models.CharField(  # noqa: DJ001 - NULL, as the number
        max_length=64, null=True, help_text="Keyed digest of this line and of the seal before it."
    )

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "number"],
                condition=Q(number__isnull=False),
                name="event_number_once_per_enquiry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("A timeline is never changed.")
        super().save(*args, **kwargs)


class AccessDay(models.Model):
    """The readings of one day, sealed when it is over. A seal takes in the one before it."""

    day = models.DateField(unique=True, help_text="Of the world’s clock (UTC).")
    readings = models.PositiveIntegerField()
    seal = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day}: {self.readings} readings"


class AccessLog(models.Model):
    """Who read what. Names the enquiry by reference, so that it outlives an erasure. Written once,
    as the timeline is: see `append_only`."""

    Action = choices.Access

    reference = models.CharField(max_length=13, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="NULL: whoever has the sender’s link, or the site’s own mail.",
    )
    at = models.DateTimeField()
    action = choices.ChoiceField(max_length=12, choices=Action, default=Action.VIEW)
    looked_for = models.CharField(
        max_length=160,
        blank=True,
        help_text="Keyed digests: the same for the same detail, and nothing of what was typed.",
    )

    class Meta:
        verbose_name = "reading"
        verbose_name_plural = "who read what"
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_log_newest_first"),
            models.Index(fields=["by", "-at", "-id"], name="access_log_of_one_person"),
            models.Index(fields=["looked_for"], name="access_log_look_ups"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=True, action__in=choices.BY_NOBODY_SIGNED_IN)
                | Q(by__isnull=False) & ~Q(action__in=choices.BY_NOBODY_SIGNED_IN),
                name="access_log_names_who_read",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("An access log is never changed.")
        super().save(*args, **kwargs)
