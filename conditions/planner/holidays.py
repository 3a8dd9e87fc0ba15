"""Public holidays of all of Australia, on which no rooms see anybody. Pure functions.

Those of one State are not among them: the rooms give the day.
"""

from datetime import date, timedelta
from functools import cache

SATURDAY = 5


def working_day(day: date) -> date:
    """This day; or the next one that is neither on a weekend nor a public holiday."""
    while day.weekday() >= SATURDAY or day in holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """As observed: what falls on a weekend is kept on the next days of the working week, except
    for Anzac Day."""
    easter = easter_sunday(year)
    found = {easter - timedelta(days=2), easter + timedelta(days=1), date(year, 4, 25)}
    for month, number in [(1, 1), (1, 26), (12, 25), (12, 26)]:
        day = date(year, month, number)
        while day.weekday() >= SATURDAY or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def easter_sunday(year: int) -> date:
    """By the rule of the Gregorian calendar (Meeus)."""
    century, of_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
