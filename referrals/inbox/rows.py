"""Who is behind each line of the inbox: the person, the sender, the first words, the files.

Sealed facts are opened line by line, so that one that no key opens takes no other with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Count

from referrals.models import Attachment, Enquiry, Message, Referral

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
    about: str = ""
    files: int = 0
    is_lost: bool = False


def lines_of(enquiries: Iterable[Enquiry]) -> dict[int, Line]:
    """By the key of the enquiry; two queries more than there are kinds, however many lines."""
    keys = [enquiry.pk for enquiry in enquiries]
    files = dict(
        Attachment.objects.filter(enquiry__in=keys).values_list("enquiry").annotate(n=Count("pk"))
    )
    lines: dict[int, Line] = {}
    for model in (Referral, Message):
        for row in readable(model, keys):
            lines[row.pk] = line_of(row, files.get(row.pk, 0))
    return {key: lines.get(key, Line(LOST, files=files.get(key, 0), is_lost=True)) for key in keys}


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


def line_of(row: Referral | Message, files: int) -> Line:
    if isinstance(row, Message):
        topic = row.get_topic_display()
        return Line(who=row.sender_name, about=f"{topic}: {first_words(row.text)}", files=files)
    practice = f", {row.practice_name}" if row.practice_name else ""
    return Line(
        who=f"{row.patient_family_name}, {row.patient_given_names}",
        born=in_words(row.patient_birth_date),
        sender=f"{row.sender_name}{practice}",
        about=first_words(row.reason),
        files=files,
    )


def in_words(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def first_words(text: str) -> str:
    """As many whole words as fit."""
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[: FIRST_WORDS + 1].rsplit(" ", 1)[0][:FIRST_WORDS].rstrip(",;:") + " …"
