"""What was sent: an enquiry, and its two kinds."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from clinic_site.sealing.fields import SealedDateField, SealedListField, SealedTextField
from referrals.models import choices


class Enquiry(models.Model):
    """Anything that came in. Holds every column of the inbox; the children hold the rest."""

    Status = choices.Status

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        REFERRAL = "referral", "Referral"

    class Outcome(models.TextChoices):
        IN_PRACTICE_SOFTWARE = "in_software", "In practice software"
        BOOKED = "booked", "Booked"
        DUPLICATE = "duplicate", "Duplicate"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ANSWERED = "answered", "Answered"
        NOT_TAKEN = "not_taken", "Not taken on"
        NOT_REACHED = "not_reached", "Could not reach the patient"
        ELSEWHERE = "elsewhere", "Seen elsewhere"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon"
        URGENT = "urgent", "Urgent"

    class WayIn(models.TextChoices):
        WEB = "web", "By the website"
        FAX = "fax", "By fax"
        POST = "post", "By post"
        TELEPHONE = "telephone", "By telephone"
        HAND = "hand", "Brought in"

    kind = models.CharField(max_length=8, choices=Kind)
    reference = models.CharField(max_length=13, unique=True)
    form_key = models.CharField(max_length=32, unique=True, help_text="One form, one enquiry.")
    receipt_token_hash = models.CharField(max_length=64, unique=True)
    status_token_hash = models.CharField(  # noqa: DJ001 - NULL, so that many may be revoked
        max_length=64, unique=True, null=True, help_text="Empty once the link was revoked."
    )
    status = choices.ChoiceField(max_length=24, choices=Status, default=Status.RECEIVED)
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
    way_in = models.CharField(max_length=9, choices=WayIn, default=WayIn.WEB)
    is_red_flagged = models.BooleanField(
        default=False, help_text="An emergency sign was ticked: somebody rings at once."
    )
    first_rang_at = models.DateTimeField(null=True, help_text="The first call to either side.")
    accepted_at = models.DateTimeField(
        null=True, help_text="When it was accepted last: a visit is booked within some days."
    )
    needs_look = models.BooleanField(
        default=False, help_text="Unread again: an answer came, or a colleague asks for a look."
    )
    for_clinician = models.ForeignKey(
        "clinic_site.Clinician", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    remind_on = models.DateField(null=True, help_text="In the clinic’s time zone.")
    joined_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="joined_here",
        help_text="The one that the rooms go on with, where this is a duplicate.",
    )
    sender_name = SealedTextField()
    sender_email = SealedTextField(blank=True)
    sender_phone = SealedTextField(blank=True)

    # What its page has read once (inbox/enquiry_page.read_once), for all who ask while it is made.
    lines_read: "list[Any] | None" = None
    mails_read: "list[Any] | None" = None
    files_read: "list[Any] | None" = None
    takes_mail: bool | None = None

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view", "change")
        permissions = [
            ("erase_enquiry", "Can hold and erase enquiries, and sign the rule for it"),
            ("export_enquiry", "Can save lists of enquiries with details of people"),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="enquiry_newest_first"),
            models.Index(fields=["status", "received_at"], name="enquiry_by_state"),
            models.Index(fields=["index_version"], name="enquiry_index_version"),
            models.Index(
                fields=["received_at"], name="enquiry_unread_again", condition=Q(needs_look=True)
            ),
            models.Index(
                fields=["remind_on"], name="enquiry_remind", condition=Q(remind_on__isnull=False)
            ),
            # Few have any: the index of all rows says so to PostgreSQL and not to SQLite.
            models.Index(
                fields=["resend_of"], name="enquiry_resent", condition=Q(resend_of__isnull=False)
            ),
            models.Index(
                fields=["joined_to"], name="enquiry_joined", condition=Q(joined_to__isnull=False)
            ),
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
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True) | ~Q(joined_to=F("pk")),
                name="enquiry_not_joined_to_itself",
            ),
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True) | Q(outcome="duplicate"),
                name="enquiry_joined_is_a_duplicate",
            ),
            models.CheckConstraint(
                condition=Q(way_in__in=["web", "fax", "post", "telephone", "hand"]),
                name="enquiry_way_in_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_admin_url(self) -> str:
        return reverse("admin:referrals_enquiry_change", args=[self.pk])

    @property
    def is_report(self) -> bool:
        """Of a therapist on a patient whom a doctor referred: it is no referral itself."""
        is_referral = self.kind == self.Kind.REFERRAL
        return is_referral and Referral.REPORT in self.referral.warnings

    @property
    def called(self) -> str:
        """What pages, mails and PDFs call it."""
        return "Report" if self.is_report else str(self.get_kind_display())


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

    REPORT = "report"  # among `warnings`: a therapist's, on a patient whom a doctor referred

    class Mode(models.TextChoices):
        QUICK = "quick", "Letter attached"
        FULL = "full", "Full form"

    class ReferrerType(models.TextChoices):
        GP = "gp", "General practitioner"
        SPECIALIST = "specialist", "Specialist"
        NURSE_PRACTITIONER = "nurse", "Nurse practitioner"
        PHYSIOTHERAPIST = "physio", "Physiotherapist"
        HOSPITAL = "hospital", "Hospital doctor"
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
    sex_at_birth = SealedTextField(
        null=True, blank=True, help_text="In words, as the sender chose or wrote. NULL: not asked."
    )
    patient_phone = SealedTextField()
    patient_email = SealedTextField(
        null=True, blank=True, help_text="NULL: from before it was asked."
    )
    patient_agrees_mail = models.BooleanField(
        default=False, help_text="The doctor ticked that the patient agrees to mail from the rooms."
    )
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
    letter_flags = SealedListField(
        null=True, blank=True, help_text="Red flags in the letter: a code, “: ” and its words."
    )
    practice_name = SealedTextField(blank=True)
    practice_address = SealedTextField(blank=True)
    copy_to = SealedTextField(blank=True)
    provider_number = SealedTextField()
    signed_name = SealedTextField()
    signed_at = models.DateTimeField(
        null=True, help_text="NULL: it came on paper or by telephone, and staff typed it in."
    )
