"""Saves a list of enquiries for a spreadsheet: each is noted before the first byte goes."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ExpressionWrapper, F, QuerySet, TextField
from django.utils import timezone

from clinic_site.permissions import require
from referrals.access_log import Action, note_access
from referrals.finding.filters import next_day
from referrals.models import Enquiry
from referrals.models.choices import Status
from referrals.numbers.columns import COLUMNS, Column, safe
from referrals.numbers.duties import SAVE_DETAILS
from referrals.numbers.periods import midnight

AT_MOST = 5000
AT_ONCE = 200
BYTE_ORDER_MARK = "\ufeff"  # or Excel reads names in another alphabet
SEE = "referrals.view_enquiry"


class TooMany(ValueError):
    """More than one list may hold. `number` is how many there are."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} enquiries are more than one list may hold.")
        self.number = number


class SavedList(NamedTuple):
    """`lines` are made while they are sent."""

    number: int
    lines: Iterator[str]


class Echo:
    """Gives the writer of lines back each line that it wrote."""

    def write(self, line: str) -> str:
        return line


def save_list(*, by: User, columns: Sequence[str], since: date, until: date) -> SavedList:
    """What came in on these days, oldest first; suspected spam is left out.

    `columns` are names of `COLUMNS`; what is unknown is left out. Raises `PermissionDenied`,
    also where one of a person is among them and `by` may not save those, and `TooMany`.
    """
    require(by, SEE)
    chosen = [COLUMNS[name] for name in columns if name in COLUMNS]
    if any(column.of_a_person for column in chosen):
        require(by, SAVE_DETAILS)
    with transaction.atomic():
        found = dict(between(since, until).values_list("pk", "reference")[: AT_MOST + 1])
        if len(found) > AT_MOST:
            raise TooMany(between(since, until).count())
        note_access(references=found.values(), by=by, action=Action.EXPORT)
    return SavedList(len(found), lines_of(list(found), chosen, clinic_zone()))


def clinic_zone() -> tzinfo:
    """Asked for while the request lasts: the lines are made after it."""
    return timezone.localtime().tzinfo or timezone.get_current_timezone()


def between(since: date, until: date) -> QuerySet[Enquiry]:
    rows = Enquiry.objects.exclude(status=Status.SPAM).order_by("received_at", "pk")
    return rows.filter(received_at__gte=midnight(since), received_at__lt=midnight(next_day(until)))


def lines_of(keys: list[int], columns: list[Column], zone: tzinfo) -> Iterator[str]:
    """Only what was noted; what is erased meanwhile is not in it."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow([heading_of(column, zone) for column in columns])
    for start in range(0, len(keys), AT_ONCE):
        rows = {row["pk"]: row for row in read(keys[start : start + AT_ONCE], columns, zone)}
        for key in keys[start : start + AT_ONCE]:
            if key in rows:
                cells = [safe(column.cell(rows[key])) for column in columns]
                yield writer.writerow(cells)


def heading_of(column: Column, zone: tzinfo) -> str:
    return f"{column.heading} ({zone})" if column.is_moment else column.heading


def read(keys: list[int], columns: list[Column], zone: tzinfo) -> Iterator[dict[str, Any]]:
    """Sealed facts come sealed: each is opened by itself. Moments come in the zone."""
    fields = {name for column in columns for name in column.fields}
    sealed = {name for column in columns if column.of_a_person for name in column.fields}
    raw = {
        f"sealed_{number}": ExpressionWrapper(F(name), output_field=TextField())
        for number, name in enumerate(sorted(sealed))
    }
    name_of = {f"sealed_{number}": name for number, name in enumerate(sorted(sealed))}
    rows = Enquiry.objects.filter(pk__in=keys).order_by()
    for row in rows.values("pk", *sorted(fields - sealed), **raw):
        yield {name_of.get(name, name): in_zone(value, zone) for name, value in row.items()}


def in_zone(value: Any, zone: tzinfo) -> Any:
    return value.astimezone(zone) if isinstance(value, datetime) else value
