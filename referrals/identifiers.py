"""Check digits of Medicare cards and provider numbers, and telephone numbers in one form.

Pure functions. A problem is a short code; what it means to a person stands in the form.
Rules: Services Australia's card layout; provider numbers as published by practice software
vendors. Medicare once issued an invalid provider number, so the form warns and does not block.
"""

import re

from referrals.plain_text import plain_line

MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
PROVIDER_WEIGHTS = (3, 5, 8, 4, 2, 1)
PROVIDER_LOCATION_WEIGHT = 6
PROVIDER_LOCATIONS = "0123456789ABCDEFGHJKLMNPQRTUVWXY"  # no I, O, S, Z
PROVIDER_CHECKS = "YXWTLKJHFBA"
BETWEEN_NUMBERS = re.compile(r"[/,;|&\n]|\b(?:or|and)\b", re.IGNORECASE)
EXTENSION = re.compile(r"(?:x|ext\.?|extension)\s*[0-9]{1,6}\Z", re.IGNORECASE)
AREA_CODE = re.compile(r"\(?0[2-8]\)?")
NUMBERS_RUN_TOGETHER = re.compile(r"(?:(?:0061|61|0)[2-9][0-9]{8})+")
OF_AUSTRALIA = re.compile("0[2-578]")  # by area, or a mobile: ten digits each
ONE_OF_THEM = re.compile(r"(?:0061|61|0)[2-9][0-9]{8}")
PROVIDER_SHAPE = re.compile(rf"[0-9]{{6}}[{PROVIDER_LOCATIONS}][{PROVIDER_CHECKS}]")
WRONG_LETTER = re.compile(rf"[0-9]{{6}}[{PROVIDER_LOCATIONS}][A-Z]")  # as a person sees it


def compact(text: str) -> str:
    """Capitals and digits only: spaces, dots, slashes and hyphens are how people group them."""
    return re.sub(r"[\s./-]", "", plain_line(text)).upper()


def medicare_digits(text: str) -> str:
    """The card’s ten digits; empty where somebody wrote “none” or half a number."""
    digits = compact(text)[:10]
    return digits if re.fullmatch("[0-9]{10}", digits) else ""


def medicare_problem(number: str, irn: str = "") -> str:
    """Code of what is wrong with a Medicare card number, empty where nothing is.

    `number` holds 10 digits, or 11 with the person's own number (IRN) at the end; `irn` is that
    number where it was typed apart. Codes: `medicare_shape`, `medicare_check`, `medicare_issue`,
    `medicare_irn`.
    """
    digits = compact(number)
    if len(digits) == 10:
        digits += compact(irn)
    if not re.fullmatch(r"[2-6][0-9]{9,10}", digits, re.ASCII):
        return "medicare_shape"
    total = sum(w * int(d) for w, d in zip(MEDICARE_WEIGHTS, digits, strict=False))
    if total % 10 != int(digits[8]):
        return "medicare_check"
    if digits[9] == "0":
        return "medicare_issue"
    return "medicare_irn" if digits[10:] == "0" or (irn and compact(irn) != digits[10:]) else ""


def full_provider_number(number: str) -> str:
    """In capitals, with the zeros in front that people leave out: 8 characters where possible."""
    return compact(number).zfill(8)


def provider_number_problem(number: str) -> str:
    """Code of what is wrong with a provider number, empty where nothing is.

    Six digits, a letter or digit for the place, a check letter. Codes: `provider_shape`,
    `provider_letter` where it looks like one whose last letter cannot be right, `provider_check`
    where the parts do not fit together.
    """
    full = full_provider_number(number)
    if not PROVIDER_SHAPE.fullmatch(full):
        return "provider_letter" if WRONG_LETTER.fullmatch(full) else "provider_shape"
    total = sum(w * int(d) for w, d in zip(PROVIDER_WEIGHTS, full[:6], strict=True))
    total += PROVIDER_LOCATION_WEIGHT * PROVIDER_LOCATIONS.index(full[6])
    return "" if PROVIDER_CHECKS[total % 11] == full[7] else "provider_check"


def phone_numbers(text: str) -> list[str]:
    """Each telephone number of a line such as `0491 570 006 / 02 5550 1234`, as it stands there.

    Empty where the line holds something that is no whole number.
    """
    parts = [part.strip() for part in BETWEEN_NUMBERS.split(plain_line(text))]
    parts = [part for part in parts if part]
    if len(parts) == 2 and AREA_CODE.fullmatch(parts[0]):
        parts = [" ".join(parts)]  # 02/5550 1234
    found = [number for part in parts for number in run_together(part)]
    # 0011 dials out of Australia: it is no part of the number.
    lengths = [len(digits_of(number).removeprefix("0011")) for number in found]
    is_whole = all(8 <= length <= 15 for length in lengths)
    return found if is_whole else []


def run_together(part: str) -> list[str]:
    """Two Australian numbers with only a space between them; else the one that is there."""
    digits = digits_of(part)
    if len(digits) > 15 and NUMBERS_RUN_TOGETHER.fullmatch(digits):
        return ONE_OF_THEM.findall(digits)
    return [part]


def digits_of(number: str) -> str:
    """The digits that are dialled, without those of an extension."""
    return re.sub("[^0-9]", "", EXTENSION.sub("", number.strip()))


def plain_phone(text: str) -> str:
    """An Australian number as digits with a leading zero, others as digits with their country.

    `+61 2 5550 1234`, `(02) 5550 1234`, `0061255501234` and `02 5550 1234 4412`, which an extension
    follows, are all `0255501234`.
    """
    return as_digits(before_extension(plain_line(text)))


def as_digits(line: str) -> str:
    digits = digits_of(line)
    is_foreign_form = line.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if is_foreign_form else digits
    if is_foreign_form and digits.startswith("61"):
        return "0" + digits[2:].removeprefix("0")
    return digits


def miscounted(text: str) -> str:
    """The first number of a line that begins as an Australian one and has not its ten digits, as it
    stands there; empty where each has. Without a leading zero nothing can be told, and what is
    written apart behind ten digits is an extension."""
    for number in phone_numbers(text):
        plain = plain_phone(number)
        if OF_AUSTRALIA.match(plain) and len(plain) != 10:
            return number
    return ""


def before_extension(number: str) -> str:
    """An Australian number without the digits that are written apart behind its ten."""
    if OF_AUSTRALIA.match(as_digits(number)):
        for found in re.finditer(r"[^0-9]+", number):
            if len(as_digits(number[: found.start()])) == 10:
                return number[: found.start()]
    return number


def plain_phones(text: str) -> list[str]:
    """Every number of a line in its one form; what is no whole number stays as it is."""
    return [plain_phone(number) for number in phone_numbers(text) or [text]]


def dialled(number: str) -> str:
    """A telephone number as a `tel:` link wants it: digits, and a plus where one was written."""
    line = before_extension(plain_line(number))
    return f"+{digits_of(line)}" if line.startswith("+") else digits_of(line)
