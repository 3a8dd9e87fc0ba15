"""The sheet “Who has read my record”: for one patient, in her words, with nothing of another."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.permissions import require
from referrals.access_log import NOBODY_FOUND, Action
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

LINES_AT_MOST = 1000  # of which only those of lists are left out
TICKED_AT_MOST = 20
AT_ONCE = 500


class NotOnePerson(ValueError):
    """Twins share all but their given names, so a sheet is made for names and a date of birth."""


class Line(NamedTuple):
    times: list[datetime]
    name: str  # empty where the sheet says roles only
    role: str
    what: str


class Did(NamedTuple):
    """What one person did to one enquiry on one day: what is merged into a line."""

    reference: str
    day: date
    name: str
    role: str
    what: str
    is_list: bool
    alone: int


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
    together: dict[Did, list[datetime]] = {}
    people: set[int] = set()
    readings = 0
    rows = with_people(readings_of(references, found.look_ups))
    for row in rows.iterator(chunk_size=AT_ONCE):
        together.setdefault(did(row, fields_of.get(row.pk), with_names), []).append(row.at)
        if row.by_id:
            people.add(row.by_id)
            readings += 1
    kept = cut(together)
    of_one = lines_by_reference(kept)
    parts = [Part(one, of_one.get(one.reference, [])) for one in chosen]
    looked = of_one.get(NOBODY_FOUND, [])
    first = AccessLog.objects.order_by("at", "pk").values_list("at", flat=True).first()
    is_cut = len(kept) < len(together)
    return Sheet(details, parts, looked, len(people), readings, first, now, is_cut)


def did(row: AccessLog, fields: set[str] | None, with_names: bool) -> Did:
    """A line of the sheet: who did the same twice on a day has one with both times. A look-up that
    found nobody stands by itself, as each says what was typed."""
    what = words_of(row).patient if fields is None else sentence(fields)
    day, alone = timezone.localdate(row.at), 0 if fields is None else row.pk
    name, role = who(row, with_names)
    return Did(row.reference, day, name, role, what, row.action == Action.LIST, alone)


def cut(together: dict[Did, list[datetime]]) -> dict[Did, list[datetime]]:
    """The oldest lines of lists go where there are too many lines. Nothing else ever does."""
    lists = [line for line in together if line.is_list]
    room = max(0, LINES_AT_MOST - (len(together) - len(lists)))
    gone = set(lists[room:])
    return {line: times for line, times in together.items() if line not in gone}


def lines_by_reference(together: dict[Did, list[datetime]]) -> dict[str, list[Line]]:
    """Newest first, as they came."""
    found: dict[str, list[Line]] = {}
    for line, times in together.items():
        shown = Line(minutes(times), line.name, line.role, line.what)
        found.setdefault(line.reference, []).append(shown)
    return found


def sentence(fields: set[str]) -> str:
    return f"Looked for {by_details(fields)}, and found nothing."


def who(row: AccessLog, with_names: bool) -> tuple[str, str]:
    """Name and role; of what nobody signed in did, what it was."""
    if row.by is None:
        return "", name_of(row)
    return (name_of(row) if with_names else ""), role_of(row.by)


def context_of(sheet: Sheet, *, with_names: bool) -> dict[str, Any]:
    """What the templates of page and PDF get."""
    return {"sheet": sheet, "with_names": with_names, "clinic": Clinic.with_rooms()}
