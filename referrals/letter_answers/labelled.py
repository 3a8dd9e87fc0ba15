"""What labels name: in the same line, beside the label, or below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from referrals.letter_answers.cues import Part
from referrals.letter_answers.labels import Label, labels_in, starts_with_label
from referrals.letter_answers.layout import Letter, Line

HOW_RELATED = re.compile(
    r"\((?:wife|husband|mother|father|son|daughter|partner|spouse|carer|brother|sister)\)", re.I
)
PHONES = {Label.MOBILE, Label.HOME, Label.PHONE, Label.WORK}
SOME_DIGITS = re.compile(r"[\d ()+-]{2,9}")


@dataclass(frozen=True)
class Found:
    """Something named: what, the words after the label, and the lines that both stand in."""

    label: Label
    text: str
    lines: tuple[Line, ...]
    part: Part
    called: str  # the words of the label, in small letters
    starts_line: bool = True

    @property
    def value_line(self) -> Line:
        return self.lines[-1]


def all_labelled(letter: Letter) -> list[Found]:
    return [found for line in letter.lines for found in labelled(letter, line)]


def labelled(letter: Letter, line: Line) -> Iterator[Found]:
    """All that is named in a line; where the line ends with its label, beside or below it."""
    marks = list(labels_in(line.text))
    part = line.part
    for place, (label, start, end) in enumerate(marks):
        if label == Label.OTHERS:
            part = Part.OTHER
            continue
        until = marks[place + 1][1] if place + 1 < len(marks) else len(line.text)
        text = line.text[end:until].strip(" ,;|\t-–")
        called = line.text[start:end].casefold().strip(" :.=-–")
        if HOW_RELATED.search(text):
            part = Part.OTHER
        if text:
            yield Found(label, text, (line,), part, called, start == 0)
        elif until == len(line.text):
            for value in places_for(letter, line, is_only=len(marks) == 1):
                yield value_at(
                    letter,
                    value,
                    Found(label, value.text.lstrip(" :="), (line, value), part, called, start == 0),
                )


def value_at(letter: Letter, value: Line, found: Found) -> Found:
    """A telephone number may be cut in two by the width of its cell."""
    below = letter.below(value, within=1.9)
    is_cut = found.label in PHONES and SOME_DIGITS.fullmatch(found.text)
    if not is_cut or below is None or not SOME_DIGITS.fullmatch(below.text):
        return found
    return replace(found, text=f"{found.text} {below.text}", lines=(*found.lines, below))


def places_for(letter: Letter, line: Line, *, is_only: bool) -> Iterator[Line]:
    """Where what a label names may stand: to the right, else below."""
    right = letter.right_of(line)
    if right is not None and not starts_with_label(right.text):
        yield right
        return
    below = letter.below(line) if is_only else next_in_block(line)
    if (
        not is_only
        and below is not None
        and not below.text[0].isdigit()
        and below.text[0] not in "(+"
    ):
        return
    if below is not None and not starts_with_label(below.text):
        yield below


def next_in_block(line: Line) -> Line | None:
    """A line may end right behind a label and go on in the next."""
    lines = line.block.lines
    place = lines.index(line) + 1
    return lines[place] if place < len(lines) else None
