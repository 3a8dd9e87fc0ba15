"""The states of an enquiry and the kinds of event, and the column that holds such a word.

What each of them means stands in `referrals/states/table.py`: one that is not there is refused as
the site starts.
"""

from typing import Any

from django.db import models


class ChoiceField(models.CharField):
    """A column whose choices are words for people and no part of the schema.

    They stay out of the migrations, so that a new state, event or kind of mail needs none.
    """

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        options.pop("choices", None)
        return str(name), "django.db.models.CharField", args, options


class Status(models.TextChoices):
    """`Enquiry.Status`."""

    RECEIVED = "received", "Received"
    OPENED = "opened", "Opened"
    NEEDS_INFORMATION = "needs_info", "Needs information"
    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned with advice"
    FILED = "filed", "Filed"
    SPAM = "spam", "Suspected spam"


class EventKind(models.TextChoices):
    """`Event.Kind`."""

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
    CORRECTION_ASKED = "correction_asked", "The patient asks for a correction"
    CORRECTED = "corrected", "Corrected as the patient asked"
    NOT_CORRECTED = "not_corrected", "Not corrected"


class Access(models.TextChoices):
    """`AccessLog.Action`: what somebody of the rooms saw or looked for."""

    VIEW = "view", "Read the enquiry"
    LIST = "list", "Looked at a list"
    SEARCH = "search", "Looked for somebody"
    FILE_PAGE = "file page", "Read about a file"
    DOWNLOAD = "download", "Saved a file"
    ORIGINAL = "original", "Saved an original"
    COPY = "copy", "Saved a harmless copy"
    RECORD = "record", "Saved everything as a PDF"
    MAIL = "mail", "Read whom a mail went to"
    LOG = "log", "Read a line of this log"
    ASIDE = "aside", "Looked at what was set aside"
    SAVE_ASIDE = "save aside", "Saved what was set aside"
    REQUEST = "request", "Read what a patient asks for"
    HELD = "held", "Saved all that is held, for the patient"


class Wants(models.TextChoices):
    """`PatientRequest.Wants`."""

    SEE = "see", "See what we hold"
    CORRECT = "correct", "Have something corrected"
    ERASE = "erase", "Have it erased"
    READERS = "readers", "Know who has read it"


class RequestOutcome(models.TextChoices):
    """`PatientRequest.Outcome`."""

    GIVEN = "given", "Given to the patient"
    CORRECTED = "corrected", "Corrected"
    ERASED = "erased", "Erased"
    REFUSED = "refused", "Refused, and the patient was told why"
    WITHDRAWN = "withdrawn", "Withdrawn by the patient"


class RequestLine(models.TextChoices):
    """`PatientRequestLine.Kind`."""

    NOTED = "noted", "Request noted"
    PROVED = "proved", "Proof of identity checked"
    WORDS = "words", "Note"
    TIED = "tied", "Enquiry added"
    UNTIED = "untied", "Enquiry taken off"
    COPIED = "copied", "PDF of all that is held saved"
    ENDED = "ended", "Ended"
    REOPENED = "reopened", "Taken up again"
