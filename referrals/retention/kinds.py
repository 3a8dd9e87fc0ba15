"""The four kinds of things that a rule speaks of: what is proposed, the least, and why."""

from datetime import date
from math import ceil
from typing import NamedTuple

from referrals.models import RetentionRule, Tombstone
from referrals.models.retention import FLOORS

Kind = Tombstone.RuleKind
DAYS_OF_A_YEAR = 365.25
ADULT_RECORD_AGE = 25  # a child’s record is kept to this birthday
AFTER_RECEIPT_YEARS = 2  # how long a referral must be there to be produced
LONGEST = {"days": 3650, "years": 99}


class KindOfRule(NamedTuple):
    """`column` is the rule's; its floor is also what is proposed."""

    kind: str
    column: str
    unit: str  # "days" or "years"
    name: str
    counted_from: str
    only: str  # what of this kind may go at all
    why_not_less: str

    @property
    def floor(self) -> int:
        return FLOORS[self.column]

    @property
    def longest(self) -> int:
        return LONGEST[self.unit]

    def amount(self, rule: RetentionRule | None) -> int | None:
        """What was signed, or what is proposed where nothing is; None: it is never purged."""
        if rule is None:
            return self.floor
        amount: int | None = getattr(rule, self.column)
        return amount

    def words(self, amount: int | None) -> str:
        if amount is None:
            return "for ever"
        return f"{amount} {self.unit if amount != 1 else self.unit[:-1]}"

    def days(self, amount: int | None) -> int | None:
        """So many days are never fewer than that many years."""
        if amount is None or self.unit == "days":
            return amount
        return ceil(amount * DAYS_OF_A_YEAR)


KINDS = [
    KindOfRule(
        kind=Kind.SPAM,
        column="spam_days",
        unit="days",
        name="Spam",
        counted_from="the day it was set aside",
        only="Only what somebody has looked at, and nobody ever decided or filed. What was decided"
        " is kept as what it is, also where it is marked as spam later.",
        why_not_less="Not less than 30 days: a real referral can be set aside by mistake, and is"
        " missed only after a holiday.",
    ),
    KindOfRule(
        kind=Kind.MESSAGE,
        column="message_years",
        unit="years",
        name="Messages",
        counted_from="the day it was filed, or of later contact",
        only="Only what was filed, and not while an answer is unread.",
        why_not_less="Not less than 1 year: people come back to an answer, or complain of it,"
        " within the year.",
    ),
    KindOfRule(
        kind=Kind.SOFTWARE,
        column="software_years",
        unit="years",
        name="Referrals that are in your practice software",
        counted_from="the last contact that this site knows of",
        only="Only where the record was saved from here, and somebody ticked that it was seen in"
        " the practice software.",
        why_not_less="Not less than 2 years: a specialist keeps a referral for 2 years and must be"
        " able to produce it.",
    ),
    KindOfRule(
        kind=Kind.REFERRAL,
        column="referral_years",
        unit="years",
        name="All other referrals",
        counted_from="the last contact that this site knows of",
        only="Only what was filed. To the patient’s 25th birthday where that is later, and then to"
        " the end of that year, so that the day tells no birthday.",
        why_not_less="Not less than 7 years: health records are kept 7 years after the last"
        " service, and a child’s to the age of 25.",
    ),
]
KIND_OF: dict[str, KindOfRule] = {one.kind: one for one in KINDS}


def years_later(day: date, years: int) -> date:
    """The same day so many years on; after 29 February the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def end_of_year(day: date) -> date:
    """The first day after the year of `day`, unless it is one."""
    return day if (day.month, day.day) == (1, 1) else date(day.year + 1, 1, 1)
