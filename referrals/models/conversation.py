"""What the rooms write to whoever sent an enquiry, what comes back, and texts that recur."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from clinic_site.sealing.fields import SealedTextField
from referrals.identifiers import dialled, phone_numbers
from referrals.models.enquiries import Enquiry
from referrals.models.timeline import Event

LINK_LASTS = timedelta(days=30)
MOST_WRONG_TRIES = 5


class Answer(models.Model):
    """Words of the rooms to the sender, read by a link that a mail brings.

    The link's token is made from `link_key` and kept nowhere. A new link takes the old one's place.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="answers")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="answer")
    linked_by = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", help_text="The newest link."
    )
    words = SealedTextField()
    link_key = models.CharField(max_length=32, help_text="Opens nothing without the site’s keys.")
    token_hash = models.CharField(max_length=64, unique=True)
    written_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    is_in_mail = models.BooleanField(default=False, help_text="The mail itself repeats the words.")

    class Meta:
        ordering = ["written_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("written_at")),
                name="answer_expires_after_it_was_written",
            ),
            models.CheckConstraint(
                condition=Q(wrong_tries__lte=MOST_WRONG_TRIES),
                name="answer_closes_after_wrong_tries",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def is_closed(self) -> bool:
        """By too many wrong dates of birth, or wrong last digits of a telephone number."""
        return self.wrong_tries >= MOST_WRONG_TRIES

    @property
    def is_senders(self) -> bool:
        """Opened by the sender from the status page: there are no words of the rooms."""
        return not self.words

    @property
    def asks_for(self) -> str:
        """What the page asks before it shows the words: a fact that the link does not tell.
        Empty where there is none: then it shows no words at all."""
        if self.enquiry.kind == Enquiry.Kind.REFERRAL:
            return "birth_date" if self.enquiry.referral.patient_birth_date else ""
        if self.last_digits:
            return "phone"
        # A name is too easily guessed to show words of the rooms for it.
        return "name" if self.is_senders and plain_name(self.enquiry.sender_name) else ""

    @property
    def last_digits(self) -> list[str]:
        """The last four of each telephone number that the sender gave, without an extension and
        with it: nobody says which of them counts."""
        numbers = phone_numbers(self.enquiry.sender_phone) or [self.enquiry.sender_phone]
        digits = ["".join(c for c in number if c.isdecimal()) for number in numbers]
        digits += [dialled(number) for number in numbers]
        return [number[-4:] for number in digits if len(number) >= 4]

    def is_right(self, given: str) -> bool:
        """Whether that is the date of birth as YYYY-MM-DD, the last four digits, or the name."""
        if self.asks_for == "birth_date":
            right = [str(self.enquiry.referral.patient_birth_date)]
        elif self.asks_for == "name":
            given, right = plain_name(given), [plain_name(self.enquiry.sender_name)]
        else:
            right = self.last_digits
        found = [constant_time_compare(given, one) for one in right if one]
        return any(found)

    def is_open(self, *, at: datetime) -> bool:
        return self.revoked_at is None and not self.is_closed and at < self.expires_at


def plain_name(name: str) -> str:
    """Without what nobody remembers: capitals, dots, and the number of spaces. For comparing."""
    return "".join(c for c in name.casefold() if c.isalnum())


class AnswerBack(models.Model):
    """What the sender wrote behind such a link. Its files are among the enquiry's own."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="answers_back")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="answers_back")
    form_key = models.CharField(max_length=32, unique=True, help_text="One form, one answer.")
    content_digest = models.CharField(max_length=64, help_text="Keyed: of the words and files.")
    words = SealedTextField(blank=True)
    files = models.JSONField(default=list, help_text="Positions among the enquiry’s files.")
    came_at = models.DateTimeField()

    class Meta:
        ordering = ["came_at", "pk"]
        default_permissions = ()
        verbose_name_plural = "answers back"

    def __str__(self) -> str:
        return f"answer back {self.pk}"


class ReplyTemplate(models.Model):
    """A text that recurs, for staff to begin from. Nothing about anybody."""

    class Step(models.TextChoices):
        ASK = "ask", "Ask for more information"
        RETURN = "return_", "Return with advice"
        REPLY = "reply", "Reply"

    title = models.CharField(max_length=80, unique=True, help_text="As staff see it in the list.")
    step = models.CharField(max_length=7, choices=Step, help_text="Where it can be chosen.")
    text = models.TextField(
        max_length=4000,
        help_text="No patient in it. {reference}, {telephone} and {site} are filled in.",
    )

    class Meta:
        ordering = ["step", "title"]
        verbose_name = "recurring text"

    def __str__(self) -> str:
        return self.title
