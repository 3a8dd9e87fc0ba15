"""The files of an enquiry."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from clinic_site.sealing.fields import SealedTextField
from referrals.inspecting import findings, sniffing
from referrals.models.enquiries import Enquiry


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
    held_from = models.CharField(
        max_length=64, blank=True, help_text="Keyed digest of a network, while it is held."
    )
    letter_said = SealedTextField(
        null=True, help_text="What was read in it, while it is held. NULL: not read, or sent."
    )
    stored_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who of the rooms added it; NULL: the sender sent it.",
    )

    was_just_read = False  # in this request, for the form that it is held for

    class Meta:
        ordering = ["position", "stored_at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(enquiry__isnull=True) & ~Q(held_for="")
                | Q(enquiry__isnull=False, held_for=""),
                name="attachment_is_held_or_sent",
            ),
            models.CheckConstraint(
                condition=Q(enquiry__isnull=True) | Q(held_from=""),
                name="attachment_sent_forgets_its_network",
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
