"""Who rang whom and what came of it; and how a referral ended each time that it was filed.

Rows are only added: a slip is a further row that says which call did not happen.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from clinic_site.sealing.fields import SealedDateField
from referrals.models.choices import ChoiceField
from referrals.models.enquiries import Enquiry
from referrals.models.timeline import Event


class WrittenOnce(models.Model):
    """Refuses to change a row that exists; the database does too: see `append_only`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionDenied("What is written down here is never changed.")
        super().save(*args, **kwargs)


class Call(WrittenOnce):
    """One call, or, where it names another one, that the other was noted by mistake."""

    class Whom(models.TextChoices):
        PATIENT = "patient", "The patient"
        DOCTOR = "doctor", "The doctor"
        WRITER = "writer", "Whoever wrote"

    class Result(models.TextChoices):
        REACHED = "reached", "Reached"
        NO_ANSWER = "no_answer", "No answer"
        MESSAGE_LEFT = "message", "Left a message"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="calls")
    number = models.PositiveIntegerField(help_text="Of the enquiry: two presses are one call.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    whom = ChoiceField(max_length=12, choices=Whom)
    result = ChoiceField(max_length=12, choices=Result, blank=True)
    mistake = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back"
    )

    class Meta:
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "number"], name="call_number_once_per_enquiry"
            ),
            models.CheckConstraint(
                condition=Q(result="", mistake__isnull=False)
                | ~Q(result="") & Q(mistake__isnull=True),
                name="call_has_a_result_or_names_a_mistake",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.whom} {self.result or 'mistake'}"


class Ending(WrittenOnce):
    """What became of an enquiry at one filing: news of it stays true after it is opened again."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="ending")
    outcome = ChoiceField(max_length=11, choices=Enquiry.Outcome)
    booked_on = SealedDateField(null=True, help_text="The day of the visit, where it was given.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(booked_on__isnull=True) | Q(outcome="booked"),
                name="ending_with_a_day_is_booked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.outcome}"


class NamedDay(models.Model):
    """The last morning on which what has no end was named to the rooms: one row."""

    day = models.DateField(help_text="In the clinic’s time zone.")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="named_day_is_one_row")]

    def __str__(self) -> str:
        return f"{self.day}"
