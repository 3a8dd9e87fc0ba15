"""Looks for what was typed: whole names and numbers by the keyed index, parts of names by reading.

A digest for each part of a name would show whoever steals the database which people share one. So
parts are looked for in what is open or young, by unsealing it, within bounds of time and number;
beside another detail, in all that has it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import ExpressionWrapper, F, Q, QuerySet, TextField
from django.utils import timezone

from clinic_site.sealing.tokens import unseal
from referrals import person_index
from referrals.finding.slips import all_near
from referrals.finding.typed import PART_OF_NAME, SIGNS, Pair, Term, Typed, is_whole_code
from referrals.models import Enquiry
from referrals.person_index import NAMES, matching_any, plain_name
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Part

FOUND_AT_MOST = 50
READ_AT_MOST = 2500  # enquiries that one look-up by a part of a name unseals
SECONDS = 1.5
YOUNG = timedelta(days=90)
AT_ONCE = 250
SEALED_NAMES = {
    "family": "referral__patient_family_name",
    "given": "referral__patient_given_names",
    "sender": "sender_name",
}


@dataclass
class Found:
    """Keys of enquiries, newest first, and how far the search went."""

    keys: list[int] = field(default_factory=list)
    is_cut: bool = False  # there are more than are listed
    read_parts: bool = False  # parts of names were looked for
    is_near: bool = False  # nobody is called so; these names are spelt a little differently
    read: int = 0
    read_all: bool = True  # of what is open or young


def look(typed: Typed, *, parts: bool = False, at: datetime | None = None) -> Found:
    """By whole details; where those find nobody, or with `parts`, also by parts of the names."""
    if typed.is_empty():
        return Found()
    fitting = Enquiry.objects.filter(*[fits(term) for term in typed.terms])
    if not typed.names:
        return cut(fitting)
    exact = cut(fitting.filter(fits_names(typed.names)))
    if exact.keys and not parts:
        return exact
    if not any(is_long_enough(word) for word in typed.names):
        return exact
    rows = fitting if typed.terms else open_or_young(fitting, at=at or timezone.now())
    return with_parts(exact, typed.names, rows)


def cut(rows: QuerySet[Enquiry]) -> Found:
    keys = list(rows.values_list("pk", flat=True)[: FOUND_AT_MOST + 1])
    return Found(keys[:FOUND_AT_MOST], is_cut=len(keys) > FOUND_AT_MOST)


def fits(term: Term) -> Q:
    found = Q(pk__in=matching_any(term.pairs).values("enquiry")) if term.pairs else Q(pk__in=[])
    for code in term.codes:
        found |= Q(pk__in=with_code(code).values("pk"))
    return found


def with_code(code: str) -> QuerySet[Enquiry]:
    """By the eight signs whatever the prefix, or by some of them. Apart from the order of the
    list, so that the database reads the references alone."""
    if len(code) == SIGNS:
        return Enquiry.objects.filter(reference__endswith=f"-{code}").order_by()
    return Enquiry.objects.filter(reference__contains=code).order_by()


def fits_names(words: Sequence[str]) -> Q:
    """Each word for itself; or some of them run together, as `van der Berg` may be stored."""
    ways = [reduce(and_, [has_name(word) for word in words])]
    for split in range(1, len(words)) if len(words) > 2 else []:
        ways.append(has_name("".join(words[:split])) & has_name("".join(words[split:])))
    if len(words) > 1:
        ways.append(has_name("".join(words)))
    return reduce(or_, ways)


def has_name(word: str) -> Q:
    pairs: list[Pair] = [(name.value, word) for name in NAMES]
    named = Q(pk__in=matching_any(pairs).values("enquiry"))
    if is_whole_code(word.upper()):  # a reference of letters alone, without its prefix
        named |= Q(pk__in=with_code(word.upper()).values("pk"))
    return named


# --- Parts of names -------------------------------------------------------------------------


def is_long_enough(word: str) -> bool:
    return len(word) >= PART_OF_NAME or not word.isascii()


def with_parts(exact: Found, words: Sequence[str], rows: QuerySet[Enquiry]) -> Found:
    """What was found before, and what reading `rows` adds; one list, newest first. Where nobody has
    the words in a name, whoever has nearly these."""
    found = Found(read_parts=True)
    keys, near = set(exact.keys), set()
    stop_at = time.monotonic() + SECONDS
    for row in read_lazily(rows):
        if found.read == READ_AT_MOST or time.monotonic() > stop_at:
            found.read_all = False
            break
        found.read += 1
        names = names_in(row)
        if all(word in "\n".join(map(plain_name, names)) for word in words):
            keys.add(row["pk"])
        elif not keys and all_near(words, words_in(names)):
            near.add(row["pk"])
        if len(keys) > FOUND_AT_MOST:
            found.read_all = False
            break
    found.is_near = bool(near and not keys)
    keys = keys or near
    newest = Enquiry.objects.filter(pk__in=keys).values_list("pk", flat=True)
    found.keys = list(newest[:FOUND_AT_MOST])
    found.is_cut = exact.is_cut or len(keys) > FOUND_AT_MOST
    return found


def open_or_young(rows: QuerySet[Enquiry], *, at: datetime) -> QuerySet[Enquiry]:
    return rows.filter(Q(status__in=open_statuses()) | Q(received_at__gte=at - YOUNG))


def open_statuses() -> list[str]:
    parts = (Part.TO_DO, Part.TO_BOOK, Part.TO_FILE)
    return [status for part in parts for status in statuses_where(part=part)]


def read_lazily(rows: QuerySet[Enquiry]) -> Iterator[dict[str, Any]]:
    """Key and sealed names, newest first. They come sealed, so that one that no key opens takes no
    other with it."""
    sealed = {
        name: ExpressionWrapper(F(path), output_field=TextField())
        for name, path in SEALED_NAMES.items()
    }
    wanted: Any = rows.values("pk", **sealed)[: READ_AT_MOST + 1]
    yield from wanted.iterator(chunk_size=AT_ONCE)


def names_in(row: dict[str, Any]) -> list[str]:
    """The names of one enquiry as they were written; none where no key opens them."""
    try:
        return [unseal(row[name]) for name in SEALED_NAMES if row[name]]
    except InvalidToken:
        return []


def words_in(names: Sequence[str]) -> list[str]:
    return [word for name in names for word in person_index.name_words(name)]


def not_indexed() -> int:
    """How many enquiries no look-up by whole details is sure to find yet."""
    return person_index.missing().count()
