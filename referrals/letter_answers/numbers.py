"""Telephone, Medicare and provider numbers in the words of a letter; only what passes its check."""

import re

from referrals.identifiers import (
    compact,
    digits_of,
    medicare_problem,
    plain_phone,
    provider_number_problem,
)

PHONE = re.compile(
    r"(?<![\d/-])(?:\+ ?61|\(?0011 ?61\)?|\(0\d\)|0\d|1[38]00|13"
    r"|\d{4}(?=[ -]?\d{4}(?!\d)))(?:[ ().-]{0,2}\d){4,9}(?![\d/])"
)
AUSTRALIAN = re.compile(r"0[23478]\d{8}|1[38]00\d{6}|[2-9]\d{7}")
MEDICARE = re.compile(r"(?<!\d)([2-6]\d{3}[ -]?\d{5}[ -]?\d)")
AFTER_MEDICARE = re.compile(
    r",?\s?(?:[-/–]|(?:and )?(?:s?he|they) (?:is|are) number(?= [1-9] on\b)"
    r"|\(?(?:irn|ref|line|no|position)\.?(?: ?no\.?)?:?\s?|\()?\s?([1-9])\)?(?![\d/.-])",
    re.IGNORECASE,
)
PROVIDER = re.compile(
    r"(?<![A-Z\d])(\d{3} ?\d{2,3} ?[0-9A-HJ-NP-RT-Y] ?[ABFHJKLTWXY])(?![A-Z\d])", re.IGNORECASE
)
EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-]|\.\w)"
)


def phones_in(text: str) -> list[str]:
    """Whole Australian numbers as they stand there, with single spaces."""
    found = []
    for match in PHONE.finditer(text):
        number = " ".join(match[0].split()).strip(" .-")
        if AUSTRALIAN.fullmatch(plain_phone(number)) or plain_phone(number)[:2] in ("13", "18"):
            found.append(number)
    return [number for number in found if len(digits_of(number)) >= 8]


def is_mobile(number: str) -> bool:
    return plain_phone(number).startswith("04")


def medicare_in(text: str) -> tuple[str, str]:
    """The card's ten digits, and the person's number on it where it follows; or nothing."""
    for match in MEDICARE.finditer(text):
        digits = compact(match[1])
        rest = text[match.end() :]
        beside = AFTER_MEDICARE.match(rest)
        if rest[:1].isdigit() and not (beside and beside.start(1) == 0):
            continue
        if not medicare_problem(digits):
            return digits, beside[1] if beside else ""
    return "", ""


def irn_in(text: str) -> str:
    found = re.fullmatch(r"\(?([1-9])\)?[.,;]?", text.strip())
    return found[1] if found else ""


def provider_in(text: str) -> str:
    """The first number with its check letter right."""
    for match in PROVIDER.finditer(text):
        number = compact(match[1])
        if len(number) == 8 and not provider_number_problem(number):
            return number
        if len(number) == 7 and not provider_number_problem(number):
            return number
    return ""


def emails_in(text: str) -> list[str]:
    return [match[0] for match in EMAIL.finditer(text)]
