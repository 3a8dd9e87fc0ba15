"""How long what came in is kept, and what stays of it once it is erased. Rows are only added."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from referrals.models.enquiries import Enquiry

# Nothing may be kept for less than this. The reasons stand in `referrals/retention/kinds.py`.
FLOORS = {"spam_days": 30, "message_years": 1, "software_years": 2, "referral_years": 7}


def at_least(column: str, floor: int) -> Q:
    return Q((f"{column}__isnull", True)) | Q((f"{column}__gte", floor))


class WrittenOnce(models.Model):
    """A row that is never changed: the database refuses it too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionDenied("What was signed or erased is never changed.")
        super().save(*args, **kwargs)


class RetentionRule(WrittenOnce):
    """The clinic's rule as one administrator signed it. The newest one is in force.

    An empty column: things of this kind are never purged.
    """

    signed_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    spam_days = models.PositiveSmallIntegerField(null=True, help_text="After it was set aside.")
    message_years = models.PositiveSmallIntegerField(null=True, help_text="After it was filed.")
    software_years = models.PositiveSmallIntegerField(
        null=True, help_text="After the last contact, once it was seen in the practice software."
    )
    referral_years = models.PositiveSmallIntegerField(
        null=True, help_text="After the last contact, and to the 25th birthday."
    )
    seal = models.CharField(max_length=64, help_text="Keyed digest of what was signed.")

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        verbose_name = "rule on keeping"
        verbose_name_plural = "what is kept, and how long"
        constraints = [
            models.CheckConstraint(
                condition=at_least(column, floor), name=f"retention_{column}_not_below_floor"
            )
            for column, floor in FLOORS.items()
        ]

    def __str__(self) -> str:
        return f"signed on {self.signed_at:%Y-%m-%d}"


class Tombstone(WrittenOnce):
    """That there was an enquiry, and that it was erased. Nothing here leads to a person.

    The digests are of the keys of its form and its links, made with keys of their own: whoever
    comes back with one of those is told that nothing is kept, and nothing is stored twice.
    """

    class Why(models.TextChoices):
        RULE = "rule", "The clinic’s rule"
        REQUEST = "request", "Somebody asked"

    class RuleKind(models.TextChoices):
        SPAM = "spam", "Spam"
        MESSAGE = "message", "Message"
        SOFTWARE = "software", "Referral seen in the practice software"
        REFERRAL = "referral", "Referral"

    number = models.BigIntegerField(unique=True, help_text="The key that the enquiry had.")
    reference = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=8, choices=Enquiry.Kind)
    received_at = models.DateTimeField()
    erased_at = models.DateTimeField()
    copies_until = models.DateField(help_text="Until this day a backup may still hold it.")
    why = models.CharField(max_length=7, choices=Why)
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, null=True, related_name="+")
    rule_kind = models.CharField(max_length=8, choices=RuleKind, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lines = models.PositiveIntegerField(help_text="How many its timeline had.")
    last_seal = models.CharField(max_length=64, help_text="Of the last line of its timeline.")
    form_digest = models.CharField(max_length=64, unique=True)
    receipt_digest = models.CharField(max_length=64, unique=True)
    status_digest = models.CharField(  # noqa: DJ001 - NULL, so that many had no link
        max_length=64, unique=True, null=True, help_text="Empty where the link was switched off."
    )
    seal = models.CharField(max_length=64, help_text="Keyed digest of all above.")

    class Meta:
        ordering = ["-erased_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(why="rule", rule__isnull=False, asked_by__isnull=True, by__isnull=True)
                & ~Q(rule_kind="")
                | Q(why="request", rule__isnull=True, rule_kind="")
                & Q(asked_by__isnull=False, by__isnull=False),
                name="tombstone_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, erased"


class Leftover(models.Model):
    """What of an erased enquiry still has to leave the disk. Goes when that is gone."""

    class Kind(models.TextChoices):
        LETTER = "letter", "A sealed file"
        MAIL = "mail", "A mail that was written as a file"
        PAGES = "pages", "Pages of the database that its rows were on"

    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=120, help_text="A name that we gave: it says nothing.")
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="leftover_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class PurgeDay(models.Model):
    """The last day on which the purge was finished: one row."""

    day = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="purge_day_is_one_row")]

    def __str__(self) -> str:
        return f"{self.day}"
