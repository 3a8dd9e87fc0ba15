"""From the words of a letter to the answers: what is read for each field, in one place."""

from datetime import date

from referrals.extracting.places import Words
from referrals.letter_answers.about_letter import addressed_to, letter_date
from referrals.letter_answers.answers import (
    LONGEST_VALUE,
    MOST_WORDS,
    READ,
    TOO_LONG,
    Answer,
    LetterAnswers,
    NamesAndDates,
)
from referrals.letter_answers.dates import every_date
from referrals.letter_answers.flags import flags_in, urgency_in
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.labelled import all_labelled
from referrals.letter_answers.layout import Letter
from referrals.letter_answers.parts import give_parts
from referrals.letter_answers.patient import Patient
from referrals.letter_answers.referrer import Referrer


def found_in(words: Words) -> LetterAnswers:
    letter = Letter(words)
    give_parts(letter)
    found = all_labelled(letter)
    written = letter_date(letter, found)
    day = date.fromisoformat(written.value) if written else None
    answers: dict[str, Answer | None] = {"referral_date": written}
    answers |= dict(Patient(letter, found, letter_date=day).answers())
    answers |= dict(Referrer(letter, found).answers())
    return LetterAnswers(
        TOO_LONG if letter.is_cut else READ,
        answers={
            name: one for name, one in answers.items() if one and len(one.value) <= LONGEST_VALUE
        },
        letter_date=written.value if written else "",
        addressed_to=addressed_to(letter),
        urgency_words=urgency_in(letter),
        flags=flags_in(letter),
        names_and_dates=names_and_dates(letter),
        tricks=tuple(sorted(letter.tricks)),
    )


def names_and_dates(letter: Letter) -> NamesAndDates:
    found: set[str] = set()
    dates: set[str] = set()
    for line in letter.lines:
        dates |= every_date(line.text)
        for word in line.text.split():
            parts = folded_words(word)
            found |= {"".join(parts), *parts}
        if len(found) > MOST_WORDS:
            break
    return NamesAndDates(frozenset(found - {""}), frozenset(dates))
