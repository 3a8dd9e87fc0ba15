"""Public holidays on which no rooms see anybody: of all of Australia, and of the rooms' States.

Pure functions. Days that a State sets anew each year are not among them, nor those of one town:
the rooms give the day.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple, Protocol

MONDAY, TUESDAY, SATURDAY = 0, 1, 5


class Place(Protocol):
    """What of rooms tells their State."""

    @property
    def address(self) -> str: ...

    @property
    def time_zone(self) -> str: ...


class Rule(NamedTuple):
    """The first such weekday from a day of a month on: from the eighth, it is the second one."""

    weekday: int
    month: int
    earliest: int = 1

    def of(self, year: int) -> date:
        first = date(year, self.month, self.earliest)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7)


KINGS_BIRTHDAY = Rule(MONDAY, 6, 8)
SECOND_IN_MARCH = Rule(MONDAY, 3, 8)  # Labour Day, Eight Hours Day, Adelaide Cup or Canberra Day
FIRST_IN_OCTOBER = Rule(MONDAY, 10)  # Labour Day; in Queensland the King's Birthday
OF_STATE = {
    "NSW": [KINGS_BIRTHDAY, FIRST_IN_OCTOBER],
    "ACT": [SECOND_IN_MARCH, Rule(MONDAY, 5, 27), KINGS_BIRTHDAY, FIRST_IN_OCTOBER],
    "VIC": [SECOND_IN_MARCH, KINGS_BIRTHDAY, Rule(TUESDAY, 11)],
    "QLD": [Rule(MONDAY, 5), FIRST_IN_OCTOBER],
    "SA": [SECOND_IN_MARCH, KINGS_BIRTHDAY, FIRST_IN_OCTOBER],
    "WA": [Rule(MONDAY, 3), Rule(MONDAY, 6)],
    "TAS": [SECOND_IN_MARCH, KINGS_BIRTHDAY],
    "NT": [Rule(MONDAY, 5), KINGS_BIRTHDAY, Rule(MONDAY, 8)],
}
OF_ZONE = {
    "Australia/Sydney": "NSW",
    "Australia/Melbourne": "VIC",
    "Australia/Brisbane": "QLD",
    "Australia/Adelaide": "SA",
    "Australia/Perth": "WA",
    "Australia/Hobart": "TAS",
    "Australia/Darwin": "NT",
}
STATE = re.compile(r"\b(NSW|ACT|VIC|Vic|QLD|Qld|SA|WA|TAS|Tas|NT)\b")
States = tuple[str, ...]


def states_of(places: Iterable[Place]) -> States:
    """Where the rooms are: as the last word of that kind in an address says, else the clock."""
    found = []
    for place in places:
        named = STATE.findall(place.address)
        found.append(named[-1].upper() if named else OF_ZONE.get(place.time_zone, ""))
    return tuple(sorted({state for state in found if state}))


def working_day(day: date, *, states: States = ()) -> date:
    """This day; or the next one that is neither on a weekend nor a public holiday."""
    while day.weekday() >= SATURDAY or day in holidays(day.year, states):
        day += timedelta(days=1)
    return day


@cache
def holidays(year: int, states: States = ()) -> frozenset[date]:
    """As observed: what falls on a weekend is kept on the next days of the working week, except
    for Anzac Day."""
    easter = easter_sunday(year)
    found = {easter - timedelta(days=2), easter + timedelta(days=1), date(year, 4, 25)}
    for month, number in [(1, 1), (1, 26), (12, 25), (12, 26)]:
        day = date(year, month, number)
        while day.weekday() >= SATURDAY or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found | {rule.of(year) for state in states for rule in OF_STATE[state]})


def easter_sunday(year: int) -> date:
    """By the rule of the Gregorian calendar (Meeus)."""
    century, of_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
