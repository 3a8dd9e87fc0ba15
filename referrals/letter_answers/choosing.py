"""Candidates for an answer: the best that is said in one way alone, or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from referrals.letter_answers.answers import LONGEST_WORDS, Answer, Box
from referrals.letter_answers.layout import Line


@dataclass(frozen=True)
class Candidate:
    """`tier` 0 is best. Candidates that mean the same have the same `key`."""

    tier: int
    key: str
    answer: Answer


def candidate(tier: int, key: str, value: str, lines: Iterable[Line]) -> Candidate:
    return Candidate(tier, key, answer(value, lines))


def chosen(candidates: Iterable[Candidate]) -> Answer | None:
    """The first of the best tier; None where that tier says two things."""
    many = list(candidates)
    best = min((one.tier for one in many), default=0)
    first = [one for one in many if one.tier == best]
    return first[0].answer if len({one.key for one in first}) == 1 else None


def answer(value: str, lines: Iterable[Line]) -> Answer:
    """With the place of its lines; they stand on one page, or the last of them counts."""
    many = list(lines)
    page = many[-1].piece.page
    same = [line for line in many if line.piece.page == page]
    words = " ".join(line.text for line in many)[:LONGEST_WORDS]
    return Answer(value, page, box_of(same) if same[0].sheet.has_picture else None, words)


def box_of(lines: list[Line]) -> Box:
    sheet = lines[0].sheet
    pieces = [line.piece for line in lines]
    return (
        part(min(piece.left for piece in pieces) / sheet.width),
        part(min(piece.top for piece in pieces) / sheet.height),
        part(max(piece.right for piece in pieces) / sheet.width),
        part(max(piece.bottom for piece in pieces) / sheet.height),
    )


def part(number: float) -> float:
    return round(min(max(number, 0.0), 1.0), 4)
