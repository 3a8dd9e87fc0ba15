"""Who is behind each line of the inbox: the person, the sender, the first words, the files.

Sealed facts are opened line by line, so that one that no key opens takes no other with it.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from referrals import person_index
from referrals.models import Attachment, Enquiry, Message, Notification, Referral
from referrals.urgency import has_unticked_flag

Mail = Notification.State

FIRST_WORDS = 70  # characters
SHOWN: dict[type[Enquiry], list[str]] = {
    Message: ["sender_name", "topic", "text"],
    Referral: [
        *("patient_family_name", "patient_given_names", "patient_birth_date"),
        *("sender_name", "practice_name", "reason", "red_flags", "letter_flags"),
    ],
}
SEALED = ["sender_name", "sender_email", "sender_phone"]
RELATED = ["assigned_to", "for_clinician"]
MOST_EARLIER = 20  # referrals of the same patient
TOLD_OF = ["reference", "kind", "status", "received_at", "resend_of", "joined_to"]
LOST = "Sealed with a key that is missing"


@dataclass(frozen=True)
class Line:
    """What a colleague reads before she opens it."""

    who: str
    born: str = ""
    sender: str = ""
    practice: str = ""
    about: str = ""
    has_unticked_flag: bool = False  # in the letter; its words stand on the page alone
    is_lost: bool = False


KINDS = {Enquiry.Kind.MESSAGE: Message, Enquiry.Kind.REFERRAL: Referral}
OF_THE_LIST = [  # with the kind's own facts, in the query that finds the lines
    *("kind", "reference", "status", "outcome", "urgency", "received_at", "opened_at", "way_in"),
    *("is_red_flagged", "first_rang_at", "accepted_at", "needs_look", "remind_on", "sender_name"),
    *("for_clinician__name", "assigned_to__first_name", "assigned_to__last_name"),
    *("assigned_to__username", "message__topic", "message__text"),
    *(f"referral__{name}" for name in SHOWN[Referral] if name != "sender_name"),
]


def with_lines(found: QuerySet[Enquiry], **annotations: Any) -> list[Any]:
    """The enquiries of a page with their lines, in two queries; where a fact of one cannot be
    opened, in a few more, and that line says so. Each has its `annotations`.

    Their keys are asked for first: so the order comes from an index, and what is joined and
    counted for each line is read for those alone.
    """
    places = {key: place for place, key in enumerate(found.values_list("pk", flat=True))}
    by_key = found.model._default_manager.order_by().filter(pk__in=list(places))
    shown: Any = by_key.annotate(**annotations)
    try:
        rows: list[Any] = list(
            shown.select_related(*RELATED, "referral", "message").only(*OF_THE_LIST)
        )
    except InvalidToken:
        rows = list(shown.select_related(*RELATED).defer(*SEALED))
        for row in rows:
            row.line = line_by_itself(row)
    else:
        for row in rows:
            row.line = line_of(own_part(row))
    return sorted(rows, key=lambda row: places[row.pk])


def own_part(row: Enquiry) -> Referral | Message:
    part: Referral | Message = getattr(row, KINDS[Enquiry.Kind(row.kind)]._meta.model_name or "")
    return part


def line_by_itself(row: Enquiry) -> Line:
    model = KINDS[Enquiry.Kind(row.kind)]
    try:
        part: Any = model.objects.only(*SHOWN[model]).get(pk=row.pk)
    except InvalidToken:
        return Line(LOST, is_lost=True)
    return line_of(part)


def counts() -> dict[str, Any]:
    """Annotations: the files of an enquiry, its mails and what became of them.

    Each by itself below the lines that are shown: joined, they would be counted for all rows.
    """
    mails = Notification.objects.exclude(state=Mail.UNDONE)
    return {
        "files": number_of(Attachment.objects.all()),
        "mails": number_of(mails),
        "mails_sent": number_of(mails.filter(state=Mail.SENT)),
        "mails_dead": number_of(mails.filter(state__in=[Mail.DEAD, Mail.NOTED])),
    }


def number_of(rows: QuerySet[Any]) -> Coalesce:
    own = rows.filter(enquiry=OuterRef("pk")).order_by().values("enquiry").annotate(n=Count("pk"))
    return Coalesce(Subquery(own.values("n")), 0)


def mail_in_words(enquiry: Any) -> str:
    """What became of its mail, where not all of it went out."""
    if enquiry.mails_dead:
        return f"Mail not delivered: {enquiry.mails_dead} of {enquiry.mails}"
    if enquiry.mails_sent < enquiry.mails:
        return f"Mail waits: {enquiry.mails_sent} of {enquiry.mails} sent"
    return ""


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
        has_unticked_flag=has_unticked_flag(
            letter_flags=row.letter_flags or [], red_flags=row.red_flags
        ),
    )


def in_words(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def first_words(text: str) -> str:
    """As many whole words as fit."""
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[: FIRST_WORDS + 1].rsplit(" ", 1)[0][:FIRST_WORDS].rstrip(",;:") + " …"


# --- Others that the page of one names ----------------------------------------------------


class SamePatient(NamedTuple):
    """Other referrals of what may be the same patient, newest first, each with its `line`."""

    duplicates: list[Any]
    earlier: list[Any]

    @property
    def references(self) -> set[str]:
        return {one.reference for one in [*self.duplicates, *self.earlier]}


def same_patient(enquiry: Enquiry) -> SamePatient:
    """What came within 90 days may be the same referral once more. One that no key opens takes no
    other with it."""
    found = with_lines(person_index.of_same_person(enquiry=enquiry)[:MOST_EARLIER])
    near = person_index.DUPLICATE_WITHIN
    twins = [one for one in found if abs(one.received_at - enquiry.received_at) <= near]
    return SamePatient(twins, [one for one in found if one not in twins])


class Others(NamedTuple):
    """The others that its page names: what may be the same patient, and versions of the same
    form."""

    same: SamePatient
    resend_of: Enquiry | None = None
    joined_to: Enquiry | None = None
    edited_resends: tuple[Enquiry, ...] = ()
    joined_here: tuple[Enquiry, ...] = ()

    @property
    def references(self) -> set[str]:
        own = [self.resend_of, self.joined_to, *self.edited_resends, *self.joined_here]
        return {*self.same.references, *(one.reference for one in own if one)}

    @property
    def to_compare(self) -> list[Enquiry]:
        """What may be this one sent twice, and was not joined with it yet."""
        joined = {one.pk for one in (self.joined_to, *self.joined_here) if one}
        return [one for one in self.same.duplicates if one.pk not in joined]


def others_of(enquiry: Enquiry) -> Others:
    """One query; a second one where it has versions."""
    same, own = same_patient(enquiry), {enquiry.resend_of_id, enquiry.joined_to_id} - {None}
    if not (own or getattr(enquiry, "has_versions", True)):
        return Others(same)
    which = Q(pk__in=own) | Q(resend_of=enquiry.pk) | Q(joined_to=enquiry.pk)
    rows = Enquiry.objects.order_by("received_at", "pk").filter(which)
    found = list(rows.only(*TOLD_OF))  # without what another key may have sealed
    by_key: dict[int | None, Enquiry] = {one.pk: one for one in found}
    return Others(
        same,
        resend_of=by_key.get(enquiry.resend_of_id),
        joined_to=by_key.get(enquiry.joined_to_id),
        edited_resends=tuple(one for one in found if one.resend_of_id == enquiry.pk),
        joined_here=tuple(one for one in found if one.joined_to_id == enquiry.pk),
    )
