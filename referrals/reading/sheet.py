"""The sheet “Who has read my record”: for one patient, in her words, with nothing of another."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.permissions import require
from referrals.access_log import Action
from referrals.models import AccessLog
from referrals.reading.asking import Details
from referrals.reading.duties import SEE_LOG
from referrals.reading.finding import (
    GONE,
    HER_REQUEST,
    Candidate,
    Person,
    by_reference,
    find_person,
    note_looking,
    readings_of,
    with_people,
)
from referrals.reading.words import by_details, minutes, name_of, role_of, words_of
from referrals.references import is_reference

LINES_AT_MOST = 1000
TICKED_AT_MOST = 20


class NotOnePerson(ValueError):
    """Twins share all but their given names, so a sheet is made for names and a date of birth."""


class Line(NamedTuple):
    times: list[datetime]
    name: str  # empty where the sheet says roles only
    role: str
    what: str


class Part(NamedTuple):
    """The readings of one enquiry."""

    about: Candidate
    lines: list[Line]


class Sheet(NamedTuple):
    details: Details
    parts: list[Part]
    look_ups: list[Line]
    people: int
    readings: int
    since: datetime | None  # when the log begins
    made_at: datetime
    is_cut: bool


def make_sheet(
    *,
    details: Details,
    references: Iterable[str],
    by: User,
    with_names: bool = True,
    at: datetime | None = None,
) -> Sheet:
    """The sheet for one patient and those of her enquiries that `by` has ticked.

    A reference that is not found for these details is left out, save that of an erased enquiry.
    Making it is noted, and stands in the sheet itself. Raises `PermissionDenied` or `NotOnePerson`.
    """
    require(by, SEE_LOG)
    if not details.is_one_person():
        raise NotOnePerson("Write family name, given names and date of birth.")
    ticked, now = set(references), at or timezone.now()
    with transaction.atomic():
        found = find_person(details)
        written = [*found.candidates, *written_and_ticked(ticked, found, details)]
        chosen = [one for one in written if one.reference in ticked]
        action = Action.SHEET
        note_looking(chosen, details=details, by=by, action=action, nobody=action, at=now)
        return drawn_up(details, chosen, found, with_names=with_names, now=now)


def written_and_ticked(ticked: set[str], found: Person, details: Details) -> list[Candidate]:
    """What the patient knows by its reference and no look-up leads to: an enquiry that was erased,
    and what she asks for herself. Of another patient’s request nothing stands in a sheet."""
    more = sorted(filter(is_reference, ticked - set(found.references())))[:TICKED_AT_MOST]
    candidates = [by_reference(one, details) for one in more]
    return [one for one in candidates if one and one.why in {GONE, HER_REQUEST}]


def drawn_up(
    details: Details, chosen: list[Candidate], found: Person, *, with_names: bool, now: datetime
) -> Sheet:
    fields_of = {one.pk: one.fields for one in found.look_ups}
    references = [one.reference for one in chosen]
    rows = list(with_people(readings_of(references, found.look_ups))[: LINES_AT_MOST + 1])
    shown = rows[:LINES_AT_MOST]
    by_staff = [row for row in shown if row.by]
    parts = [Part(one, lines(shown, one.reference, with_names)) for one in chosen]
    looked = [
        Line([row.at], *who(row, with_names), sentence(fields_of[row.pk]))
        for row in shown
        if row.pk in fields_of
    ]
    first = AccessLog.objects.order_by("at", "pk").values_list("at", flat=True).first()
    people = len({row.by_id for row in by_staff})
    is_cut = len(rows) > LINES_AT_MOST
    return Sheet(details, parts, looked, people, len(by_staff), first, now, is_cut)


def sentence(fields: set[str]) -> str:
    return f"Looked for {by_details(fields)}, and found nothing."


def lines(rows: Iterable[AccessLog], reference: str, with_names: bool) -> list[Line]:
    """Newest first. Who did the same twice on a day has one line with both times."""
    together: dict[Any, list[datetime]] = {}
    for row in rows:
        if row.reference == reference:
            day = timezone.localdate(row.at)
            who_did = (day, *who(row, with_names), words_of(row).patient)
            together.setdefault(who_did, []).append(row.at)
    return [
        Line(minutes(times), name, role, what) for (_, name, role, what), times in together.items()
    ]


def who(row: AccessLog, with_names: bool) -> tuple[str, str]:
    """Name and role; of what nobody signed in did, what it was."""
    if row.by is None:
        return "", name_of(row)
    return (name_of(row) if with_names else ""), role_of(row.by)


def context_of(sheet: Sheet, *, with_names: bool) -> dict[str, Any]:
    """What the templates of page and PDF get."""
    return {"sheet": sheet, "with_names": with_names, "clinic": Clinic.with_rooms()}
