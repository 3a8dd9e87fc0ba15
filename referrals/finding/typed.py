"""What somebody typed into the box: a reference, a date, a number, names, in any order.

Each piece is read in every way in which it may be meant, so that nobody has to say what it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from clinic_site.models import Clinic
from referrals import person_index
from referrals.dates import NotADay, centuries, read_day
from referrals.identifiers import medicare_digits, phone_numbers, plain_phone
from referrals.models import PersonIndex
from referrals.plain_text import plain_line
from referrals.references import ALPHABET

Field = PersonIndex.Field
Pair = tuple[str, str]
WORDS_AT_MOST = 6
PART_OF_NAME, PART_OF_REFERENCE, SIGNS = 3, 4, 8
AREA_CODES = ("02", "03", "07", "08")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
NOT_IN_A_WORD, END = r"(?<![\w/])", r"(?![\w/])"
DATES = re.compile(
    rf"{NOT_IN_A_WORD}(?:"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[-/., ]*(?:of )?{MONTH}[-/., ]*(?:\d{{4}}|\d{{2}})"
    rf"|{MONTH}[-/., ]*\d{{1,2}}(?:st|nd|rd|th)?[-/., ]+(?:\d{{4}}|\d{{2}})"
    rf"){END}",
    re.IGNORECASE,
)
DAY_ALONE = re.compile(r"(\d{1,2})/(\d{1,2})")
NUMBERS = re.compile(
    r"(?<![\w-])[+(]{0,2}\d[\d\s()./-]*\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?(?![\w-])",
    re.IGNORECASE,
)
CODE = rf"(?:[{ALPHABET}][\s-]{{0,2}}){{7}}[{ALPHABET}]"
WHOLE_REFERENCE = re.compile(
    rf"(?<![\w-])(?:([A-Z]{{2,4}})\s?-\s?|([A-Z]{{2,4}})\s|([A-Z]{{2,4}}?))?({CODE})(?![\w-])",
    re.IGNORECASE,
)
MEDICARE = re.compile(r"[2-6]\d{9,10}")


@dataclass
class Term:
    """One thing that was typed. Whatever fits one of its pairs or references fits it."""

    kind: str  # in words: “birth date”
    shown: str  # as we read it
    pairs: list[Pair] = field(default_factory=list)  # of the person index
    codes: list[str] = field(default_factory=list)  # the eight signs of a reference, or some


@dataclass
class Typed:
    """All of it; each term and all of the names must fit."""

    terms: list[Term] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # plain words
    shown_names: str = ""
    left_out: list[str] = field(default_factory=list)  # what could be nothing
    problem: str = ""  # in words, where a date is none

    def is_empty(self) -> bool:
        return not self.terms and not self.names

    def whole_codes(self) -> list[str]:
        """With digits, or letters alone as one reference in 25 has: those may be a name too."""
        codes = [code for term in self.terms for code in term.codes if len(code) == SIGNS]
        return [*codes, *filter(is_whole_code, [word.upper() for word in self.names])]

    def noted(self) -> list[Pair]:
        """As the log of who read what connects look-ups: (field, plain form)."""
        found = [(Field.FAMILY_NAME.value, word) for word in self.names]
        for term in self.terms:
            if term.codes:
                found += [("reference", code) for code in term.codes]
            else:
                found += [pair for pair in term.pairs if pair[0] != Field.SENDER_PHONE]
        return list(dict.fromkeys(found))

    def in_words(self) -> list[str]:
        found = [f"{term.kind} {term.shown}" for term in self.terms]
        return [*found, *([f"the name {self.shown_names}"] if self.names else [])]


def read(text: str) -> Typed:
    """Dates first, as they look like numbers; then references, numbers, and what is left."""
    typed = Typed()
    rest = plain_spaces(text)
    for pattern, take in READERS:
        rest = pattern.sub(lambda found, take=take: taken(found, take, typed), rest)  # type: ignore[misc]
    read_words(rest.split(), typed)
    return typed


def plain_spaces(text: str) -> str:
    """Digits of every script as ASCII ones; a name keeps its letters."""
    words = [plain_line(word) if any(c.isdigit() for c in word) else word for word in text.split()]
    return " ".join(words)


Take = Callable[[re.Match[str], Typed], bool]


def taken(found: re.Match[str], take: Take, typed: Typed) -> str:
    """What stays in the line: nothing where it was read."""
    return "  " if take(found, typed) else found[0]


# --- Dates ----------------------------------------------------------------------------------


def take_date(found: re.Match[str], typed: Typed) -> bool:
    try:
        days = list(days_meant(found[0]))
    except NotADay as problem:
        typed.problem = typed.problem or str(problem)
        return True
    shown = " or ".join(f"{day.day} {day:%B %Y}" for day in days)
    pairs = [(Field.BIRTH_DATE.value, day.isoformat()) for day in days]
    typed.terms.append(Term("birth date", shown, pairs))
    return True


def days_meant(text: str) -> Iterator[date]:
    """One day; of a year with two digits, that of each century in which a patient can be born."""
    short = re.search(r"(?<!\d)(\d{2})$", text.strip())
    if short is None or re.match(r"\d{4}", text):
        yield read_day(text)
        return
    found, problems = [], []
    for century in centuries(int(short[1])):
        try:
            found.append(read_day(f"{text.strip()[:-2]}{century}{short[1]}"))
        except NotADay as problem:  # 29/2/00 is a day of 2000 and none of 1900
            problems.append(problem)
    if not found:
        raise problems[-1]
    yield from found


# --- References -----------------------------------------------------------------------------


def take_reference(found: re.Match[str], typed: Typed) -> bool:
    """A whole one needs nothing else; letters alone may as well be a name."""
    code = re.sub(r"[\s-]", "", found[4]).upper()
    is_mixed = any(sign.isdigit() for sign in code) and not code.isdigit()
    if not (is_mixed or found[1] or is_our_prefix(found[2] or found[3])):
        return False  # read among the numbers, or the names
    typed.terms.append(Term("reference", found[0].strip().upper(), codes=[code]))
    return True


def is_our_prefix(letters: str | None) -> bool:
    return bool(letters) and str(letters).upper() == Clinic.current().reference_prefix


# --- Numbers --------------------------------------------------------------------------------


def take_number(found: re.Match[str], typed: Typed) -> bool:
    if day := DAY_ALONE.fullmatch(found[0].strip()):
        return take_day_alone(day, typed)
    for piece in pieces(found[0].split()):
        typed.terms.append(piece)
    return True


def take_day_alone(found: re.Match[str], typed: Typed) -> bool:
    """29/02: a day of any year, which is no detail to find anybody by."""
    if 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12:
        typed.problem = typed.problem or f"Which year is that? Write it too: {found[0]}/1980."
    else:
        typed.terms.append(unknown(found[0]))
    return True


def pieces(chunks: list[str]) -> Iterator[Term]:
    """The whole as one number, else as many as stand side by side."""
    while chunks:
        for length in range(len(chunks), 0, -1):
            if term := number("".join(chunks[:length]), " ".join(chunks[:length])):
                yield term
                chunks = chunks[length:]
                break
        else:
            yield unknown(" ".join(chunks))
            return


def number(compact: str, shown: str) -> Term | None:
    """A telephone or Medicare number, eight digits that may be several things, or some signs of a
    reference; None where it is no number."""
    digits = re.sub(r"\D", "", compact)
    pairs, kinds = list(as_numbers(shown)), set()
    kinds |= {"telephone" for name, _ in pairs if name == Field.PHONE}
    kinds |= {"Medicare number" for name, _ in pairs if name == Field.MEDICARE}
    codes = [digits] if is_part_of_code(digits) else []
    if len(digits) == SIGNS and (day := day_of(digits)):
        pairs.append((Field.BIRTH_DATE.value, day.isoformat()))
        kinds.add("birth date")
    if not pairs and not codes:
        return None
    return Term(" or ".join(sorted(kinds)) or "part of a reference", shown, pairs, codes)


def as_numbers(text: str) -> Iterator[Pair]:
    digits = re.sub(r"\D", "", text)
    if MEDICARE.fullmatch(digits) and not text.startswith(("+", "(")):
        yield Field.MEDICARE.value, medicare_digits(text)
    for plain in phones_meant(text):
        yield Field.PHONE.value, plain
        yield Field.SENDER_PHONE.value, plain


def phones_meant(text: str) -> list[str]:
    """Also without the area code, or without the zero of a mobile number."""
    whole = phone_numbers(text)
    if len(whole) != 1:
        return []
    plain = plain_phone(whole[0])
    found = [plain]
    if len(plain) == 8 and plain[0] in "23456789":
        found += [f"{code}{plain}" for code in AREA_CODES]
    if re.fullmatch(r"[23478]\d{8}", plain):
        found.append(f"0{plain}")
    longest = 15 if text.startswith(("+", "00")) else 12  # without a country two may stand there
    return found if 8 <= len(plain) <= longest else []


def day_of(digits: str) -> date | None:
    try:
        return read_day(digits)
    except NotADay:
        return None


def unknown(shown: str) -> Term:
    return Term("", shown)


# --- Words ----------------------------------------------------------------------------------


def read_words(words: Iterable[str], typed: Typed) -> None:
    names: list[str] = []
    for word in words:
        if term := part_of_reference(word):
            typed.terms.append(term)
        elif not person_index.is_title(word):
            names.append(word)
    plain = [(word, person_index.plain_name(word)) for word in names]
    kept = [(word, one) for word, one in plain if len(one) > 1 or (one and not one.isascii())]
    if typed.whole_codes():  # names are not known yet
        kept = []  # the prefix with a space behind it, or a name: the reference is enough
    typed.names = [one for _, one in kept[:WORDS_AT_MOST]]
    typed.shown_names = " ".join(word for word, _ in kept[:WORDS_AT_MOST])
    typed.left_out += [word for word, _ in kept[WORDS_AT_MOST:]]
    typed.left_out += [word for word, one in plain if len(one) == 1 and one.isascii()]
    typed.left_out += [term.shown for term in typed.terms if not term.kind]
    typed.terms = [term for term in typed.terms if term.kind]


def part_of_reference(word: str) -> Term | None:
    """At least four signs of one, with or without its prefix; letters alone are a name."""
    signs = re.sub(r"^[A-Z]{2,4}-", "", word.upper()).replace("-", "")
    has_prefix = len(signs) < len(word.replace("-", ""))
    if not is_part_of_code(signs) or not (has_prefix or any(c.isdigit() for c in signs)):
        return None
    return Term("part of a reference", word.upper(), codes=[signs])


def is_part_of_code(signs: str) -> bool:
    return re.fullmatch(f"[{ALPHABET}]{{{PART_OF_REFERENCE},{SIGNS}}}", signs) is not None


def is_whole_code(signs: str) -> bool:
    return len(signs) == SIGNS and is_part_of_code(signs)


READERS: list[tuple[re.Pattern[str], Take]] = [
    (DATES, take_date),
    (WHOLE_REFERENCE, take_reference),
    (NUMBERS, take_number),
]
