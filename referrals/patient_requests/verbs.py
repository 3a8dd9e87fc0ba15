"""What can happen to a patient's request. Each verb is one transaction: the change and its line.

Receptionists note a request, how they made sure who asks, and words; who may change requests
chooses the enquiries, takes the PDF and ends it.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.access_log import note_access
from referrals.models import (
    Enquiry,
    Event,
    PatientRequest,
    PatientRequestLine,
    RequestedEnquiry,
)
from referrals.models.choices import Access
from referrals.references import new_reference
from referrals.states.keeping import ERASE
from referrals.timeline import add_line
from referrals.workflow import verbs as workflow

PREFIX = "ASK"
NOTE, CHANGE = "referrals.add_patientrequest", "referrals.change_patientrequest"
Kind, Outcome, Wants = PatientRequestLine.Kind, PatientRequest.Outcome, PatientRequest.Wants
CHOSEN_ANEW = "A colleague changed which enquiries are this patient’s. Look, and press again."
FIRST_PROOF = "First note how you made sure who asks: it goes to nobody else."
TYPED = [
    *("wants", "asked_on", "how", "patient_family_name", "patient_given_names"),
    *("patient_birth_date", "patient_phone", "contact", "asked_for_by"),
    *("is_wrong", "should_say", "note"),
]
NEEDS_PROOF = {Outcome.GIVEN, Outcome.CORRECTED, Outcome.ERASED}


class CannotDo(ValueError):
    """This cannot be done with the request as it stands. Says why, in words for staff."""


def note_request(
    *, new_request: PatientRequest, by: User, at: datetime | None = None
) -> PatientRequest:
    """A patient asked, or somebody for her. `new_request` is unsaved; the clock runs from the day
    she asked, not from the day it is noted. The same form pressed twice is one request."""
    require(by, NOTE)
    now = at or timezone.now()
    if new_request.asked_on > timezone.localdate(now):
        raise CannotDo("The day they asked is in the future. Check the date.")
    earlier = PatientRequest.objects.filter(form_key=new_request.form_key).first()
    if earlier and is_the_same(earlier, new_request):
        return earlier
    if earlier:  # gone back to, and changed: it is another one
        new_request.form_key = secrets.token_hex(16)
    with transaction.atomic():
        new_request.reference = new_reference(PREFIX)
        new_request.noted_at, new_request.noted_by = now, by
        new_request.save(force_insert=True)
        write_line(Kind.NOTED, new_request, by=by, at=now)
    return new_request


def is_the_same(earlier: PatientRequest, later: PatientRequest) -> bool:
    return all(getattr(earlier, name) == getattr(later, name) for name in TYPED)


def prove(
    *, patient_request: PatientRequest, note: str, by: User, at: datetime | None = None
) -> PatientRequest:
    """How staff made sure who asks, in words. Written once, while the request is open."""
    require(by, NOTE)
    words, now = needed(note, "Write how you made sure who asks."), at or timezone.now()
    with transaction.atomic():
        locked(patient_request)
        unproved = PatientRequest.objects.filter(pk=patient_request.pk, proof_at__isnull=True)
        if not unproved.update(proof=words, proof_at=now, proof_by=by):
            raise CannotDo("A colleague has noted the proof already.")
        write_line(Kind.PROVED, patient_request, by=by, at=now, note=words)
    return reread(patient_request)


def add_words(
    *, patient_request: PatientRequest, note: str, by: User, at: datetime | None = None
) -> PatientRequest:
    """A note for colleagues: a call, a letter. Also after the end."""
    require(by, NOTE)
    words = needed(note, "Write a few words first.")
    write_line(Kind.WORDS, patient_request, by=by, at=at or timezone.now(), note=words)
    return patient_request


def choose(
    *,
    patient_request: PatientRequest,
    references: Iterable[str],
    by: User,
    at: datetime | None = None,
) -> PatientRequest:
    """These enquiries are this patient's, and no others. What she wants corrected is written
    into the timeline of each, which stands beside the enquiry as it was sent."""
    require(by, CHANGE)
    now, wanted = at or timezone.now(), set(references)
    with transaction.atomic():
        locked(patient_request)
        before = set(chosen(patient_request))
        known = Enquiry.objects.filter(reference__in=wanted)
        found = {enquiry.reference: enquiry for enquiry in known}
        if unknown := sorted(wanted - before - set(found)):
            raise CannotDo(f"There is no enquiry {unknown[0]}. Check the reference.")
        for reference in sorted(wanted - before):
            tie(patient_request, found[reference], by=by, at=now)
        for reference in sorted(before - wanted):
            untie(patient_request, reference, by=by, at=now)
    return patient_request


def tie(patient_request: PatientRequest, enquiry: Enquiry, *, by: User, at: datetime) -> None:
    RequestedEnquiry.objects.create(
        request=patient_request, reference=enquiry.reference, tied_by=by, tied_at=at
    )
    write_line(Kind.TIED, patient_request, by=by, at=at, note=enquiry.reference)
    if patient_request.wants == Wants.CORRECT:
        words = correction_in_words(patient_request)
        add_line(Event.Kind.CORRECTION_ASKED, enquiry=enquiry, at=at, by=by, note=words)


def untie(patient_request: PatientRequest, reference: str, *, by: User, at: datetime) -> None:
    rows = RequestedEnquiry.objects.filter(
        request=patient_request, reference=reference, untied_at__isnull=True
    )
    rows.update(untied_at=at, untied_by=by)
    write_line(Kind.UNTIED, patient_request, by=by, at=at, note=reference)
    if patient_request.wants == Wants.CORRECT:
        words = f"{patient_request.reference} is not about this enquiry: it was taken off."
        answer_corrections([reference], Event.Kind.NOT_CORRECTED, words, by=by, at=at)


def ask_for_erasure(
    *, patient_request: PatientRequest, reference: str, by: User, at: datetime | None = None
) -> Enquiry:
    """The first of the two steps of an erasure. Its reason is this request, by its reference: who
    asks, and how that was proved, stands here and stays when the enquiry goes."""
    require(by, CHANGE)
    require(by, ERASE)
    now = at or timezone.now()
    with transaction.atomic():
        locked(patient_request)
        reread(patient_request)
        if patient_request.wants != Wants.ERASE:
            raise CannotDo("This patient does not ask for an erasure.")
        if patient_request.proof_at is None:
            raise CannotDo(FIRST_PROOF)
        enquiry = Enquiry.objects.filter(reference=reference).first()
        if enquiry is None or reference not in chosen(patient_request):
            raise CannotDo(CHOSEN_ANEW)
        why = f"{patient_request.reference}: the patient asks for it. Who asks is proved there."
        try:
            workflow.ask_erasure(enquiry=enquiry, by=by, note=why, at=now)
        except workflow.CannotMove as refusal:
            raise CannotDo(str(refusal)) from refusal
        said = f"Its erasure is asked for: {reference}"
        write_line(Kind.WORDS, patient_request, by=by, at=now, note=said)
    return enquiry


def end(
    *,
    patient_request: PatientRequest,
    outcome: str,
    by: User,
    note: str = "",
    answered_on: date | None = None,
    at: datetime | None = None,
) -> PatientRequest:
    """The patient has the answer. `answered_on` is the day she got it or was told; a refusal says
    why in `note`. What she wanted corrected hears of it in each enquiry's timeline."""
    require(by, CHANGE)
    now, words = at or timezone.now(), note.strip()
    day = answered_on or timezone.localdate(now)
    check_end(patient_request, outcome, words, day, today=timezone.localdate(now))
    with transaction.atomic():
        locked(patient_request)
        PatientRequest.objects.filter(pk=patient_request.pk).update(
            outcome=outcome,
            answered_on=day,
            ended_words=words or None,
            ended_at=now,
            ended_by=by,
        )
        said = f"{Outcome(outcome).label}, {day:%d/%m/%Y}."
        write_line(Kind.ENDED, patient_request, by=by, at=now, note=f"{said} {words}".strip())
        if patient_request.wants == Wants.CORRECT:
            is_met = outcome == Outcome.CORRECTED
            kind = Event.Kind.CORRECTED if is_met else Event.Kind.NOT_CORRECTED
            of = chosen(patient_request)
            about = f"{patient_request.reference}: {said} {words}".strip()
            answer_corrections(of, kind, about, by=by, at=now)
    return reread(patient_request)


def check_end(
    patient_request: PatientRequest, outcome: str, words: str, day: date, *, today: date
) -> None:
    if outcome not in Outcome:
        raise CannotDo("Choose how it ended.")
    if outcome in NEEDS_PROOF and patient_request.proof_at is None:
        raise CannotDo(FIRST_PROOF)
    if outcome == Outcome.REFUSED and not words:
        raise CannotDo("Write the reason: the patient has a right to it.")
    if day > today:
        raise CannotDo("The day they were told is in the future. Tell them first.")
    if day < patient_request.asked_on:
        raise CannotDo("The day they were told is before the day they asked. Check the date.")


def take_up_again(
    *, patient_request: PatientRequest, note: str, by: User, at: datetime | None = None
) -> PatientRequest:
    """It was ended by mistake, or the patient came back. The clock still runs from the first day;
    what had been written at its end stays in the lines."""
    require(by, CHANGE)
    words, now = needed(note, "Write why it is taken up again."), at or timezone.now()
    empty = {"answered_on": None, "ended_words": None, "ended_at": None, "ended_by": None}
    with transaction.atomic():
        ended = PatientRequest.objects.filter(pk=patient_request.pk).exclude(outcome="")
        if not ended.update(outcome="", **empty):
            raise CannotDo("It is open already.")
        write_line(Kind.REOPENED, patient_request, by=by, at=now, note=words)
        if patient_request.wants == Wants.CORRECT:
            asked = correction_in_words(patient_request)
            references, kind = chosen(patient_request), Event.Kind.CORRECTION_ASKED
            answer_corrections(references, kind, asked, by=by, at=now)
    return reread(patient_request)


def note_copy(
    *,
    patient_request: PatientRequest,
    by: User,
    references: Iterable[str] | None = None,
    others: Iterable[str] = (),
    at: datetime | None = None,
) -> PatientRequest:
    """The PDF of everything held is about to leave: who takes it, in the log of all that is in it.

    `references` and `others` are the enquiries and the further requests that were drawn. Drawing
    takes a while: where a colleague chose others meanwhile it leaves with nobody (`CannotDo`).
    Whoever has all that was written has opened the enquiry.
    """
    require(by, CHANGE)
    now = at or timezone.now()
    with transaction.atomic():
        locked(patient_request)
        if patient_request.proof_at is None:
            raise CannotDo(FIRST_PROOF)
        tied = chosen(patient_request)
        if references is not None and set(references) != set(tied):
            raise CannotDo(CHOSEN_ANEW)
        rows = [patient_request.reference, *tied, *others]
        note_access(references=rows, by=by, action=Access.HELD, at=now)
        unread = Enquiry.objects.filter(reference__in=tied, opened_at__isnull=True)
        for enquiry in unread:
            workflow.open_(enquiry=enquiry, by=by, at=now)
        words = ", ".join([*tied, *others]) or "no enquiry"
        write_line(Kind.COPIED, patient_request, by=by, at=now, note=words)
    return patient_request


def chosen(patient_request: PatientRequest) -> list[str]:
    """The references of the enquiries that are this patient's."""
    rows = RequestedEnquiry.objects.filter(request=patient_request, untied_at__isnull=True)
    return sorted(rows.values_list("reference", flat=True))


def answer_corrections(
    references: Iterable[str], kind: str, words: str, *, by: User, at: datetime
) -> None:
    """A line for each enquiry that is still there; one that was erased has no timeline."""
    for enquiry in Enquiry.objects.filter(reference__in=references).order_by("pk"):
        add_line(kind, enquiry=enquiry, at=at, by=by, note=words)


def correction_in_words(patient_request: PatientRequest) -> str:
    return (
        f"{patient_request.reference}. The patient says this is wrong: {patient_request.is_wrong}\n"
        f"It should say: {patient_request.should_say}"
    )


def locked(patient_request: PatientRequest) -> None:
    """Nobody else changes it meanwhile. Raises `CannotDo` where it has ended."""
    row = PatientRequest.objects.select_for_update().only("outcome").get(pk=patient_request.pk)
    if not row.is_open:
        raise CannotDo("It has ended. Take it up again first.")


def needed(note: str, problem: str) -> str:
    if not note.strip():
        raise CannotDo(problem)
    return note.strip()


def write_line(
    kind: str, patient_request: PatientRequest, *, by: User, at: datetime, note: str | None = None
) -> None:
    PatientRequestLine.objects.create(
        request=patient_request, kind=kind, at=at, by=by, note=note or None
    )


def reread(patient_request: PatientRequest) -> PatientRequest:
    patient_request.refresh_from_db()
    return patient_request
