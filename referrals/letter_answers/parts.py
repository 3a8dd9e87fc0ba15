"""Which part of a letter a line belongs to: by its own words, its place, and what is above."""

import re

from referrals.letter_answers.cues import DEAR, OF_THE_PATIENT, Part, cue_of, is_role
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.labels import Label, labels_in, starts_with_label
from referrals.letter_answers.layout import Block, Letter, Line, is_only_a_date, is_prose
from referrals.letter_answers.people import TITLED_FAMILY, are_names, doctor_in

FOOT = 0.9  # of a page's height: where a foot begins
LONGEST_NAMING = 100  # letters
NAME = re.compile(r"(?:full )?name\s*:", re.IGNORECASE)
OF_A_SIGNER = re.compile(
    r"(?:medicare )?prov(?:ider)?\b|AHPRA\b|(?:\w{2,16} ){0,4}(?:physiotherapist|chiropractor"
    r"|osteopath|general practitioner|nurse practitioner|registrar|physician|surgeon)\b",
    re.IGNORECASE,
)
SIGNED_WITHIN = 16  # lines after the closing words


def give_parts(letter: Letter) -> None:
    greeting = next((line for line in letter.lines if DEAR.match(line.text)), None)
    starts = Starts(letter, greeting)
    done: list[Block] = []
    for block in letter.blocks:
        part = starts.part_before(block, done)
        for line in block.lines:
            part = starts.next_part(line, part)
            line.part = part
        block.ends_as = part
        done.append(block)
    for block in letter.blocks:
        give_parts_of_labels(letter, block)


def give_parts_of_labels(letter: Letter, block: Block) -> None:
    """What stands beside a label belongs to whom the label is about, and so do the lines that
    go on with it below."""
    from_label: Part | None = None
    for line in block.lines:
        left = letter.left_of(line)
        if any(one.part == Part.OTHER and cue_of(one.text) == Part.OTHER for one in left):
            from_label = Part.OTHER
        elif left and is_only_label(left[-1].text) and not OF_THE_PATIENT.match(line.text):
            from_label = left[-1].part
        elif left and goes_on_about_patient(letter, line, left[-1]):
            line.part = Part.PATIENT
            continue
        elif left or cue_of(line.text) is not None:
            from_label = None
        line.part = from_label or line.part


def goes_on_about_patient(letter: Letter, line: Line, left: Line) -> bool:
    """`IRN 1` right of what is the patient's, which nothing else claims."""
    if left.part != Part.PATIENT or not starts_with_label(line.text) or cue_of(line.text):
        return False
    is_first = line is line.block.lines[0]
    return line.part in (Part.BODY, Part.UNKNOWN) or (line.part == Part.TO and is_first)


def is_name_of_patient(letter: Letter, line: Line) -> bool:
    """`Name: …` with a date of birth beside it or in the next line; `Mr John CITIZEN - DOB …`."""
    if TITLED_FAMILY.match(line.text) and len(line.text) < LONGEST_NAMING:
        return any(label == Label.BIRTH for label, _, _ in labels_in(line.text))
    if not NAME.match(line.text):
        return False
    lines = line.block.lines
    place = lines.index(line) + 1
    near = [*letter.rows[line.sheet_number, line.row], *lines[place : place + 1]]
    return any(label == Label.BIRTH for one in near for label, _, _ in labels_in(one.text))


def is_only_label(text: str) -> bool:
    """A label with nothing behind it."""
    marks = list(labels_in(text))
    return bool(marks) and marks[-1][2] == len(text)


class Starts:
    """What is known of the whole letter before its lines are told apart."""

    def __init__(self, letter: Letter, greeting: Line | None) -> None:
        self.letter, self.greeting = letter, greeting
        self.greeted = set(folded_words(greeting.text)[1:]) if greeting else set()
        self.closing = self.last_closing()
        self.signers = self.names_of_signers()
        self.head_ends = self.end_of_head()

    def last_closing(self) -> Line | None:
        found = [line for line in self.letter.lines if cue_of(line.text) == Part.SIGN]
        closing = next((line for line in found if self.is_after_greeting(line)), None)
        return closing or self.name_without_closing()

    def name_without_closing(self) -> Line | None:
        """The name under a letter that ends without a greeting, by a number or profession below."""
        if self.greeting is None:
            return None
        lines = self.letter.lines
        for place in range(len(lines) - 1, lines.index(self.greeting), -1):
            line, below = lines[place], lines[place + 1 : place + 4]
            if not self.is_after_greeting(line) or line.sheet_number != self.greeting.sheet_number:
                continue
            words = line.text.split()
            is_short = 2 <= len(words) <= 6 and not any(c.isdigit() for c in line.text)
            bare = is_short and len(words) <= 4 and are_names(words)
            is_name = is_short and (doctor_in(line.text, at_start=True) or bare)
            under = [one.text for one in below if len(one.text) < LONGEST_NAMING]
            if is_name and any(OF_A_SIGNER.match(text) for text in under):
                return line
        return None

    def names_of_signers(self) -> set[str]:
        """Folded family names of doctors after the closing words."""
        if self.closing is None:
            return set()
        place = self.letter.lines.index(self.closing)
        after = self.letter.lines[place : place + SIGNED_WITHIN]
        names = set()
        for line in after:
            if cue_of(line.text) in (Part.COPY, Part.TO):
                break
            doctor = doctor_in(line.text)
            if doctor:
                names.add(folded_words(doctor)[-1])
        return names

    def end_of_head(self) -> float:
        """Where on the first page the letterhead is over at the latest."""
        for line in self.letter.lines:
            if line.sheet_number:
                break
            first = cue_of(line.text)
            is_day = is_only_a_date(line.text)
            if first in (Part.TO, Part.PATIENT) or is_day or line is self.greeting:
                return line.piece.top
            if self.is_addressee(line, is_after_head=False):
                return line.piece.top
        return 200.0

    def is_after_greeting(self, line: Line) -> bool:
        if self.greeting is None:
            return line.sheet_number > 0 or line.row > 3
        here = (line.sheet_number, line.piece.top)
        return here > (self.greeting.sheet_number, self.greeting.piece.top)

    def is_addressee(self, line: Line, *, is_after_head: bool) -> bool:
        """Whether a line before the greeting names the doctor whom the letter is for."""
        name = doctor_in(line.text, at_start=True) or self.greeted_person(line.text)
        if not name or (self.is_after_greeting(line) and self.greeting is not None):
            return False
        family = folded_words(name)[-1]
        if family in self.signers:
            return False
        if family in self.greeted:
            return True
        return not line.sheet_number and (is_after_head or self.stands_like_an_addressee(line))

    def stands_like_an_addressee(self, line: Line) -> bool:
        """In a block of its own, with nobody else in it and no number of a provider, in a letter
        that greets nobody by name."""
        lines = line.block.lines
        is_first = line is lines[0] and line.block is not self.letter.blocks[0]
        if (
            not is_first
            or not self.signers
            or self.greeted - {"doctor", "colleague", "sir", "madam"}
        ):
            return False
        others = any(doctor_in(one.text) for one in lines[1:])
        return not others and not any("rov" in one.text for one in lines)

    def greeted_person(self, text: str) -> str:
        """A surgeon who is called Mr, or somebody without a title, by the family name greeted."""
        found = TITLED_FAMILY.match(text)
        is_greeted = (
            found and folded_words(found[1])[-1:] and folded_words(found[1])[-1] in self.greeted
        )
        return text if found and is_greeted and len(text.split()) <= 6 else ""

    def part_before(self, block: Block, done: list[Block]) -> Part:
        """What a block is about before its own lines are asked."""
        first = block.lines[0]
        if first.sheet.is_foot or self.is_page_foot(block):
            return Part.HEAD
        if self.is_before_head_ends(first):
            above = self.above(block, done)
            return above.ends_as if above and above.ends_as in (Part.TO, Part.OTHER) else Part.HEAD
        above = self.above(block, done)
        is_body = self.is_after_greeting(first) and self.greeting is not None
        rest = Part.BODY if is_body else Part.UNKNOWN
        if above is None:
            return rest
        if above.ends_as == Part.SIGN:
            return Part.SIGN if self.is_near_closing(first) else Part.UNKNOWN
        if above.ends_as in (Part.PATIENT, Part.OTHER, Part.REFERRER, Part.COPY):
            near = first.piece.top - above.bottom < 3 * first.piece.height
            return above.ends_as if near and starts_with_label(first.text) else rest
        if above.ends_as == Part.OTHER or (
            above.ends_as == Part.TO and starts_with_label(first.text)
        ):
            return above.ends_as
        return rest

    def is_before_head_ends(self, line: Line) -> bool:
        return line.sheet_number == 0 and line.piece.top < self.head_ends - 1

    def is_page_foot(self, block: Block) -> bool:
        first = block.lines[0]
        is_low = first.sheet.has_picture and first.piece.top > FOOT * first.sheet.height
        return (
            is_low and not first.sheet_number and not (self.closing and self.closing in block.lines)
        )

    def is_own_closing(self, line: Line) -> bool:
        """Not the closing words of a report that is attached behind the letter."""
        return self.is_after_greeting(line) and not self.is_after_letter(line)

    def is_after_letter(self, line: Line) -> bool:
        return self.closing is not None and line.sheet_number > self.closing.sheet_number

    def is_near_closing(self, line: Line) -> bool:
        if self.closing is None:
            return False
        lines = self.letter.lines
        return lines.index(line) - lines.index(self.closing) < SIGNED_WITHIN

    def above(self, block: Block, done: list[Block]) -> Block | None:
        """The lowest block over it in its column."""
        same = [
            other
            for other in done
            if other.lines[0].sheet_number == block.lines[0].sheet_number
            and other.bottom <= block.top + 3
            and min(other.right, block.right) > max(other.left, block.left)
        ]
        return max(same, key=lambda other: other.bottom, default=None)

    def next_part(self, line: Line, part: Part) -> Part:
        """What a line is about, where the lines before it were about `part`."""
        if DEAR.match(line.text):
            return Part.BODY
        if line is self.closing:
            return Part.SIGN
        cue = self.cue(line, part)
        if cue is not None:
            return cue
        if part == Part.COPY:
            return part
        if part != Part.OTHER and is_name_of_patient(self.letter, line):
            return Part.PATIENT
        if OF_THE_PATIENT.match(line.text) and may_be_the_patients(line.text, part):
            return Part.PATIENT
        return self.without_a_cue(line, part)

    def cue(self, line: Line, part: Part) -> Part | None:
        """What the line says of itself, where that can be meant here."""
        cue = cue_of(line.text)
        if part == Part.SIGN and cue == Part.BODY:
            return None
        if cue == Part.OTHER and part in (Part.SIGN, Part.HEAD, Part.TO) and is_role(line.text):
            return None
        if cue == Part.SIGN and not self.is_own_closing(line):
            return None
        if cue == Part.REFERRER and self.is_after_letter(line):
            return Part.UNKNOWN
        return cue

    def without_a_cue(self, line: Line, part: Part) -> Part:
        is_past_head = not self.is_before_head_ends(line)
        may_begin = part in (Part.HEAD, Part.UNKNOWN)
        if may_begin and self.is_addressee(line, is_after_head=is_past_head):
            return Part.TO
        if part == Part.HEAD and is_only_a_date(line.text):
            return Part.UNKNOWN
        if part == Part.PATIENT and is_prose(line.text):
            return Part.BODY
        return part


def may_be_the_patients(text: str, part: Part) -> bool:
    """A date of birth under the next of kin is theirs; a Medicare number there is the patient's."""
    return part != Part.OTHER or text.lower().startswith("medicare")
