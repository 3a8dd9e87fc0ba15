"""Who is behind each line of the inbox: the person, the sender, the first words, the files.

Sealed facts are opened line by line, so that one that no key opens takes no other with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Count, F, Value

from referrals.models import Attachment, Enquiry, Message, Notification, Referral

Mail = Notification.State

FIRST_WORDS = 70  # characters
SHOWN: dict[type[Enquiry], list[str]] = {
    Message: ["sender_name", "topic", "text"],
    Referral: [
        *("patient_family_name", "patient_given_names", "patient_birth_date"),
        *("sender_name", "practice_name", "reason"),
    ],
}
LOST = "Sealed with a key that is missing"


@dataclass(frozen=True)
class Line:
    """What a colleague reads before she opens it."""

    who: str
    born: str = ""
    sender: str = ""
    practice: str = ""
    about: str = ""
    is_lost: bool = False


def lines_of(enquiries: Iterable[Enquiry]) -> dict[int, Line]:
    """By the key of the enquiry; a query for each kind that is among them, however many lines."""
    by_kind: dict[str, list[int]] = {}
    for enquiry in enquiries:
        by_kind.setdefault(enquiry.kind, []).append(enquiry.pk)
    lines: dict[int, Line] = {}
    for kind, keys in by_kind.items():
        model = Referral if kind == Enquiry.Kind.REFERRAL else Message
        lines |= {key: Line(LOST, is_lost=True) for key in keys}
        lines |= {row.pk: line_of(row) for row in readable(model, keys)}
    return lines


@dataclass(frozen=True)
class Counts:
    """What belongs to an enquiry and is counted: its files, its mails and what became of them."""

    files: int = 0
    mails: int = 0
    sent: int = 0
    dead: int = 0

    @property
    def mail_in_words(self) -> str:
        """What became of its mail, where not all of it went out."""
        if self.dead:
            return f"Mail not delivered: {self.dead} of {self.mails}"
        if self.sent < self.mails:
            return f"Mail waits: {self.sent} of {self.mails} sent"
        return ""


def counts_of(enquiries: Iterable[Enquiry]) -> dict[int, Counts]:
    """By the key of the enquiry: one query for files and mails together."""
    keys = [enquiry.pk for enquiry in enquiries]
    files = Attachment.objects.filter(enquiry__in=keys).annotate(what=Value("file"))
    mails = Notification.objects.filter(enquiry__in=keys).exclude(state=Mail.UNDONE)
    each = [rows.order_by() for rows in (files, mails.annotate(what=F("state")))]
    of_files, of_mails = (
        rows.values_list("enquiry", "what").annotate(n=Count("pk")) for rows in each
    )
    found = of_files.union(of_mails, all=True)
    numbers: dict[int, dict[str, int]] = {key: {} for key in keys}
    for key, what, number in found:
        numbers[key][what] = number
    return {key: counted(what) for key, what in numbers.items()}


def counted(what: dict[str, int]) -> Counts:
    dead = what.get(Mail.DEAD, 0) + what.get(Mail.NOTED, 0)
    files, sent = what.get("file", 0), what.get(Mail.SENT, 0)
    return Counts(files=files, mails=sum(what.values()) - files, sent=sent, dead=dead)


def readable(model: type[Referral] | type[Message], keys: list[int]) -> list[Referral | Message]:
    """All at once; where one cannot be opened, each by itself without that one."""
    try:
        return list(model.objects.only(*SHOWN[model]).filter(pk__in=keys))
    except InvalidToken:
        return [row for key in keys for row in one_if_readable(model, key)]


def one_if_readable(model: type[Referral] | type[Message], key: int) -> list[Referral | Message]:
    try:
        return list(model.objects.only(*SHOWN[model]).filter(pk=key))
    except InvalidToken:
        return []


def line_of(row: Referral | Message) -> Line:
    if isinstance(row, Message):
        topic = row.get_topic_display()
        return Line(who=row.sender_name, about=f"{topic}: {first_words(row.text)}")
    return Line(
        who=f"{row.patient_family_name}, {row.patient_given_names}",
        born=in_words(row.patient_birth_date),
        sender=row.sender_name,
        practice=row.practice_name,
        about=first_words(row.reason),
    )


def in_words(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def first_words(text: str) -> str:
    """As many whole words as fit."""
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[: FIRST_WORDS + 1].rsplit(" ", 1)[0][:FIRST_WORDS].rstrip(",;:") + " …"
