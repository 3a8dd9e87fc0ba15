"""Reads a letter and answers the form from it: `… letter_answers.child <content type> < file`.

Prints what `answers.to_json` makes. Knows neither Django nor the site: the letter is a stranger's.
"""

import gc
import sys

from referrals.extracting.places import Words
from referrals.inspecting.sniffing import PDF
from referrals.letter_answers.answers import SCAN, UNREADABLE, LetterAnswers, to_json
from referrals.letter_answers.finding import found_in

FEWEST_LETTERS = 40  # a scan may bear a printer's line or a number of pages


def words_of(kind: str, data: bytes) -> Words:
    """Only the reader of its own kind is loaded: a child lives a moment."""
    if kind == PDF:
        from referrals.extracting.pdf_words import words_of_pdf

        return words_of_pdf(data)
    from referrals.extracting.letter_words import words_of_letter

    return words_of_letter(kind, data)


def answers_of(kind: str, data: bytes) -> LetterAnswers:
    try:
        words = words_of(kind, data)
        gc.collect()
        few = sum(c.isalnum() for c in words.text()) < FEWEST_LETTERS
        if few and not words.is_cut:
            return LetterAnswers(SCAN, tricks=tuple(sorted(words.tricks)))
        return found_in(words)
    except MemoryError:
        raise
    except Exception:  # a broken file may break any reader, in any way
        return LetterAnswers(UNREADABLE)


def main() -> None:
    answers = answers_of(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(to_json(answers).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
