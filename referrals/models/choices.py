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
    IN_SOFTWARE = "in_software", "Seen in the practice software"
    HELD = "held", "Legal hold placed"
    HOLD_LIFTED = "hold_lifted", "Legal hold lifted"
    ERASURE_ASKED = "erasure_asked", "Erasure asked for"
    ERASURE_WITHDRAWN = "erasure_withdrawn", "Erasure no longer asked for"
    ERASED = "erased", "Erased"
    CORRECTION_ASKED = "correction_asked", "The patient asks for a correction"
    CORRECTED = "corrected", "The patient’s words stand beside what was sent"
    NOT_CORRECTED = "not_corrected", "Not corrected"

    JOINED = "joined", "Joined with another"
    PARTED = "parted", "No longer joined"
    HANDED = "handed", "Who has it"
    FOR_WHOM = "for_whom", "For which doctor"
    REMIND = "remind", "To be looked at again"
    UNREAD = "unread", "Marked as unread"
    RANG = "rang", "Rang"
    CALL_MISTAKEN = "call_mistaken", "A call was noted by mistake"
    NOT_REACHED = "not_reached", "Patient not reached in three calls"
    NOT_REACHED_ENDS = "reached_again", "“Not reached” no longer stands"
    REMINDED = "reminded", "Sender reminded that we need more"
    REPLIED = "replied", "Written to the sender"
    ANSWER_READ = "answer_read", "Read by the sender"
    ANSWER_CAME = "answer_came", "The sender answered"
    INFORMATION_CAME = "information_came", "The sender answered: open again"
    ANSWER_CLOSED = "answer_closed", "Link to our words closed after wrong tries"
    ANSWER_OFF = "answer_off", "Link to our words switched off"
    ANSWER_LINK = "answer_link", "New link to our words sent"
    SENDER_ADDS = "sender_adds", "The sender begins to add or correct"
    WITHDRAWN = "withdrawn", "Withdrawn by the sender"
    ENTERED = "entered", "Entered by staff"
    ATTACHED = "attached", "A file was added by staff"
    DETAILS_CORRECTED = "details_corrected", "Details corrected by staff"
    SENT_AGAIN = "sent_again", "Mail sent again to another address"
    NOTE = "note", "Note to colleagues"


class Access(models.TextChoices):
    """`AccessLog.Action`: what somebody of the rooms saw or looked for, and what left the site.

    What each means in words stands in `referrals/reading/words.py`.
    """

    VIEW = "view", "Read the enquiry"
    LIST = "list", "Looked at a list"
    SEARCH = "search", "Looked for somebody"
    FILE_PAGE = "file page", "Read about a file"
    DOWNLOAD = "download", "Saved a file"
    ORIGINAL = "original", "Saved an original"
    COPY = "copy", "Saved a harmless copy"
    RECORD = "record", "Saved everything as a PDF"
    PRINT = "print", "Printed it among others"
    MAIL = "mail", "Read whom a mail went to"
    LOG = "log", "Read a line of this log"
    ASIDE = "aside", "Looked at what was set aside"
    SAVE_ASIDE = "save aside", "Saved what was set aside"
    REQUEST = "request", "Read what a patient asks for"
    HELD = "held", "Saved all that is held, for the patient"
    SHEET = "sheet", "Made the sheet of who read it"
    STATUS_SEEN = "status page", "Status page opened by the sender’s link"
    RECEIPT_SEEN = "receipt", "Receipt opened by its link"
    RECEIPT_SAVED = "receipt pdf", "Receipt saved as a PDF by its link"
    FORM_AGAIN = "form again", "Sender’s details put into the next form"
    MAIL_TO_ROOMS = "to rooms", "Mail with details sent to the rooms"
    MAIL_TO_SENDER = "to sender", "Mail with details sent to the sender"

    LETTER = "letter", "Read pages of a letter"
    ANSWER_SEEN = "answer", "Words of the rooms read by the sender’s link"
    EXPORT = "export", "Saved it in a list"


# What nobody signed in does: whoever has a link that the sender was given, and the site’s own mail.
BY_NOBODY_SIGNED_IN = [
    Access.STATUS_SEEN,
    Access.RECEIPT_SEEN,
    Access.RECEIPT_SAVED,
    Access.FORM_AGAIN,
    Access.MAIL_TO_ROOMS,
    Access.MAIL_TO_SENDER,
    Access.ANSWER_SEEN,
]


class Wants(models.TextChoices):
    """`PatientRequest.Wants`."""

    SEE = "see", "See what we hold"
    CORRECT = "correct", "Have something corrected"
    ERASE = "erase", "Have it erased"
    READERS = "readers", "Know who has read it"


class RequestOutcome(models.TextChoices):
    """`PatientRequest.Outcome`."""

    GIVEN = "given", "Given to the patient"
    CORRECTED = "corrected", "Corrected beside what was sent"
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
