"""What was read in a letter, as plain data: what the child writes and the form shows.

Knows neither Django nor the form. The keys of `answers` are names of fields of the form.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from referrals.letter_answers.folding import folded_words

READ, SCAN, UNREADABLE, TOO_LONG = "read", "scan", "unreadable", "too_long"
NOT_IN_TIME = "not_in_time"  # the machine was busy: it may be read again
STATES = {READ, SCAN, UNREADABLE, TOO_LONG, NOT_IN_TIME}
LONGEST_VALUE = 400
LONGEST_WORDS = 400
MOST_ANSWERS = 40
MOST_WORDS = 20_000

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Answer:
    """One answer, and where it stands.

    `value` as the form's field takes it (dates YYYY-MM-DD). `page` counts from 0 and is -1 where
    there is no picture of it (DOCX, RTF). `box` is left, top, right, bottom of label and value, as
    fractions of the page. `words` is the line of the letter.
    """

    value: str
    page: int = -1
    box: Box | None = None
    words: str = ""


@dataclass(frozen=True)
class NamesAndDates:
    """What tells whether somebody stands anywhere in a letter: its words, folded, and its dates."""

    words: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LetterAnswers:
    """All that a letter says of itself.

    `state` is one of STATES; `too_long` holds what was read before it was cut off. `letter_date`
    is YYYY-MM-DD. `flags` maps a code of the list of red flags to the letter's words. `tricks` are
    codes of what was left out because nobody sees it: `hidden_words`, `odd_signs`.
    """

    state: str
    answers: dict[str, Answer] = field(default_factory=dict)
    letter_date: str = ""
    addressed_to: str = ""
    urgency_words: tuple[str, ...] = ()
    flags: dict[str, str] = field(default_factory=dict)
    names_and_dates: NamesAndDates = NamesAndDates()
    tricks: tuple[str, ...] = ()


def stands_in_letter(answers: LetterAnswers, *, family_name: str, birth_date: date | None) -> bool:
    """Whether the name or the date stands anywhere in the words that the letter shows.

    True also where that cannot be said: a scan, a file that could not be read to its end.
    """
    if answers.state != READ:
        return True
    known = answers.names_and_dates
    if birth_date is not None and birth_date.isoformat() in known.dates:
        return True
    parts = folded_words(family_name)
    if not parts:
        return birth_date is None
    return "".join(parts) in known.words or all(part in known.words for part in parts)


def to_json(answers: LetterAnswers) -> str:
    """For keeping it sealed."""
    plain = asdict(answers)
    known = answers.names_and_dates
    plain["names_and_dates"] = {"words": sorted(known.words), "dates": sorted(known.dates)}
    return json.dumps(plain, ensure_ascii=False)


def from_json(text: str) -> LetterAnswers:
    """Raises ValueError where `to_json` never writes it: a letter may have taken the child."""
    try:
        plain = json.loads(text)
        return made_of(plain)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("no answers of a letter") from error


def made_of(plain: Mapping[str, Any]) -> LetterAnswers:
    if plain["state"] not in STATES:
        raise ValueError("no such state")
    known = plain["names_and_dates"]
    return LetterAnswers(
        state=plain["state"],
        answers={
            line(key): answer_of(one) for key, one in list(plain["answers"].items())[:MOST_ANSWERS]
        },
        letter_date=line(plain["letter_date"]),
        addressed_to=line(plain["addressed_to"]),
        urgency_words=lines(plain["urgency_words"]),
        flags={line(key): line(one) for key, one in list(plain["flags"].items())[:MOST_ANSWERS]},
        names_and_dates=NamesAndDates(
            frozenset(lines(known["words"], most=MOST_WORDS)),
            frozenset(lines(known["dates"], most=MOST_WORDS)),
        ),
        tricks=lines(plain["tricks"]),
    )


def answer_of(plain: Mapping[str, Any]) -> Answer:
    box = plain["box"]
    return Answer(
        value=line(plain["value"], lines_too=True),
        page=int(plain["page"]),
        box=None if box is None else box_of(box),
        words=line(plain["words"]),
    )


def box_of(numbers: Any) -> Box:
    left, top, right, bottom = (min(max(float(number), 0.0), 1.0) for number in numbers)
    return left, top, right, bottom


def line(text: Any, *, lines_too: bool = False) -> str:
    """Text that can stand in a form: never a control character, never too long."""
    if not isinstance(text, str):
        raise ValueError("no text")
    kept = (
        c if c.isprintable() or (lines_too and c == "\n") else " " for c in text[:LONGEST_WORDS]
    )
    return "".join(kept)


def lines(many: Any, *, most: int = MOST_ANSWERS) -> tuple[str, ...]:
    if not isinstance(many, list):
        raise ValueError("no list")
    return tuple(line(one) for one in many[:most])
