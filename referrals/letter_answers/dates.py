"""Dates in a letter. One that could be two days is none.

Days come first, as here; a year of two digits counts only where one century is possible.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from referrals.dates import NotADay, month_called

OLDEST = 105  # years; whoever is older is not guessed from two digits
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    r"(?<![\w./-])(?:"
    r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2}) ?[-/.] ?(?P<m2>\d{1,2}) ?[-/.] ?(?P<y2>\d{4}|\d\d)"
    rf"|(?P<d3>\d{{1,2}})(?: ?(?:st|nd|rd"
    rf"|th))?[ .-]{{0,2}}(?:of )?(?P<m3>{MONTH})[ .,'’-]{{0,3}}(?P<y3>\d{{4}}|\d\d)"
    rf"|(?P<m4>{MONTH})[ .]{{0,2}}(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>\d{{4}})"
    r")(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
RUN = re.compile(r"(?<!\d)(\d\d)(\d\d)((?:19|20)\d\d)(?!\d)")


def today() -> date:
    return datetime.now(UTC).date()


def dates_in(text: str, *, is_recent: bool = False) -> Iterator[tuple[date, int, int]]:
    """Each day that stands in the text, and from where to where.

    `is_recent`: a year of two digits is one of this century, as a letter's own date is.
    """
    for found in DATE.finditer(text):
        day = day_of(found, is_recent=is_recent)
        if day:
            yield day, found.start(), found.end()


def day_of(found: re.Match[str], *, is_recent: bool = False) -> date | None:
    year, month, number = (
        next(found[f"{part}{way}"] for way in "1234" if found[f"{part}{way}"]) for part in "ymd"
    )
    return day_from(number, month, f"20{year}" if is_recent and len(year) == 2 else year)


def day_from(day: str, month: str, year: str) -> date | None:
    try:
        in_year = int(year) if len(year) == 4 else whole_year(int(year))
        in_month = int(month) if month.isdecimal() else month_called(month.casefold())
        return date(in_year, in_month, int(day))
    except (ValueError, NotADay):
        return None


def whole_year(year: int) -> int:
    """Of two digits. Raises ValueError where a person of either century may live."""
    now = today().year
    this, last = 2000 + year, 1900 + year
    if this > now:
        return last
    if now - last > OLDEST:
        return this
    raise ValueError("either century")


def every_date(text: str) -> set[str]:
    """All days that a text may mean, also both readings of a short year and digits in a run."""
    found = {day.isoformat() for day, _, _ in dates_in(text)}
    for match in DATE.finditer(text):
        if match["y2"] and len(match["y2"]) == 2:
            days = (day_from(match["d2"], match["m2"], c + match["y2"]) for c in ("19", "20"))
            found |= {day.isoformat() for day in days if day}
    days = (day_from(*match.groups()) for match in RUN.finditer(text))
    return found | {day.isoformat() for day in days if day}


def can_be_birth(day: date, *, letter: date | None) -> bool:
    """Born before the letter, and not longer ago than people live."""
    latest = min(letter or today(), today())
    return day < latest and latest.year - day.year <= 120
