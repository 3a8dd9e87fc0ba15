"""Which enquiries may be those of the patient who asks, by the person index.

Two details that agree make a person likely; of a message only the telephone is known. Staff look
and choose: people of one household share a telephone.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User

from clinic_site.permissions import require
from referrals import person_index
from referrals.access_log import NOBODY_FOUND, Action, note_access
from referrals.models import Enquiry, PatientRequest, PersonIndex

FOUND_AT_MOST = 50
Field = PersonIndex.Field


@dataclass(frozen=True)
class Candidate:
    """An enquiry, what it shares with the request in words, and whether it was chosen before.
    One that was erased has no `enquiry` any more."""

    reference: str
    enquiry: Enquiry | None
    shares: list[str]
    is_chosen: bool


def find_candidates(
    *, patient_request: PatientRequest, chosen: list[str], by: User
) -> list[Candidate]:
    """What was chosen, then what may be hers, newest first. The look-up is noted before anybody
    sees what it found."""
    require(by, "referrals.change_patientrequest")
    terms = terms_of(patient_request)
    shares = {pk: names for pk, names in shared(terms).items() if is_likely(names, terms)}
    likely = Enquiry.objects.filter(pk__in=shares).exclude(reference__in=chosen)
    found = list(likely[:FOUND_AT_MOST])
    stored = {row.reference: row for row in Enquiry.objects.filter(reference__in=chosen)}
    alike = [reference for reference, row in stored.items() if row.pk in shares]
    alike += [enquiry.reference for enquiry in found]
    note_access(references=alike or [NOBODY_FOUND], by=by, action=Action.SEARCH, looked_for=terms)
    for one in sorted(set(chosen) - set(alike)):  # by its reference alone: keeps no digest of hers
        looked_for = [("reference", one)]
        note_access(references=[one], by=by, action=Action.SEARCH, looked_for=looked_for)
    rows = [(reference, stored.get(reference), True) for reference in chosen]
    rows += [(enquiry.reference, enquiry, False) for enquiry in found]
    return [
        Candidate(reference, row, in_words(shares.get(row.pk, set()) if row else set()), is_chosen)
        for reference, row, is_chosen in rows
    ]


def terms_of(patient_request: PatientRequest) -> list[tuple[str, str]]:
    return person_index.terms(
        family_name=patient_request.patient_family_name,
        birth_date=patient_request.patient_birth_date,  # type: ignore[arg-type]  # read as a date
        phones=[patient_request.patient_phone],
    )


def shared(terms: list[tuple[str, str]]) -> dict[int, set[str]]:
    """For each enquiry, by its key, the fields that agree."""
    found: dict[int, set[str]] = {}
    for field, plain in terms:
        keys = person_index.matching(field, plain).values_list("enquiry_id", flat=True)
        for key in keys:
            found.setdefault(key, set()).add(field)
    return found


def is_likely(fields: set[str], terms: list[tuple[str, str]]) -> bool:
    """Two details, the telephone, or the only one that is known."""
    known = {field for field, _ in terms}
    return len(fields) > 1 or Field.PHONE in fields or len(known) == 1


def in_words(fields: set[str]) -> list[str]:
    return [str(field.label).lower() for field in Field if field in fields]
