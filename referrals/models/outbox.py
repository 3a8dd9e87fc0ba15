"""Mails that wait, went out or could not; and the beat of the mail process."""

from django.db import models
from django.db.models import Q

from clinic_site.sealing.fields import SealedTextField
from referrals.models.choices import ChoiceField
from referrals.models.enquiries import Enquiry
from referrals.models.timeline import Event

# Why a mail was not handed over: it would have been readable on its way, or by somebody else.
NOT_HIDDEN = {
    "SSLCertVerificationError": "The mail server’s certificate is not to be trusted",
    "SMTPNotSupportedError": "The mail server offers no encryption or no sign-in",
}
OF_NO_ENQUIRY = ["test", "staff_mail", "no_end"]
OF_AN_EVENT = ["status", "patient"]


class Notification(models.Model):
    """An intent to tell one recipient one thing. Its text is written at sending."""

    class Kind(models.TextChoices):
        NEW_ENQUIRY = "new_enquiry", "New enquiry, to the rooms"
        RECEIPT = "receipt", "Acknowledgement, to the sender"
        STATUS = "status", "News of the referral, to the sender"
        TEST = "test", "Test message"
        STAFF_MAIL = "staff_mail", "Sign-in mail to staff"
        LATE = "late", "Something is late, to the rooms"

        PATIENT = "patient", "News, to the patient"
        NO_END = "no_end", "What has no end after 30 days, to the rooms"
        ANSWER_CAME = "answer_came", "The sender answered, to the rooms"
        HANDED = "handed", "Handed on, to the colleague who has it now"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Handed to the mail server"
        DEAD = "dead", "Could not be delivered"
        NOTED = "noted", "Could not be delivered; seen to"
        UNDONE = "undone", "Withdrawn before it was sent"

    class Failure(models.TextChoices):
        REFUSED = "refused", "The address or the text was refused"
        SERVER = "server", "No mail server took it"
        UNWRITABLE = "unwritable", "It cannot be written"
        INTERRUPTED = "interrupted", "The mail process ended while sending"

    enquiry = models.ForeignKey(
        Enquiry, on_delete=models.PROTECT, null=True, related_name="notifications"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", help_text="What the news is."
    )
    stands_in_for = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="stand_in"
    )
    kind = ChoiceField(max_length=24, choices=Kind)
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
    may_have_left = models.BooleanField(
        default=False, help_text="A try ended without the server’s answer: it may have taken it."
    )
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=11, choices=Failure, blank=True)
    failures_in_a_row = models.PositiveSmallIntegerField(default=0, help_text="Of the same kind.")
    error = models.CharField(
        max_length=60, blank=True, help_text="Name of the last error: never its words."
    )
    smtp_code = models.PositiveSmallIntegerField(null=True)

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
                condition=Q(failure="", failures_in_a_row=0, error="", smtp_code__isnull=True)
                | ~Q(failure="") & Q(failures_in_a_row__gte=1),
                name="notification_failure_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(failure=""),
                name="notification_sent_has_no_failure",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_NO_ENQUIRY, enquiry__isnull=True)
                | ~Q(kind__in=OF_NO_ENQUIRY) & Q(enquiry__isnull=False),
                name="notification_of_an_enquiry_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_AN_EVENT, event__isnull=False)
                | ~Q(kind__in=OF_AN_EVENT) & Q(event__isnull=True),
                name="notification_of_news_names_the_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def last_error(self) -> str:
        """The last failure in words: its kind and code, never an address."""
        if self.failure == self.Failure.UNWRITABLE:
            return f"Cannot be written: {self.error} ({self.failures_in_a_row})"
        if self.failure == self.Failure.INTERRUPTED:
            return f"Process ended while sending ({self.failures_in_a_row})"
        if self.error in NOT_HIDDEN:
            return f"{NOT_HIDDEN[self.error]} ({self.error})"
        return f"{self.error} {self.smtp_code}" if self.smtp_code else self.error


class MailHeartbeat(models.Model):
    """When a mail process last went round: one row."""

    beat_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mail_heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"{self.beat_at:%Y-%m-%d %H:%M:%S}"


class MailHold(models.Model):
    """No mail leaves this site until somebody says so: after it was brought back from a backup or
    moved, what waits may have gone out already. One row; what it says of a hold that is over is
    kept until the next."""

    why = models.CharField(max_length=200)
    since = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_hold_is_one_row"),
            models.CheckConstraint(condition=~Q(why=""), name="mail_hold_says_why"),
        ]

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d %H:%M}"
