"""Readings as lines for people: by day, by enquiry, and each person’s times together."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from referrals.models import AccessLog, Enquiry, PatientRequest
from referrals.reading.finding import with_people
from referrals.reading.words import minutes, name_of, place_words, words_of
from referrals.references import is_reference

AT_ONCE = 100


class Line(NamedTuple):
    who: str
    did: str
    times: list[datetime]


class Group(NamedTuple):
    """What was done to one enquiry on one day."""

    heading: str
    reference: str  # of an enquiry; empty for lists, look-ups and what patients ask for
    pk: int | None  # of the enquiry; None once it is not held any more
    lines: list[Line]


class Day(NamedTuple):
    day: date
    groups: list[Group]


class Page(NamedTuple):
    days: list[Day]
    older: int | None  # the reading behind which the next page begins


def page_of(rows: QuerySet[AccessLog], *, before: int | None = None) -> Page:
    """So many readings, newest first, from behind one of them: however long the log is."""
    last = AccessLog.objects.filter(pk=before).first() if before else None
    if last:
        rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)  # by the index
    found = list(with_people(rows)[: AT_ONCE + 1])
    shown, more = found[:AT_ONCE], found[AT_ONCE:]
    return Page(days_of(shown), shown[-1].pk if more else None)


def days_of(rows: Iterable[AccessLog]) -> list[Day]:
    shown = list(rows)
    references = {row.reference for row in shown}
    keys = held(references)
    asked = requests_among(references - set(keys))
    by_day = groupby(shown, key=lambda row: timezone.localdate(row.at))
    return [Day(day, groups_of(list(of_day), keys, asked)) for day, of_day in by_day]


def held(references: set[str]) -> dict[str, int]:
    asked = list(filter(is_reference, references))
    return dict(Enquiry.objects.filter(reference__in=asked).values_list("reference", "pk"))


def requests_among(references: set[str]) -> set[str]:
    """What patients ask for has a reference too, and is no enquiry that has gone."""
    asked = list(filter(is_reference, references))
    found = PatientRequest.objects.filter(reference__in=asked)
    return set(found.order_by().values_list("reference", flat=True))


def groups_of(rows: list[AccessLog], keys: dict[str, int], asked: set[str]) -> list[Group]:
    """In the order in which each was touched last."""
    together: dict[str, list[AccessLog]] = {}
    for row in rows:
        together.setdefault(row.reference, []).append(row)
    return [
        Group(
            place_words(reference),
            reference if is_reference(reference) and reference not in asked else "",
            keys.get(reference),
            lines_of(of_one),
        )
        for reference, of_one in together.items()
    ]


def lines_of(rows: Iterable[AccessLog]) -> list[Line]:
    """Who did the same twice on a day has one line with both times."""
    together: dict[tuple[str, str], list[datetime]] = {}
    for row in rows:
        together.setdefault((name_of(row), words_of(row).staff), []).append(row.at)
    return [Line(who, did, minutes(times)) for (who, did), times in together.items()]
