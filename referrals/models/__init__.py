"""What came in, what happened to it, and who was told. See each module."""

from referrals.models.attachments import Attachment
from referrals.models.calls import Call, Ending, NamedDay
from referrals.models.conversation import Answer, AnswerBack, ReplyTemplate
from referrals.models.drawn_files import DrawnFile
from referrals.models.enquiries import Enquiry, Message, Referral
from referrals.models.hands import InboxLimits, LateNotice
from referrals.models.no_mail import NoMailAddress
from referrals.models.outbox import MailHeartbeat, MailHold, Notification
from referrals.models.patient_requests import (
    PatientRequest,
    PatientRequestLine,
    RequestedEnquiry,
)
from referrals.models.person_index import PersonIndex
from referrals.models.proofs import FileProof
from referrals.models.reconciliations import Reconciliation
from referrals.models.retention import Leftover, PurgeDay, RetentionRule, Tombstone
from referrals.models.timeline import AccessDay, AccessLog, Event

__all__ = [
    "AccessDay",
    "AccessLog",
    "Answer",
    "AnswerBack",
    "Attachment",
    "Call",
    "DrawnFile",
    "Ending",
    "Enquiry",
    "Event",
    "FileProof",
    "InboxLimits",
    "LateNotice",
    "Leftover",
    "MailHeartbeat",
    "MailHold",
    "Message",
    "NamedDay",
    "NoMailAddress",
    "Notification",
    "PatientRequest",
    "PatientRequestLine",
    "PersonIndex",
    "PurgeDay",
    "Reconciliation",
    "Referral",
    "ReplyTemplate",
    "RequestedEnquiry",
    "RetentionRule",
    "Tombstone",
]
