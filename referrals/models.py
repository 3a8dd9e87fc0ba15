"""What came in, what happened to it, and who was told."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.urls import reverse

from referrals import findings, sniffing
from referrals.encryption import SealedDateField, SealedListField, SealedTextField


class Enquiry(models.Model):
    """Anything that came in. Holds every column of the inbox; the children hold the rest."""

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        REFERRAL = "referral", "Referral"

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        OPENED = "opened", "Opened"
        NEEDS_INFORMATION = "needs_info", "Needs information"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned with advice"
        FILED = "filed", "Filed"
        SPAM = "spam", "Suspected spam"

    class Outcome(models.TextChoices):
        IN_PRACTICE_SOFTWARE = "in_software", "In practice software"
        BOOKED = "booked", "Booked"
        DUPLICATE = "duplicate", "Duplicate"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ANSWERED = "answered", "Answered"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon"
        URGENT = "urgent", "Urgent"

    kind = models.CharField(max_length=8, choices=Kind)
    reference = models.CharField(max_length=13, unique=True)
    form_key = models.CharField(max_length=32, unique=True, help_text="One form, one enquiry.")
    receipt_token_hash = models.CharField(max_length=64, unique=True)
    status_token_hash = models.CharField(  # noqa: DJ001 - NULL, so that many may be revoked
        max_length=64, unique=True, null=True, help_text="Empty once the link was revoked."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    urgency = models.CharField(max_length=7, choices=Urgency, default=Urgency.ROUTINE)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True)
    consent_version = models.CharField(max_length=10)
    content_digest = models.CharField(
        max_length=64, blank=True, help_text="Keyed: tells a resent form from an edited one."
    )
    resend_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="edited_resends"
    )
    index_version = models.CharField(  # noqa: DJ001 - NULL: from before this column
        max_length=8, null=True, help_text="By which key and rules staff find the person."
    )
    spam_reasons = models.JSONField(default=list, help_text="Codes only: nothing that was typed.")
    sender_name = SealedTextField()
    sender_email = SealedTextField(blank=True)
    sender_phone = SealedTextField(blank=True)

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="enquiry_newest_first"),
            models.Index(fields=["index_version"], name="enquiry_index_version"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="received", opened_at__isnull=True)
                | Q(status="spam")
                | ~Q(status__in=["received", "spam"]) & Q(opened_at__isnull=False),
                name="enquiry_opened_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="filed", filed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status="filed") & Q(filed_at__isnull=True, outcome=""),
                name="enquiry_filed_has_time_and_outcome",
            ),
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
    """A doctor refers a patient: with a letter attached (quick), or by the form alone (full)."""

    class Mode(models.TextChoices):
        QUICK = "quick", "Letter attached"
        FULL = "full", "Full form"

    class ReferrerType(models.TextChoices):
        GP = "gp", "General practitioner"
        SPECIALIST = "specialist", "Specialist"
        NURSE_PRACTITIONER = "nurse", "Nurse practitioner"
        OTHER = "other", "Other"

    class Validity(models.TextChoices):
        THREE_MONTHS = "3", "3 months"
        TWELVE_MONTHS = "12", "12 months"
        INDEFINITE = "indefinite", "Indefinite"

    mode = models.CharField(max_length=5, choices=Mode, default=Mode.FULL)
    referrer_type = models.CharField(max_length=10, choices=ReferrerType, blank=True)
    validity = models.CharField(max_length=10, choices=Validity, blank=True)
    referral_date = models.DateField(null=True, help_text="As on the letter, else the day sent.")
    warnings = models.JSONField(default=list, help_text="Codes of what the sender was warned of.")
    patient_family_name = SealedTextField()
    patient_given_names = SealedTextField()
    patient_birth_date = SealedDateField()
    patient_phone = SealedTextField()
    patient_address = SealedTextField(blank=True)
    medicare_number = SealedTextField(blank=True)
    medicare_irn = SealedTextField(blank=True)
    dva_number = SealedTextField(blank=True)
    interpreter = SealedTextField(blank=True)
    reason = SealedTextField(blank=True)
    urgency_reason = SealedTextField(blank=True)
    history = SealedTextField(blank=True)
    treatments_tried = SealedTextField(blank=True)
    imaging = SealedTextField(blank=True)
    medicines = SealedTextField(blank=True)
    allergies = SealedTextField(blank=True)
    red_flags = SealedListField()
    practice_name = SealedTextField(blank=True)
    practice_address = SealedTextField(blank=True)
    copy_to = SealedTextField(blank=True)
    provider_number = SealedTextField()
    signed_name = SealedTextField()
    signed_at = models.DateTimeField()


class Attachment(models.Model):
    """A file in private storage, encrypted. Held for a form that is not sent yet, or sent."""

    class State(models.TextChoices):
        CLEAN = "clean", "Nothing suspicious found"
        COPY = "copy", "Shown as a harmless copy"
        QUARANTINED = "quarantined", "Set aside"
        WAITING = "waiting", "Not yet inspected"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enquiry = models.ForeignKey(
        Enquiry, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    held_for = models.CharField(max_length=32, blank=True, db_index=True, help_text="A form key.")
    position = models.PositiveSmallIntegerField()
    name = SealedTextField(help_text="As the sender named it: shown, never trusted.")
    content_type = models.CharField(max_length=100, help_text="As sniffed, never as claimed.")
    size = models.PositiveIntegerField(help_text="Bytes before encryption.")
    sha256 = models.CharField(max_length=64, help_text="Of the bytes before encryption.")
    state = models.CharField(max_length=11, choices=State, default=State.CLEAN)
    suspicions = models.JSONField(default=list, help_text="Codes of what was found: findings.py.")
    held_briefly = models.BooleanField(
        default=False, help_text="Came without a valid token: held for minutes, not a day."
    )
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "stored_at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(enquiry__isnull=True) & ~Q(held_for="")
                | Q(enquiry__isnull=False, held_for=""),
                name="attachment_is_held_or_sent",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
            models.CheckConstraint(
                condition=Q(state__in=["clean", "copy", "quarantined", "waiting"]),
                name="attachment_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["enquiry", "position"],
                condition=Q(enquiry__isnull=False),
                name="attachment_position_once_per_enquiry",
            ),
            models.UniqueConstraint(
                fields=["held_for", "sha256"],
                condition=~Q(held_for=""),
                name="attachment_held_once_per_form",
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.position}"

    def kind_in_words(self) -> str:
        """As people call it: “Word document”, never a name of 70 letters."""
        return sniffing.KINDS_IN_WORDS.get(self.content_type, "a file of another kind")

    def words_for_sender(self) -> str:
        """What the sender can mend, to stand after “File 2”; empty where there is nothing."""
        return findings.for_sender(self.suspicions)


class PersonIndex(models.Model):
    """A keyed digest by which staff find a person exactly. Reveals nothing without the key."""

    class Field(models.TextChoices):
        FAMILY_NAME = "family_name", "Family name"
        BIRTH_DATE = "birth_date", "Date of birth"
        PHONE = "phone", "Telephone"
        MEDICARE = "medicare", "Medicare number"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="person_index")
    field = models.CharField(max_length=11, choices=Field)
    key_version = models.CharField(max_length=8, help_text="By which key and rules it was made.")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["field", "digest"], name="person_index_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "field", "key_version", "digest"], name="person_index_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.field}"


class Event(models.Model):
    """One line of an enquiry's timeline. Written once: see `append_only`."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received and stored"
        OPENED = "opened", "Opened by staff"
        MAIL_RETRIED = "mail_retried", "Mail put back in the queue"
        MAIL_MOVED = "mail_moved", "Mail sent to the second address"
        MAIL_NOTED = "mail_noted", "Undelivered mail seen to"
        SUSPECTED = "suspected", "Suspected to be spam"
        NOT_SPAM = "not_spam", "Found not to be spam"
        SPAM = "spam", "Marked as spam"
        QUARANTINED = "quarantined", "A file was set aside"
        INSPECTED = "inspected", "A file was inspected"
        RESENT = "resent", "Sent again with changes"
        ASKED = "asked", "More information asked for"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned with advice"
        FILED = "filed", "Filed"
        REOPENED = "reopened", "Opened again"
        LINK_REVOKED = "link_revoked", "Status link revoked"

    DECISIONS = (Kind.ASKED, Kind.ACCEPTED, Kind.RETURNED, Kind.FILED)  # a reopening undoes them

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = SealedTextField(null=True, help_text="What staff wrote to the sender, or to each other.")

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
        RECEIPT = "receipt", "Acknowledgement, to the sender"
        STATUS = "status", "News of the referral, to the sender"
        TEST = "test", "Test message"
        STAFF_MAIL = "staff_mail", "Sign-in mail to staff"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Handed to the mail server"
        DEAD = "dead", "Could not be delivered"
        NOTED = "noted", "Could not be delivered; seen to"
        UNDONE = "undone", "Withdrawn before it was sent"

    enquiry = models.ForeignKey(
        Enquiry, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", help_text="What the news is."
    )
    stands_in_for = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="stand_in"
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
            models.Index(fields=["state", "created_at"], name="notification_by_state"),
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
                condition=Q(kind__in=["new_enquiry", "receipt", "status"], enquiry__isnull=False)
                | Q(kind__in=["test", "staff_mail"], enquiry__isnull=True),
                name="notification_of_an_enquiry_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="status", event__isnull=False)
                | ~Q(kind="status") & Q(event__isnull=True),
                name="notification_of_news_names_the_event",
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


from referrals import proofs  # noqa: E402, F401
