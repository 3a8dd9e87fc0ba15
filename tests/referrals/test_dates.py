"""Dates are read as people write them; what is no date is told the truth, and never guessed."""

from datetime import date

import pytest

from referrals.dates import NotADay, read_day
from referrals.plain_text import plain_line


@pytest.mark.parametrize(
    "typed",
    [
        "31/1/1980",
        "31/01/1980",
        "31 / 1 / 1980",
        "31.1.1980",
        "31-Jan-1980",
        "31Jan1980",
        "31st of January, 1980",
        "January 31st, 1980",
        "Jan. 31 1980",
        "1980-01-31",
        "1980/1/31",
        "31011980",
        "19800131",
        "\u200e31/01/1980\u202c",
        "３１／１／１９８０",
        "٣١/١/١٩٨٠",
        "31\u00a01\u00a01980",
        "31–1–1980",
    ],
)
def test_a_day_is_read_however_it_is_written(typed):
    assert read_day(plain_line(typed)) == date(1980, 1, 31)


@pytest.mark.parametrize("typed", ["1 Sept 1980", "1st September 1980", "sep 1 1980", "1980-9-1"])
def test_a_month_may_be_cut_short(typed):
    assert read_day(typed) == date(1980, 9, 1)


@pytest.mark.parametrize("typed", ["31/1/80", "31.1.80", "31 Jan 80", "Jan 31, 80"])
def test_two_digits_that_fit_one_century_are_that_year(typed):
    assert read_day(typed) == date(1980, 1, 31)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("29/2/1981", "1981 had no 29 February."),
        ("29 Feb 2101", "2101 has no 29 February."),
        ("31/4/1980", "There are only 30 days in April."),
        ("30/2/1980", "There are only 29 days in February."),
        ("32/1/1980", "There is no day 32 in any month."),
        ("0/1/1980", "There is no day 0 in any month."),
        ("13/13/1980", "There is no month 13."),
        ("1/31/1980", "Put the day first: 31/1/1980."),
        ("31/2/80", "There are only 29 days in February."),
        ("31/1/05", "Write all four digits: 31/1/1905 or 31/1/2005."),
        ("1111980", "Is that 1/11/1980 or 11/1/1980?"),
        ("4121980", "Is that 4/12/1980?"),
        ("31 foo 1980", "We do not know the month “foo”."),
        ("31/1/980", "The year has four digits."),
        ("yesterday", "Write the date as day, month, year"),
        ("111980", "Write the date as day, month, year"),
    ],
)
def test_what_is_no_day_is_told_why(typed, words):
    with pytest.raises(NotADay, match=f"^.*{words.replace('?', '[?]').replace('.', '[.]')}"):
        read_day(typed)


def test_a_long_line_is_answered_at_once():
    with pytest.raises(NotADay):
        read_day("1" + " - " * 50_000)
