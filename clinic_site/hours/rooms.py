"""Where patients are seen, with the hours of today. Plain data: no model, no query."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from django.utils import timezone

from clinic_site.hours.opening import Line, Now, open_at, weekly_lines, zone_in_words

ANNOUNCED = timedelta(weeks=4)
MAPS = {  # plain links: nothing is loaded from there unless a visitor chooses one
    "OpenStreetMap": "https://www.openstreetmap.org/search?query=",
    "Apple Maps": "https://maps.apple.com/?q=",
    "Google Maps": "https://www.google.com/maps/search/?api=1&query=",
}


class Hours(NamedTuple):
    weekday: int
    opens: time
    closes: time


class Map(NamedTuple):
    name: str
    address: str


class ClosedDays(NamedTuple):
    """First and last day included."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True)
class Rooms:
    """One place. `now` is asked when a page is made, as it changes by itself."""

    name: str
    address: str
    parking: str
    access: str
    time_zone: str
    hours: tuple[Hours, ...]
    closures: tuple[ClosedDays, ...]

    @property
    def maps(self) -> list[Map]:
        """Where maps show the address."""
        place = quote_plus(" ".join(self.address.split()))
        return [Map(name, address + place) for name, address in MAPS.items()]

    @property
    def weekly_lines(self) -> list[Line]:
        return weekly_lines(self.hours)

    @property
    def now(self) -> Now | None:
        moment = timezone.localtime(timezone=zoneinfo.ZoneInfo(self.time_zone))
        return open_at(moment, spans=self.hours, closures=self.closures, zone=self.zone)

    @property
    def zone(self) -> str:
        """`Sydney time`: rooms in two states keep two clocks."""
        return zone_in_words(self.time_zone)

    @property
    def closures_soon(self) -> list[ClosedDays]:
        return self.closures_from(timezone.now())

    def closures_from(self, moment: datetime) -> list[ClosedDays]:
        """Closures at a moment or within four weeks of it."""
        today = moment.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()
        return [
            c for c in self.closures if c.last_day >= today and c.first_day <= today + ANNOUNCED
        ]


def rooms_from_rows(rows: list[dict[str, Any]]) -> tuple[Rooms, ...]:
    """Rooms from the rows of a join, where each repeats its room, hours and closure."""
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row["room_pk"] is not None:
            grouped.setdefault(row["room_pk"], []).append(row)
    return tuple(rooms_of(group) for group in grouped.values())


def rooms_of(rows: list[dict[str, Any]]) -> Rooms:
    facts = ["name", "address", "parking", "access", "time_zone"]
    hours = (Hours(r["weekday"], r["opens"], r["closes"]) for r in rows if r["opens"])
    closures = (
        ClosedDays(r["first_day"], r["last_day"], r["reason"]) for r in rows if r["first_day"]
    )
    return Rooms(
        **{name: rows[0][f"room_{name}"] for name in facts},
        hours=tuple(dict.fromkeys(hours)),
        closures=tuple(dict.fromkeys(closures)),
    )
