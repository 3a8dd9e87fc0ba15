"""Filters of the inbox: the days on which it came in, and its state. Neither names a person."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from referrals.dates import NotADay, read_day
from referrals.models import Enquiry
from referrals.states.lookups import statuses_where

SINCE, UNTIL, STATE, SHOW = "since", "until", "state", "show"


class ReceivedSince(admin.SimpleListFilter):
    """The first day. Its template asks for both."""

    title = "day it came in"
    parameter_name = SINCE
    template = "admin/referrals/enquiry/filter_days.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Not empty, or the filter would not be drawn."""
        self.asked = request.GET
        return [("day", "day")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        day = read(self.value())
        return queryset.filter(received_at__gte=start_of(day)) if day else queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        """One: what the form of the template needs."""
        since, until = self.asked.get(SINCE, ""), self.asked.get(UNTIL, "")
        kept = {**changelist.params, SHOW: self.asked.get(SHOW) or "all"}  # else only what is to do
        yield {
            "since": since,
            "until": until,
            "problem": problem_with(since, until),
            "kept": [(name, value) for name, value in kept.items() if name not in {SINCE, UNTIL}],
            "clear": changelist.get_query_string(remove=[SINCE, UNTIL, "p"]),
        }


class ReceivedUntil(admin.SimpleListFilter):
    """The last day; drawn by `ReceivedSince`."""

    title = "last day"
    parameter_name = UNTIL
    template = "admin/referrals/enquiry/no_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("day", "day")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        day = read(self.value())
        return queryset.filter(received_at__lt=start_of(next_day(day))) if day else queryset


class InState(admin.SimpleListFilter):
    """One state, wherever in the inbox it stands."""

    title = "state"
    parameter_name = STATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        labels = dict(Enquiry.Status.choices)
        return [(status, str(labels.get(status, status))) for status in statuses_where()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        value = self.value()
        return queryset.filter(status=value) if value in statuses_where() else queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        """With all parts of the inbox behind each state: one part alone might hold none of it."""
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[STATE, "p"]),
            "display": "All",
        }
        for status, label in self.lookup_choices:
            yield {
                "selected": self.value() == status,
                "query_string": changelist.get_query_string({STATE: status, SHOW: "all"}, ["p"]),
                "display": label,
            }


FILTERS = [ReceivedSince, ReceivedUntil, InState]


def read(text: str | None) -> date | None:
    """The day that was typed, or that a browser's calendar wrote; None where it is none."""
    try:
        return read_day(text.strip()) if text and len(text) <= 40 else None
    except NotADay:
        return None


def problem_with(since: str, until: str) -> str:
    """What is wrong with them, in words; empty where nothing is."""
    for text in filter(None, [since, until]):
        if read(text) is None:
            return "We cannot read that day. Write day, month, year: 31/1/2026."
    first, last = read(since), read(until)
    return "The last day is before the first." if first and last and last < first else ""


def next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def start_of(day: date) -> datetime:
    """Midnight of the clinic."""
    within = min(max(day, date(1900, 1, 1)), date(2200, 1, 1))  # of what has a midnight in UTC
    return timezone.make_aware(datetime.combine(within, time.min))
