"""From the words of a letter to the answers: what is read for each field, in one place."""

from referrals.extracting.places import Words
from referrals.letter_answers.answers import MOST_WORDS, READ, TOO_LONG, LetterAnswers, NamesAndDates
from referrals.letter_answers.dates import every_date
from referrals.letter_answers.folding import folded_words


def found_in(words: Words) -> LetterAnswers:
    return LetterAnswers(
        TOO_LONG if words.is_cut else READ,
        names_and_dates=names_and_dates(words),
        tricks=tuple(sorted(words.tricks)),
    )


def names_and_dates(words: Words) -> NamesAndDates:
    text = words.text()
    found: set[str] = set()
    for word in text.split():
        parts = folded_words(word)
        found |= {"".join(parts), *parts}
        if len(found) > MOST_WORDS:
            break
    return NamesAndDates(frozenset(found - {""}), frozenset(every_date(text)))
