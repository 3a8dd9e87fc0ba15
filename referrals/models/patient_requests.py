"""A patient asks to see, to correct or to erase what the rooms hold: who, what for, until when.

Who asks and what for is sealed. A request names enquiries by reference, so that it outlives the
erasure that it asked for. Each has lines that nobody can delete, so it cannot be deleted either.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.urls import reverse

from clinic_site.sealing.fields import SealedDateField, SealedTextField
from referrals.models import choices

DAYS_TO_ANSWER = 30


def a_person(**more: Any) -> Any:
    """Somebody of the rooms, who stays while anything names her."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more
    )


class PatientRequest(models.Model):
    """One request. Open until it has an outcome."""

    Wants = choices.Wants
    Outcome = choices.RequestOutcome

    class How(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        LETTER = "letter", "By letter"
        EMAIL = "email", "By email"
        IN_PERSON = "in_person", "In person"

    reference = models.CharField(max_length=13, unique=True)
    form_key = models.CharField(max_length=32, unique=True, help_text="One form, one request.")
    wants = choices.ChoiceField(max_length=12, choices=Wants)
    asked_on = models.DateField(help_text="In the clinic’s zone: the clock runs from this day.")
    how = models.CharField(max_length=9, choices=How)
    patient_family_name = SealedTextField()
    patient_given_names = SealedTextField()
    patient_birth_date = SealedDateField(null=True)
    patient_phone = SealedTextField(blank=True)
    contact = SealedTextField(blank=True, help_text="Where the answer goes.")
    asked_for_by = SealedTextField(blank=True, help_text="Who asks for the patient, and why.")
    is_wrong = SealedTextField(null=True)
    should_say = SealedTextField(null=True)
    note = SealedTextField(blank=True)
    noted_at = models.DateTimeField()
    noted_by = a_person()
    proof = SealedTextField(null=True, help_text="How staff made sure who asks.")
    proof_at = models.DateTimeField(null=True)
    proof_by = a_person(null=True)
    outcome = choices.ChoiceField(max_length=12, choices=Outcome, blank=True)
    answered_on = models.DateField(null=True, help_text="The day the patient got it, or was told.")
    ended_words = SealedTextField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = a_person(null=True)

    class Meta:
        verbose_name_plural = "patients’ requests"
        ordering = ["-asked_on", "-pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome="",
                    answered_on__isnull=True,
                    ended_at__isnull=True,
                    ended_by__isnull=True,
                    ended_words__isnull=True,
                )
                | Q(
                    answered_on__isnull=False,
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                )
                & ~Q(outcome=""),
                name="patient_request_ended_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(proof__isnull=True, proof_at__isnull=True, proof_by__isnull=True)
                | Q(proof__isnull=False, proof_at__isnull=False, proof_by__isnull=False),
                name="patient_request_proof_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(proof_at__isnull=False) | Q(outcome__in=["", "refused", "withdrawn"]),
                name="patient_request_met_after_proof",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | Q(ended_words__isnull=False),
                name="patient_request_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(wants="correct") | Q(is_wrong__isnull=False, should_say__isnull=False),
                name="patient_request_correction_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_on(self) -> date:
        return self.asked_on + timedelta(days=DAYS_TO_ANSWER)

    @property
    def is_open(self) -> bool:
        return self.outcome == ""

    def get_admin_url(self) -> str:
        return reverse("admin:referrals_patientrequest_change", args=[self.pk])


class RequestedEnquiry(models.Model):
    """An enquiry of the patient who asks, by its reference. Taken off, the row says so."""

    request = models.ForeignKey(PatientRequest, on_delete=models.PROTECT, related_name="enquiries")
    reference = models.CharField(max_length=13)
    tied_at = models.DateTimeField()
    tied_by = a_person()
    untied_at = models.DateTimeField(null=True)
    untied_by = a_person(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["request", "reference"],
                condition=Q(untied_at__isnull=True),
                name="requested_enquiry_once",
            ),
            models.CheckConstraint(
                condition=Q(untied_at__isnull=True, untied_by__isnull=True)
                | Q(untied_at__isnull=False, untied_by__isnull=False),
                name="requested_enquiry_untied_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.reference}"


class PatientRequestLine(models.Model):
    """What happened to a request. Written once, as a timeline is: see `append_only`."""

    Kind = choices.RequestLine

    request = models.ForeignKey(PatientRequest, on_delete=models.PROTECT, related_name="lines")
    kind = choices.ChoiceField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = a_person()
    note = SealedTextField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("What happened to a request is never changed.")
        super().save(*args, **kwargs)
