"""What came in, what happened to it, and who was told."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.urls import reverse

from referrals.encryption import SealedDateField, SealedListField, SealedTextField


class Enquiry(models.Model):
    """Anything that came in. Holds every column of the inbox; the children hold the rest."""

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        REFERRAL = "referral", "Referral"

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        OPENED = "opened", "Opened"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon"
        URGENT = "urgent", "Urgent"

    kind = models.CharField(max_length=8, choices=Kind)
    reference = models.CharField(max_length=13, unique=True)
    form_key = models.CharField(max_length=32, unique=True, help_text="One form, one enquiry.")
    receipt_token_hash = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.RECEIVED)
    urgency = models.CharField(max_length=7, choices=Urgency, default=Urgency.ROUTINE)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    consent_version = models.CharField(max_length=10)
    sender_name = SealedTextField()
    sender_email = SealedTextField(blank=True)
    sender_phone = SealedTextField(blank=True)

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["-received_at", "-id"], name="enquiry_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, status="received")
                | Q(opened_at__isnull=False, status="opened"),
                name="enquiry_opened_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_admin_url(self) -> str:
        return reverse("admin:referrals_enquiry_change", args=[self.pk])


class Message(Enquiry):
    """A member of the public writes to the rooms."""

    class Topic(models.TextChoices):
        APPOINTMENT = "appointment", "An appointment"
        REFERRAL = "referral", "A question about a referral"
        FEES = "fees", "Fees"
        OTHER = "other", "Something else"

    topic = models.CharField(max_length=12, choices=Topic)
    text = SealedTextField()


class Referral(Enquiry):
    """A doctor refers a patient."""

    patient_family_name = SealedTextField()
    patient_given_names = SealedTextField()
    patient_birth_date = SealedDateField()
    patient_phone = SealedTextField()
    medicare_number = SealedTextField(blank=True)
    reason = SealedTextField()
    red_flags = SealedListField()
    practice_name = SealedTextField(blank=True)
    provider_number = SealedTextField()
    signed_name = SealedTextField()
    signed_at = models.DateTimeField()


class Event(models.Model):
    """One line of an enquiry's timeline. Written once: see `append_only`."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received and stored"
        OPENED = "opened", "Opened by staff"
        MAIL_RETRIED = "mail_retried", "Mail put back in the queue"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a row that exists."""
        if not self._state.adding:
            raise PermissionDenied("A timeline is never changed.")
        super().save(*args, **kwargs)


class Notification(models.Model):
    """An intent to tell one recipient one thing. Its text is written at sending."""

    class Kind(models.TextChoices):
        NEW_ENQUIRY = "new_enquiry", "New enquiry, to the rooms"
        TEST = "test", "Test message"
        STAFF_MAIL = "staff_mail", "Sign-in mail to staff"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Handed to the mail server"
        DEAD = "dead", "Could not be delivered"

    enquiry = models.ForeignKey(
        Enquiry, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    recipient = SealedTextField()
    body = SealedTextField(blank=True, help_text="Only for staff mail, whose text cannot wait.")
    subject = SealedTextField(blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(
        max_length=80, blank=True, help_text="Kind of failure and code: never an address."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="notification_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["lease_until"], name="notification_leased", condition=Q(state="sending")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True, lease_token__isnull=True)),
                name="notification_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notification_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="new_enquiry", enquiry__isnull=False)
                | ~Q(kind="new_enquiry") & Q(enquiry__isnull=True),
                name="notification_of_an_enquiry_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class AccessLog(models.Model):
    """Who read what. Names the enquiry by reference, so that it outlives an erasure."""

    reference = models.CharField(max_length=13, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    action = models.CharField(max_length=12, default="view")

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.reference} {self.action}"


class MailHeartbeat(models.Model):
    """When a mail process last went round: one row."""

    beat_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mail_heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"{self.beat_at:%Y-%m-%d %H:%M:%S}"
