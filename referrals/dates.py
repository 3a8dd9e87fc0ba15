"""Dates as people write them. What cannot be a date, or can be two, is told so, and never guessed.

Pure functions; `read_day` takes a line as `plain_text.plain_line` leaves it.
"""

import calendar
import re
from datetime import UTC, date, datetime

MONTHS = [name.casefold() for name in calendar.month_name]  # "" stands in front
WRITE_IT = "Write the date as day, month, year, with a four-digit year: 31/1/1980."
ORDINAL = re.compile(r"(?<=\d)\s?(?:st|nd|rd|th)\b", re.IGNORECASE)
WORD = r"([a-z]{3,9})"
BETWEEN = "[-/., ]+"
YEAR_FIRST = re.compile(rf"(\d{{4}}){BETWEEN}(\d{{1,2}}){BETWEEN}(\d{{1,2}})")
DAY_FIRST = re.compile(rf"(\d{{1,2}}){BETWEEN}(\d{{1,2}}){BETWEEN}(\d+)")
DAY_AND_NAME = re.compile(rf"(\d{{1,2}})[-/., ]*(?:of )?{WORD}[-/., ]*(\d+)")
NAME_AND_DAY = re.compile(rf"{WORD}[-/., ]*(\d{{1,2}}){BETWEEN}(\d+)")
LIKELY_YEARS = range(1900, 2100)


class NotADay(ValueError):
    """What was typed is no date. The message is for the person who typed it."""


def read_day(text: str) -> date:
    """The day that a line means: day first, month as number or English word, or year first.

    Raises NotADay where it is none, or where it could be two.
    """
    line = " ".join(ORDINAL.sub("", text.casefold()).split())
    if line.isdecimal():
        return day_of_digits(line)
    if found := YEAR_FIRST.fullmatch(line):
        return day_of(int(found[3]), int(found[2]), found[1])
    if found := DAY_FIRST.fullmatch(line):
        return day_of(int(found[1]), int(found[2]), found[3])
    if found := DAY_AND_NAME.fullmatch(line):
        return day_of(int(found[1]), month_called(found[2]), found[3])
    if found := NAME_AND_DAY.fullmatch(line):
        return day_of(int(found[2]), month_called(found[1]), found[3])
    raise NotADay(WRITE_IT)


def month_called(word: str) -> int:
    """1 to 12 for “sep”, “sept” or “september”."""
    for number, name in enumerate(MONTHS):
        if number and name.startswith(word):
            return number
    raise NotADay(f"We do not know the month “{word}”. {WRITE_IT}")


def day_of(day: int, month: int, year: str) -> date:
    """The date, or what is wrong with it in words."""
    if len(year) == 2:
        year = whole_year(day, month, year)
    if len(year) != 4 or year == "0000":
        raise NotADay(f"The year has four digits. {WRITE_IT}")
    try:
        return date(int(year), month, day)
    except ValueError:
        raise NotADay(why_never(day, month, int(year))) from None


def whole_year(day: int, month: int, short: str) -> str:
    """Four digits for two where only one century fits: 80 was 1980, and 2080 is far off."""
    years = [f"{century}{short}" for century in centuries(int(short))]
    if len(years) > 1:
        days = " or ".join(f"{day}/{month}/{year}" for year in years)
        raise NotADay(f"Which year is that? Write all four digits: {days}.")
    return years[0]


def centuries(year: int) -> list[int]:
    """What may stand in front of two digits: 20 only where that year is not far off."""
    return [19, 20] if 2000 + year <= this_year() + 1 else [19]


def this_year() -> int:
    return datetime.now(UTC).year


def why_never(day: int, month: int, year: int) -> str:
    if not 1 <= month <= 12:
        is_swapped = 1 <= day <= 12 and 1 <= month <= 31
        hint = (
            f" Put the day first: {month}/{day}/{year}." if is_swapped else " Months are 1 to 12."
        )
        return f"There is no month {month}.{hint}"
    if not 1 <= day <= 31:
        return f"There is no day {day} in any month."
    if (day, month) == (29, 2):
        verb = "had" if year <= this_year() else "has"
        return f"{year} {verb} no 29 February. Check the day and the year."
    days = 29 if month == 2 else 30
    return f"There are only {days} days in {calendar.month_name[month]}. Check the day."


def day_of_digits(digits: str) -> date:
    """Eight digits are day, month, year (or year first). Seven could be two dates: it is asked."""
    if len(digits) == 8:
        is_year_first = int(digits[:4]) in LIKELY_YEARS and int(digits[4:]) not in LIKELY_YEARS
        if is_year_first:
            return day_of(int(digits[6:]), int(digits[4:6]), digits[:4])
        return day_of(int(digits[:2]), int(digits[2:4]), digits[4:])
    if len(digits) == 7:
        raise NotADay(which_of(digits))
    raise NotADay(WRITE_IT)


def which_of(digits: str) -> str:
    """Asks which of the readings of seven digits was meant, such as 1111980."""
    year = digits[3:]
    meant = [
        f"{day}/{month}/{year}"
        for day, month in [(digits[0], digits[1:3]), (digits[:2], digits[2])]
        if is_day(int(day), int(month), int(year)) and not month.startswith("0")
    ]
    if not meant:
        return WRITE_IT
    return f"Is that {' or '.join(meant)}? Write it with slashes."


def is_day(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
