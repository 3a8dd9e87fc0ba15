"""Reads a letter in the bounded child. Nothing of a stranger's file is parsed outside of it."""

from contextlib import suppress

from referrals.inspecting import bounded
from referrals.inspecting.sniffing import DOCX, HEIC, JPEG, PDF, PNG, RTF, TIFF
from referrals.letter_answers.answers import (
    NOT_IN_TIME,
    SCAN,
    TOO_LONG,
    UNREADABLE,
    LetterAnswers,
    from_json,
)

PICTURES = {JPEG, PNG, TIFF, HEIC}
WITH_WORDS = {PDF, DOCX, RTF}
CHILD = "referrals.letter_answers.child"
SECONDS = 3  # of the processor
SECONDS_BY_THE_CLOCK = 15.0  # a busy machine is no reason to give up
MEMORY = 328 * 1024 * 1024  # addresses; as for drawing, less than 300 MB are ever filled
WAIT_FOR_A_PLACE = 5.0


def read_letter(*, data: bytes, content_type: str) -> LetterAnswers:
    """What stands in the letter. Never raises for a bad file: the state says what became of it."""
    if content_type in PICTURES:
        return LetterAnswers(SCAN)
    if content_type not in WITH_WORDS:
        return LetterAnswers(UNREADABLE)
    with suppress(bounded.Failed, ValueError):
        try:
            answers = from_json(answer_of_child(data, content_type))
        except (bounded.Busy, bounded.ClockRanOut):
            return LetterAnswers(NOT_IN_TIME)
        except bounded.TookTooLong:  # its own processor time: so it would end each time
            return LetterAnswers(TOO_LONG)
        if answers.state != NOT_IN_TIME:  # a child that a letter has taken asks for no more tries
            return answers
    return LetterAnswers(UNREADABLE)


def answer_of_child(data: bytes, content_type: str) -> str:
    answer = bounded.run(
        CHILD,
        content_type,
        data=data,
        cpu_seconds=SECONDS,
        wall_seconds=SECONDS_BY_THE_CLOCK,
        memory=MEMORY,
        wait=WAIT_FOR_A_PLACE,
        politeness=0,  # the sender is waiting for it
    )
    return answer.decode("utf-8", "replace")
