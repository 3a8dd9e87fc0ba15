"""Whose enquiries a search of the log is about, and which look-ups were for that person.

Enquiries are found by the person index. What was erased since is not in it: it is known from look-
ups that found it while it was there, as their digests last.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals import person_index
from referrals.access_log import NOBODY_FOUND, Action, connected, digests_of, note_access
from referrals.models import (
    AccessLog,
    Enquiry,
    PatientRequest,
    PersonIndex,
    Referral,
    Tombstone,
)
from referrals.person_index import plain_name
from referrals.reading.asking import Details
from referrals.reading.words import PLACES
from referrals.references import is_reference

AT_MOST = 50
NAMES = ("patient_family_name", "patient_given_names", "patient_birth_date")
Term = tuple[str, str]
Field = PersonIndex.Field
SURE = "All names and the date of birth are as you wrote."
SAME_SENDER = "A message. Its sender’s name and telephone number are as you wrote."
SAME_NAMES = "Family name and date of birth are as you wrote. Compare the given names."
OTHER_GIVEN = "Other given names than you wrote. It may be a twin."
PARTLY = "Only some details are as you wrote: a relative, or somebody of the same name?"
A_MESSAGE = "A message from this telephone number. Its sender’s name is another one."
UNREADABLE = "No key opens it, so its names cannot be compared."
NOT_HELD = "Not held here any more. A colleague looked for these details, and it was found."
BY_REFERENCE = "You wrote this reference."
GONE = "You wrote this reference. It is not held here any more."
A_REQUEST = "Patient’s request"
HER_REQUEST = "You wrote this reference. Its names and date of birth are as you wrote."
OTHER_REQUEST = "You wrote this reference. Not all names and the date of birth are as you wrote."


class Candidate(NamedTuple):
    """What may be about the patient: an enquiry, or what she asks for where its reference was
    written. `why` says what speaks for it or against."""

    reference: str
    kind: str  # empty where it is not held any more
    received_at: datetime | None
    pk: int | None
    is_certain: bool
    why: str
    is_found: bool = False  # the person index found it by the details that were typed


class LookUp(NamedTuple):
    """A look-up that found nobody; `fields` are the details of this patient that were typed."""

    pk: int
    fields: set[str]


class Person(NamedTuple):
    """What the log may hold of one person."""

    candidates: list[Candidate]
    look_ups: list[LookUp]

    def references(self) -> list[str]:
        return [one.reference for one in self.candidates]


def find_person(details: Details, *, reference: str = "") -> Person:
    """Everything that may be about the patient; the sure ones first."""
    held = [*held_candidates(details)]
    known = {one.reference for one in held}
    gone = [one for one in gone_candidates(details) if one.reference not in known]
    found = [*held, *gone]
    if reference and reference not in {one.reference for one in found}:
        found += filter(None, [by_reference(reference, details)])
    found.sort(key=lambda one: not one.is_certain)
    return Person(found, look_ups_for(details, [one.pk for one in found if one.is_certain]))


def held_candidates(details: Details) -> Iterator[Candidate]:
    """By family name and date of birth, by telephone or by Medicare number, newest first."""
    ways = [details.names(), *details.numbers()]
    found = Q(pk__in=[])
    for way in filter(None, ways):
        found |= Q(pk__in=person_index.find_enquiries(way).values("pk"))
    rows = Enquiry.objects.filter(found).only("pk", "reference", "kind", "received_at")
    for row in rows[:AT_MOST]:
        yield candidate(row, *compared(row, details))._replace(is_found=True)


def candidate(row: Enquiry, is_certain: bool, why: str) -> Candidate:
    kind = row.get_kind_display()
    return Candidate(row.reference, kind, row.received_at, row.pk, is_certain, why)


def compared(row: Enquiry, details: Details) -> tuple[bool, str]:
    """Whether it is about this very person, and why."""
    try:
        if row.kind == Enquiry.Kind.REFERRAL:
            return compared_patient(row.pk, details)
        return compared_sender(row.pk, details)
    except InvalidToken:
        return False, UNREADABLE


def compared_patient(pk: int, details: Details) -> tuple[bool, str]:
    family, given, born = Referral.objects.values_list(*NAMES).get(pk=pk)
    is_same = plain_name(family) == plain_name(details.family_name) and is_day(born, details)
    if not is_same:
        return False, PARTLY
    if not details.given_names:
        return False, SAME_NAMES
    if plain_name(given) != plain_name(details.given_names):
        return False, OTHER_GIVEN
    return True, SURE


def is_day(stored: Any, details: Details) -> bool:
    return isinstance(stored, date) and stored == details.birth_date


def compared_sender(pk: int, details: Details) -> tuple[bool, str]:
    """Of a message only the name and the telephone number are known."""
    sender = Enquiry.objects.values_list("sender_name", flat=True).get(pk=pk)
    whole = plain_name(details.given_names + details.family_name)
    return (True, SAME_SENDER) if whole and plain_name(sender) == whole else (False, A_MESSAGE)


def gone_candidates(details: Details) -> Iterator[Candidate]:
    """What look-ups for these details found while it was there."""
    ways = [details.names(), details.words_and_birth_date(), *details.numbers()]
    if len(details.names()) < 2:  # a family name alone is many people’s
        ways = details.numbers()
    wanted = [set(connected(way).split()) for way in ways if way]
    there = Enquiry.objects.filter(reference=OuterRef("reference"))
    rows = rows_with(wanted).exclude(reference=NOBODY_FOUND).filter(~Exists(there))
    for reference in sorted(set(rows.values_list("reference", flat=True))):
        if is_reference(reference):
            yield Candidate(reference, "", None, None, False, NOT_HELD)


def rows_with(wanted: Iterable[set[str]]) -> QuerySet[AccessLog]:
    """Readings with every digest of one of the sets; an index holds the look-ups apart."""
    found = Q(pk__in=[])
    for digests in wanted:
        every = Q()
        for digest in digests:
            every &= Q(looked_for__contains=digest)
        found |= every
    return AccessLog.objects.filter(found, looked_for__gt="").order_by()


def by_reference(reference: str, details: Details) -> Candidate | None:
    """What was written, whoever it is about; None where there never was such a one.

    Nothing says whose an erased enquiry was: beside the details of a patient it is not certain.
    """
    rows = Enquiry.objects.filter(reference=reference)
    row = rows.only("pk", "reference", "kind", "received_at").first()
    if row is None:
        if Tombstone.objects.filter(reference=reference).exists():
            return Candidate(reference, "", None, None, not details.terms(), GONE)
        return request_by_reference(reference, details)
    if not details.terms():
        return candidate(row, True, BY_REFERENCE)
    return candidate(row, *compared(row, details))


def request_by_reference(reference: str, details: Details) -> Candidate | None:
    """What a patient asks for. It is never ticked by itself."""
    rows = PatientRequest.objects.filter(reference=reference)
    noted_at = rows.values_list("noted_at", flat=True).first()
    if noted_at is None:
        return None
    try:
        family, given, born = rows.values_list(*NAMES).get()
    except InvalidToken:
        return Candidate(reference, A_REQUEST, noted_at, None, False, UNREADABLE)
    plain = [plain_name(name) for name in (details.family_name, details.given_names)]
    is_hers = [plain_name(family), plain_name(given)] == plain and is_day(born, details)
    why = HER_REQUEST if is_hers else OTHER_REQUEST
    return Candidate(reference, A_REQUEST, noted_at, None, False, why)


def note_looking(
    candidates: Sequence[Candidate],
    *,
    details: Details,
    by: User,
    action: str,
    nobody: str,
    at: datetime | None = None,
) -> None:
    """One row for each, before anything is shown; `nobody` is the action where none was found.

    Only what the index found by the details keeps their digests: beside a reference that was
    merely written they would lead to the wrong patient once that enquiry is erased.
    """
    found = [one.reference for one in candidates if one.is_found]
    written = [one.reference for one in candidates if not one.is_found]
    terms = details.terms()
    if found:
        note_access(references=found, by=by, action=action, looked_for=terms, at=at)
    else:
        note_access(references=[NOBODY_FOUND], by=by, action=nobody, looked_for=terms, at=at)
    for one in written:
        note_access(references=[one], by=by, action=action, looked_for=[("reference", one)], at=at)


def look_ups_for(details: Details, known: Iterable[int | None]) -> list[LookUp]:
    """Look-ups that found nobody, of which every detail is this person’s: those that were asked
    for, and those of the enquiries that are surely hers."""
    digests = digests_of({*details.terms(), *details.words(), *terms_of_all(known)})
    field_of = {digest: field for (field, _), digest in digests.items()}
    rows = rows_with({digest} for digest in field_of)
    rows = rows.filter(reference=NOBODY_FOUND, action=Action.SEARCH)
    found = []
    for pk, looked_for in rows.values_list("pk", "looked_for"):
        typed = set(looked_for.split())
        if typed <= set(field_of):
            found.append(LookUp(pk, {field_of[digest] for digest in typed}))
    return found


def terms_of_all(known: Iterable[int | None]) -> Iterator[Term]:
    for row in Enquiry.objects.filter(pk__in=filter(None, known)):
        try:
            yield from as_typed(person_index.terms_of(row))
        except InvalidToken:
            continue


def as_typed(terms: Iterable[Term]) -> Iterator[Term]:
    """As the log connects look-ups: of one box nobody knows which of her names a word is."""
    for field, plain in terms:
        if field == Field.NAME_WORD:
            yield Field.FAMILY_NAME.value, plain
        elif field not in {Field.SENDER_NAME, Field.SENDER_PHONE}:
            yield field, plain


def readings_of(references: Iterable[str], look_ups: Iterable[LookUp]) -> QuerySet[AccessLog]:
    pks = [one.pk for one in look_ups]
    return AccessLog.objects.filter(Q(reference__in=list(references)) | Q(pk__in=pks))


def without_lines_of_lists(rows: QuerySet[AccessLog]) -> QuerySet[AccessLog]:
    """A list stands once among all that was read; what it showed stands with each enquiry."""
    return rows.filter(~Q(action=Action.LIST) | Q(reference__in=list(PLACES)))


def with_people(rows: QuerySet[AccessLog]) -> QuerySet[AccessLog]:
    return rows.select_related("by").prefetch_related("by__groups").order_by("-at", "-pk")
