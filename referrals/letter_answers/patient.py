"""Whom a letter is about: what stands under the patient's labels, never under another person's."""

import re
from collections.abc import Iterator
from datetime import date

from referrals.identifiers import plain_phone
from referrals.letter_answers import addresses, numbers, people
from referrals.letter_answers.answers import Answer
from referrals.letter_answers.choosing import Candidate, answer, candidate, chosen
from referrals.letter_answers.cues import Part
from referrals.letter_answers.dates import can_be_birth, dates_in, today
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.labelled import Found
from referrals.letter_answers.labels import Label, labels_in, starts_with_label
from referrals.letter_answers.layout import Letter, Line

NOT_THE_PATIENT = {Part.OTHER, Part.TO, Part.REFERRER, Part.SIGN, Part.COPY}
SEXES = {"f": "Female", "female": "Female", "m": "Male", "male": "Male", "woman": "", "man": ""}
IN_PROSE = re.compile(
    r"\b(?:seeing|reviewing|assessing|see|review|accepting|referring|refer|introducing"
    r"|(?:opinion|assessment|management|review|care) (?:on|of|regarding|for)"
    r"|(?:write|writing)(?: to you)? about|fit in)"
    r"(?: (?:my|this|the above|above|our|a|an|lovely|pleasant|delightful|named|mentioned"
    r"|patient|gentleman|lady|man|woman)\b,?)* "
    r"(?=(?:(?:Mr|Mrs|Ms|Miss|Mx|Master)\b\.? )?[A-Z])"
)
PROSE_SEX = re.compile(
    r"\b\d{1,3}[ -]?(?:y/?o|yrs?|years?)(?:[ -]old)?,? (female|male)\b", re.IGNORECASE
)
AGE = re.compile(
    r"\b(?:aged?:? |\()?(\d{1,3})(?: ?(?:yrs?|years?)(?: old)?\b| ?y/?o\b|-year-old)", re.IGNORECASE
)
BEHIND_BIRTH = re.compile(
    r"[ ,;(/-]{0,6}(?:(?:sex|gender)[: ]*)?(female|male|f|m)\b", re.IGNORECASE
)


ANOTHER = re.compile(
    r"\b(?:c/-|c/o|care of|case ?workers?|case manager|carers?|guardian|(?:step|grand)?mother|mum"
    r"|(?:step|grand)?father|dad|parents?|sister|brother|wife|husband|partner|spouse|fianc[eé]e?"
    r"|(?:grand)?(?:son|daughter)|aunt(?:y|ie)?|uncle|cousin|niece|nephew|friend|neighbou?r"
    r"|(?:social|support|liaison) worker|leave (?:a )?messages?|messages? (?:with|to|via)"
    r"|next of kin|nok|emergency|employer|boss|interpreter|contact person)\b"
    r"|\bc/[-o]",
    re.IGNORECASE,
)
BEHIND = re.compile(
    rf"\s?[(,–-]\s?(?:\w{{1,12}} )?(?:{ANOTHER.pattern})(?:'s)?[^\d)]{{0,30}}(?:\)|\Z)",
    re.IGNORECASE,
)
OF_A_PLACE = re.compile(
    r"\b(?:follow[ -]?up|appointments?|clinic|ward|hospital|rooms|surgery|practice|reception"
    r"|bookings?|pharmacy|insurer|results)"
    r"(?:\W{1,3}(?:phone|telephone|tel|ph|mobile|mob|number|no|contact)){0,3}\W{0,3}\Z",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
SAID = re.compile(
    r"\b(?:his|her|their|whose) (?:best |preferred )?(?:contact|mobile|phone|telephone|home)"
    r"(?: (?:phone|telephone))?(?: number)? is(?: on)?:? |\b(?:he|she|they) can be "
    r"(?:reached|contacted|rung|called)(?: at home| by (?:tele)?phone)? on ",
    re.IGNORECASE,
)


class Patient:
    """Looks for each answer among what is labelled."""

    def __init__(self, letter: Letter, found: list[Found], *, letter_date: date | None) -> None:
        self.letter, self.letter_date = letter, letter_date
        self.found = [one for one in found if one.part not in NOT_THE_PATIENT]
        self.families = people.families_in("\n".join(line.text for line in letter.lines))
        prose = (line.text for line in letter.lines if line.part == Part.BODY)
        self.in_prose = {word for text in prose for word in folded_words(text)}

    def answers(self) -> Iterator[tuple[str, Answer | None]]:
        yield from self.names()
        yield "patient_birth_date", chosen(self.births())
        yield "sex_at_birth", chosen(self.sexes())
        yield "patient_phone", self.phone()
        yield "patient_address", chosen(self.addresses())
        yield from self.medicare()

    def labelled(self, *labels: Label) -> Iterator[Found]:
        return (one for one in self.found if one.label in labels)

    # Names

    def names(self) -> Iterator[tuple[str, Answer | None]]:
        if whole := self.names_by_part():
            yield from whole
            return
        named = list(self.labelled_names()) or list(self.names_in_prose())
        keys = {(*folded_words(name.family), folded_words(name.given)[0]) for name, _ in named}
        if len(keys) != 1:
            return
        name, lines = named[0]
        yield "patient_given_names", answer(name.given, lines)
        yield "patient_family_name", answer(name.family, lines)

    def names_by_part(self) -> list[tuple[str, Answer | None]]:
        """Where family and given names have labels of their own."""
        parts = {}
        for label in (Label.FAMILY, Label.GIVEN):
            many = []
            for one in self.labelled(label):
                words = people.without_title(one.text.strip(" .,;").split())
                if words and len(words) <= 4 and people.are_names(words):
                    many.append(
                        candidate(
                            0, " ".join(folded_words(one.text)), people.nicely(words), one.lines
                        )
                    )
            parts[label] = chosen(many)
        family, given = parts[Label.FAMILY], parts[Label.GIVEN]
        if family is None or given is None:
            return []
        return [("patient_given_names", given), ("patient_family_name", family)]

    def labelled_names(self) -> Iterator[tuple[people.Name, tuple[Line, ...]]]:
        for one in self.labelled(Label.PATIENT, Label.RE, Label.NAME):
            if one.label == Label.NAME and not (one.starts_line and one.part == Part.PATIENT):
                continue
            if one.part == Part.BODY and one.label == Label.RE and not one.starts_line:
                continue
            if name := self.name_at_start(one.text) or self.titled_name(one):
                yield name, one.lines
        yield from self.named_before_birth()
        yield from self.in_capitals_above_birth()

    def titled_name(self, one: Found) -> people.Name | None:
        """“Re: Referral of Mrs Joan Street”."""
        titled = re.search(r"\b(?:Mrs?|Ms|Miss|Mx|Master)\b\.? ", one.text[:60])
        return self.name_at_start(one.text[titled.start() :]) if titled else None

    def named_before_birth(self) -> Iterator[tuple[people.Name, tuple[Line, ...]]]:
        """`Mr John CITIZEN  DOB 01/02/1960`, or the name in the line above."""
        for one in self.labelled(Label.BIRTH):
            line = one.lines[0]
            before = line.text[
                : next((s for label, s, _ in labels_in(line.text) if label == Label.BIRTH), 0)
            ]
            place = line.block.lines.index(line)
            if not before.strip(" ,-(") and one.starts_line and place:
                above = line.block.lines[place - 1]
                before, lines = above.text, (above,)
            else:
                lines = (line,)
            name = self.name_at_start(before) if not list(labels_in(before)) else None
            is_whole = leading_name(before) == " ".join(before.strip(" ,-(").split())
            if name and is_whole and not people.doctor_in(before) and looks_certain(before):
                yield name, lines

    def in_capitals_above_birth(self) -> Iterator[tuple[people.Name, tuple[Line, ...]]]:
        """`CITIZEN, John` alone on a label that is stuck on, with a date of birth below."""
        for line in self.letter.lines:
            family, comma, given = line.text.partition(",")
            if not comma or not family.isupper() or line.part in NOT_THE_PATIENT | {Part.BODY}:
                continue
            place = line.block.lines.index(line) + 1
            below = line.block.lines[place : place + 3]
            has_birth = any(m[0] == Label.BIRTH for one in below for m in labels_in(one.text))
            is_whole = people.are_names(given.split()) and not people.doctor_in(line.text)
            if has_birth and is_whole and (name := people.cut(line.text)):
                yield name, (line,)

    def names_in_prose(self) -> Iterator[tuple[people.Name, tuple[Line, ...]]]:
        for line in self.letter.lines:
            for found in IN_PROSE.finditer(line.text) if line.part == Part.BODY else ():
                rest = line.text[found.end() :]
                name = self.name_at_start(rest)
                if name and people.is_given_alone(leading_name(rest)):
                    continue
                if name and not people.doctor_in(rest, at_start=True):
                    yield name, (line,)

    def name_at_start(self, text: str) -> people.Name | None:
        return people.cut(leading_name(text), families=self.families, alone=self.in_prose)

    # What is one thing

    def births(self) -> Iterator[Candidate]:
        for one in self.labelled(Label.BIRTH):
            found = list(dates_in(one.text[:40]))
            if (
                not found
                or found[0][1] > 4
                or not can_be_birth(found[0][0], letter=self.letter_date)
            ):
                continue
            day = found[0][0]
            if self.is_another_age(day, one.text):
                continue
            tier = 0 if one.part == Part.PATIENT else 1
            yield candidate(tier, day.isoformat(), day.isoformat(), one.lines)

    def is_another_age(self, day: date, text: str) -> bool:
        """Whether an age that stands beside the date is not that of somebody born then."""
        said = AGE.search(text)
        now = self.letter_date or today()
        years = now.year - day.year
        return bool(said) and not years - 2 <= int(said[1]) <= years + 1  # type: ignore[index]

    def sexes(self) -> Iterator[Candidate]:
        for one in self.labelled(Label.SEX):
            word = folded_words(one.text)[:1]
            sex = SEXES.get(word[0], "") if word else ""
            if sex:
                tier = 0 if "birth" in one.called else 1
                yield candidate(tier, sex, sex, one.lines)
        for one in self.labelled(Label.BIRTH):
            if one.part == Part.PATIENT and (found := sex_behind_date(one.text)):
                yield candidate(2, found, found, one.lines)
        for line in self.letter.lines:
            if line.part == Part.BODY and (match := PROSE_SEX.search(line.text)):
                sex = SEXES[match[1].lower()]
                yield candidate(3, sex, sex, [line])

    def phone(self) -> Answer | None:
        """A mobile before a telephone at home; one at work only where there is no other."""
        tiers = {Label.MOBILE: 0, Label.HOME: 2, Label.PHONE: 2, Label.WORK: 4}
        many = []
        for one in self.labelled(*tiers):
            if one.part != Part.PATIENT or "practice" in one.called or "clinic" in one.called:
                continue
            for number in self.own_phones(one):
                tier = (
                    0 if numbers.is_mobile(number) and one.label != Label.WORK else tiers[one.label]
                )
                many.append(candidate(tier, plain_phone(number), number, one.lines))
        many += self.unlabelled_phones()
        many += self.phones_in_prose()
        return chosen(many)

    def own_phones(self, one: Found) -> Iterator[str]:
        """Without those of a mother, a carer, a friend who takes messages."""
        is_anothers = self.is_about_another(one)
        at = 0
        for number in numbers.phones_in(one.text):
            start = max(one.text.find(number, at), at)
            behind = one.value_line.text.partition(number)[2]
            is_anothers |= bool(ANOTHER.search(one.text[at:start]) or BEHIND.match(behind))
            at = start + len(number)
            if not is_anothers:
                yield number

    def is_about_another(self, one: Found) -> bool:
        """Whether what stands before the label, or a line that goes on here, names another."""
        in_front = DIGIT.split(one.lines[0].text.partition(one.text)[0])[-1]
        line = one.value_line
        place = line.block.lines.index(line)
        above = line.block.lines[place - 1].text if place and len(one.lines) == 1 else ""
        goes_on = not starts_with_label(line.text) and not numbers.phones_in(above)
        if ANOTHER.search(in_front) or OF_A_PLACE.search(in_front):
            return True
        return bool(goes_on and ANOTHER.search(above))

    def phones_in_prose(self) -> Iterator[Candidate]:
        """“Her mobile number is …”, where the sentence is about nobody else."""
        for line in self.letter.lines:
            for found in SAID.finditer(line.text) if line.part == Part.BODY else ():
                place = line.block.lines.index(line)
                before = " ".join(one.text for one in line.block.lines[max(place - 1, 0) : place])
                sentence = f"{before} {line.text[: found.start()]}".rpartition(". ")[2]
                many = numbers.phones_in(line.text[found.end() : found.end() + 16])
                if many and not ANOTHER.search(sentence):
                    yield candidate(5, plain_phone(many[0]), many[0], [line])

    def unlabelled_phones(self) -> Iterator[Candidate]:
        for line in self.letter.lines:
            if line.part == Part.PATIENT and self.is_certainly_about(line):
                at = 0
                for number in numbers.phones_in(line.text):
                    at = line.text.find(number, at)
                    before = [m for m in labels_in(line.text) if m[1] < at]
                    place = line.block.lines.index(line)
                    near = line.block.lines[place - 1].text if place and at == 0 else ""
                    if ANOTHER.search(near + " " + line.text):
                        continue
                    if numbers.is_mobile(number) and (
                        not before or before[-1][0] in (Label.RE, Label.PATIENT, Label.BIRTH)
                    ):
                        yield candidate(1, plain_phone(number), number, [line])

    def is_certainly_about(self, line: Line) -> bool:
        return not any(label == Label.OTHERS for label, _, _ in labels_in(line.text))

    def addresses(self) -> Iterator[Candidate]:
        for one in self.labelled(Label.ADDRESS):
            if one.part == Part.PATIENT and not numbers.emails_in(one.text):
                yield from self.address_from(one.text, one.lines, tier=0, called=one.called)
        for line in self.letter.lines:
            if line.part == Part.PATIENT and not starts_with_other_label(line.text):
                yield from self.address_from(line.text, (line,), tier=1, called="")
        for one in self.labelled(Label.RE, Label.BIRTH, Label.PATIENT):
            if one.part == Part.PATIENT and len(one.lines) == 1:
                days = list(dates_in(one.text[:40]))
                rest = one.text[days[0][2] :] if days else one.text
                yield from self.address_from(rest, one.lines, tier=1, called=one.called)

    def address_from(
        self, text: str, lines: tuple[Line, ...], *, tier: int, called: str
    ) -> Iterator[Candidate]:
        after = self.lines_under(lines[-1])
        texts = [text if called else without_labels(text), *(line.text for line in after)]
        value, count = addresses.address_in(texts, is_labelled="address" in called)
        if value:
            key = "".join(folded_words(value))
            yield candidate(tier, key, value, [*lines, *after[: count - 1]])

    def lines_under(self, line: Line) -> list[Line]:
        """Those that may go on with an address: right below, without labels of their own."""
        found: list[Line] = []
        while len(found) < addresses.MOST_LINES - 1:
            below = self.letter.below(found[-1] if found else line, within=1.9)
            if below is None or starts_with_label(below.text) or below.part in NOT_THE_PATIENT:
                break
            found.append(below)
        return found

    def medicare(self) -> Iterator[tuple[str, Answer | None]]:
        cards, persons = [], []
        for one in self.labelled(Label.MEDICARE):
            digits, irn = numbers.medicare_in(one.text[:60])
            if digits:
                cards.append(candidate(0, digits, digits, one.lines))
                persons += [candidate(0, irn, irn, one.lines)] if irn else []
        card = chosen(cards)
        if card is None:
            return
        yield "medicare_number", card
        for one in self.labelled(Label.IRN):
            near = one.lines[0].sheet_number == card.page or card.page < 0
            irn = numbers.irn_in(one.text[:3].split(" ")[0])
            if irn and near and self.is_of_card(one):
                persons.append(candidate(0, irn, irn, one.lines))
        yield "medicare_irn", chosen(persons)

    def is_of_card(self, one: Found) -> bool:
        """`Ref: 2` is the card's only beside Medicare; `IRN` says so itself."""
        if (
            "irn" in one.called
            or "medicare" in one.called
            or "card" in one.called
            or "position" in one.called
            or "individual" in one.called
        ):
            return True
        row = self.letter.rows[one.lines[0].sheet_number, one.lines[0].row]
        return any("medicare" in line.text.lower() for line in row)


def leading_name(text: str) -> str:
    """The words at the start that can be a name; one comma may part family and given names."""
    words: list[str] = []
    commas = 0
    for word in re.sub(r"\([^()]{0,30}\)|[\"“][^\"”]{0,30}[\"”]", " ", text).split():
        bare = word.strip(",;:")
        is_title = bare.strip(".").lower() in people.TITLES
        if not (is_title or people.is_name(bare)) or len(words) > 7:
            break
        if bare.endswith(".") and len(bare) > 2 and not is_title:
            words.append(bare.strip("."))  # a sentence ends here
            break
        words.append(bare)
        if word.endswith(","):
            has_title = words[0].strip(".").lower() in people.TITLES
            if commas or (has_title and len(words) > 2) or len(people.without_title(words)) > 3:
                break
            words[-1] += ","
            commas += 1
        elif word != bare:
            break
    line = " ".join(words)
    return two_people(line) or line


def two_people(line: str) -> str:
    """“John Citizen, Exampleville”: the comma ends the name where two words stand before it."""
    before, comma, _ = line.partition(",")
    parts = before.split()
    is_family = len(parts) == 1 or people.is_one_family(parts)
    return before if comma and not is_family and len(parts) > 1 else ""


def looks_certain(text: str) -> bool:
    first = text.split()[0].strip(".").lower() if text.split() else ""
    return first in people.TITLES or any(word.isupper() and len(word) > 2 for word in text.split())


def sex_behind_date(text: str) -> str:
    days = list(dates_in(text[:40]))
    found = BEHIND_BIRTH.match(AGE.sub("", text[days[0][2] :])) if days else None
    return SEXES[found[1].lower()] if found else ""


def starts_with_other_label(text: str) -> bool:
    first = next(labels_in(text), None)
    return (
        first is not None
        and first[1] == 0
        and first[0] not in (Label.RE, Label.PATIENT, Label.NAME)
    )


def without_labels(text: str) -> str:
    """Up to the first label behind the start: what comes after it is something else."""
    for label, start, _ in labels_in(text):
        if start > 0 and label != Label.RE:
            return text[:start]
    return text
