"""Who wrote a letter: the name under it, and the practice, numbers and address that are theirs.

Never of the doctor it is for, of those who get a copy, or of another doctor of the practice.
"""

import re
from collections.abc import Iterable, Iterator

from referrals.identifiers import full_provider_number, plain_phone
from referrals.letter_answers import numbers, people
from referrals.letter_answers.answers import Answer
from referrals.letter_answers.choosing import Candidate, candidate, chosen
from referrals.letter_answers.cues import Part, cue_of
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.labelled import Found
from referrals.letter_answers.labels import Label, labels_in
from referrals.letter_answers.layout import Letter, Line

OWN = {Part.SIGN: 0, Part.REFERRER: 0, Part.HEAD: 1}
PRACTICE = re.compile(
    r"\b(?:medical (?:centre|center|clinic|practice|group|services)|family (?:practice"
    r"|clinic|doctors|medicine|health)"
    r"|general practice|clinic|surgery|practice|health (?:centre|center|service|hub|group"
    r"|clinic)|healthcare|super ?clinic"
    r"|doctors|medical|hospital|health|physiotherapy|physio|chiropractic|osteopathy"
    r"|orthopaedics|rheumatology|sports (?:&|and) spine|(?:occupational|sports) medicine)\b",
    re.IGNORECASE,
)
NO_PRACTICE = re.compile(
    r"\b(?:general practitioner|department|dept|unit|abn|provider|after[- ]hours|medicare"
    r"|college|fellow|www|http"
    r"|phone|ph|tel|fax|email|practice (?:manager|nurse|principal|hours)|opening|hours"
    r"|accredited|open \d"
    r"|on behalf|incorporating|part of|member|division|local health district|we are|our"
    r"|physician|surgeon|physiotherapist"
    r"|chiropractor|osteopath|registrar|outpatients?|specialist)\b|@"
    r"|\b(?:road|rd|street|st|avenue|ave|lane|drive|highway|parade|terrace|crescent)\Z",
    re.IGNORECASE,
)
BESIDE = re.compile(r"\s[|•·–-]\s")
ADDRESS = re.compile(
    r"(?<=\w),? +(?=\d)|,|\d{2}|\s{2,}"
    r"|,? +(?=(?:Shop|Suite|Level|Unit|Lot|Ground Floor|G\.?P\.? ?O\.? ?Box|P\.? ?O\.? ?Box)\b)"
)
PROFESSION = re.compile(
    r"rovider|Practitioner|AHPRA|\b(?:physiotherapist|chiropractor|osteopath|registrar|surgeon"
    r"|physician)\b",
    re.IGNORECASE,
)
FOR_ANOTHER = re.compile(
    r"\b(?:on behalf of|p\.?p\.?|per pro|dictated by|for and on behalf|locum for"
    r"|supervis|for dr)\b",
    re.I,
)
BARE_NAME = re.compile(rf"({people.WORD}(?: {people.WORD}\.?){{1,3}})(?:,? .*)?\Z")
CLOSE_ROWS = 3
LOW_IN_SIGNATURE = 8


class Referrer:
    def __init__(self, letter: Letter, found: list[Found]) -> None:
        self.letter = letter
        self.found = found
        self.signature = [line for line in letter.lines if line.part == Part.SIGN]

    def answers(self) -> Iterator[tuple[str, Answer | None]]:
        name = chosen(self.names())
        yield "name", name
        yield "provider_number", self.provider(name)
        yield "practice_name", chosen(self.practices())
        yield "phone", self.phone()
        yield "email", chosen(self.emails())

    # The name

    def names(self) -> Iterator[Candidate]:
        if any(FOR_ANOTHER.search(line.text) for line in self.signature):
            return
        for one in self.found:
            if one.label == Label.DOCTOR and (doctor := self.doctor(one.text)):
                yield self.named(0, doctor, one.lines)
        for line in self.letter.lines:
            if line.part == Part.REFERRER and (doctor := people.doctor_in(line.text)):
                yield self.named(0, doctor, [line])
        yield from self.signed()
        if not self.signature:
            yield from self.only_one_in_head()

    def doctor(self, text: str) -> str:
        return people.doctor_in(text, at_start=True)

    def named(self, tier: int, doctor: str, lines: Iterable[Line]) -> Candidate:
        words = folded_words(doctor.partition(" ")[2])
        return candidate(tier, f"{words[0][:1]} {words[-1]}", doctor, lines)

    def signed(self) -> Iterator[Candidate]:
        found = False
        for line in self.signature[: 3 * LOW_IN_SIGNATURE]:
            if doctor := people.doctor_in(line.text):
                found = True
                yield self.named(0, doctor, [line])
        if not found:
            many = list(self.signed_without_title()) or list(self.signed_as_in_head())
            yield from many

    def signed_as_in_head(self) -> Iterator[Candidate]:
        """The name under the letter alone, of a doctor whom the letterhead names."""
        doctors = (people.doctor_in(one.text) for one in self.letter.lines if one.part == Part.HEAD)
        known = {tuple(folded_words(doctor)[1:]): doctor for doctor in doctors if doctor}
        for line in self.signature[:LOW_IN_SIGNATURE]:
            if doctor := known.get(tuple(folded_words(line.text))):
                yield self.named(0, doctor, [line])

    def signed_without_title(self) -> Iterator[Candidate]:
        """`Jane Smith` alone, with a doctor's letters or number behind or under it."""
        lines = self.signature
        for place, line in enumerate(lines[:LOW_IN_SIGNATURE]):
            under = " ".join(one.text for one in lines[place : place + 4])
            is_medical = people.QUALIFICATIONS.search(under) or PROFESSION.search(under)
            text = people.QUALIFICATIONS.split(line.text)[0].split("(")[0].strip(" ,.-")
            if cue_of(line.text) == Part.SIGN and ":" in text:
                text = text.partition(":")[2].strip()
            words = text.replace(",", "").split()
            if (
                is_medical
                and 2 <= len(words) <= 4
                and people.are_names(words)
                and not PRACTICE.search(text)
            ):
                name = people.nicely(words) if text.isupper() else " ".join(words)
                yield candidate(
                    0, f"{folded_words(name)[0][:1]} {folded_words(name)[-1]}", name, [line]
                )
                return

    def only_one_in_head(self) -> Iterator[Candidate]:
        """A letter without a closing: the one doctor of its letterhead, with a number."""
        has_number = any(
            self.number_of(line) for line in self.letter.lines if line.part == Part.HEAD
        )
        for line in self.letter.lines:
            if has_number and line.part == Part.HEAD and (doctor := people.doctor_in(line.text)):
                yield self.named(1, doctor, [line])

    # Numbers

    def number_of(self, line: Line) -> str:
        marks = list(labels_in(line.text))
        for place, (label, _, end) in enumerate(marks):
            until = marks[place + 1][1] if place + 1 < len(marks) else len(line.text)
            if label == Label.PROVIDER and (number := numbers.provider_in(line.text[end:until])):
                return number
        return ""

    def provider(self, name: Answer | None) -> Answer | None:
        """In the signature, or beside the signer's name, or the only one of the letterhead."""
        family = folded_words(name.value)[-1] if name else ""
        many = []
        for one in self.found:
            if one.label != Label.PROVIDER or one.part in (Part.TO, Part.COPY, Part.OTHER):
                continue
            number = numbers.provider_in(one.text[:30])
            if not number:
                continue
            tier = 0 if one.part in (Part.SIGN, Part.REFERRER) else 2
            owner = self.owner_of(one)
            if owner and family and family not in owner:
                continue
            tier = min(tier, 1) if owner else tier
            many.append(candidate(tier, full_provider_number(number), number, one.lines))
        many += self.bare_numbers()
        if name is None and len({one.key for one in many}) > 1:
            return None
        return chosen(many)

    def bare_numbers(self) -> Iterator[Candidate]:
        """Without a label: in the signature alone, on a line of its own or in brackets."""
        for line in self.signature:
            found = re.search(r"(?:^|\()([0-9]{6}[0-9A-Z][A-Z])(?:\)|$)", line.text)
            if found and (number := numbers.provider_in(found[1])):
                yield candidate(0, full_provider_number(number), number, [line])

    def owner_of(self, one: Found) -> list[str]:
        """The folded name of the doctor beside or right above a number; empty for none."""
        line = one.lines[0]
        row = self.letter.rows[line.sheet_number, line.row]
        place = line.block.lines.index(line)
        near = [line, *row, *reversed(line.block.lines[max(place - CLOSE_ROWS, 0) : place])]
        for other in near:
            doctor = people.doctor_in(other.text)
            if doctor:
                return folded_words(doctor)
        return []

    def phone(self) -> Answer | None:
        many = []
        for one in self.found:
            if one.label not in (Label.PHONE, Label.MOBILE, Label.WORK) or one.part not in OWN:
                continue
            for number in numbers.phones_in(one.text)[:1]:
                tier = 2 * OWN[one.part] + (one.label == Label.MOBILE)
                many.append(candidate(tier, plain_phone(number), number, one.lines))
            if len(numbers.phones_in(one.text)) > 1:
                many += [candidate(many[-1].tier, "another", "", one.lines)]
        return chosen(many) if many else chosen(self.bare_phones())

    def bare_phones(self) -> Iterator[Candidate]:
        """Without any label, where the letterhead holds one number alone."""
        for line in self.letter.lines:
            if line.part in OWN and not any(
                label == Label.STOP for label, _, _ in labels_in(line.text)
            ):
                for number in numbers.phones_in(line.text):
                    yield candidate(OWN[line.part], plain_phone(number), number, [line])

    def emails(self) -> Iterator[Candidate]:
        for line in self.letter.lines:
            if line.part in OWN and not people_elsewhere(line):
                for address in numbers.emails_in(line.text):
                    yield candidate(OWN[line.part], address.casefold(), address, [line])

    # The practice

    def practices(self) -> Iterator[Candidate]:
        for one in self.found:
            if (
                one.label == Label.PRACTICE
                and one.part in OWN
                and (name := practice_in(one.text, labelled=True))
            ):
                yield candidate(0, self.key(name), name, one.lines)
        for line in self.letter.lines:
            if line.part in OWN and is_first_sheet(line) and (name := practice_in(line.text)):
                yield candidate(OWN[line.part] + 1, self.key(name), name, [line])

    def key(self, name: str) -> str:
        return "".join(folded_words(name))


def people_elsewhere(line: Line) -> bool:
    return any(label == Label.OTHERS for label, _, _ in labels_in(line.text))


def practice_in(text: str, *, labelled: bool = False) -> str:
    """The name of a practice, alone in its line or in front of an address."""
    if BESIDE.search(text):
        first, second = BESIDE.split(text, maxsplit=2)[:2]
        return name_of_practice(first, labelled=labelled) or (
            name_of_practice(second) if not people.doctor_in(first) else ""
        )
    return name_of_practice(text, labelled=labelled)


def name_of_practice(text: str, *, labelled: bool = False) -> str:
    name = ADDRESS.split(text, maxsplit=1)[0].strip(" ,.-|•")
    if not 2 <= len(name.split()) <= 8 or NO_PRACTICE.search(name) or people.doctor_in(name):
        return ""
    if not name[0].isupper() or not (labelled or PRACTICE.search(name)):
        return ""
    small = [
        word
        for word in name.split()
        if word.islower() and word not in ("and", "of", "the", "at", "on", "for", "in", "by")
    ]
    return "" if any(word[0].isalpha() for word in small) else name


def is_first_sheet(line: Line) -> bool:
    return line.sheet_number == 0 or line.sheet.is_foot
