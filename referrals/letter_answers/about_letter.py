"""When a letter was written, and for whom."""

from collections.abc import Iterator
from datetime import date, timedelta

from referrals.letter_answers.answers import Answer
from referrals.letter_answers.choosing import Candidate, candidate, chosen
from referrals.letter_answers.cues import DEAR, Part
from referrals.letter_answers.dates import dates_in, today
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.labelled import Found
from referrals.letter_answers.labels import Label
from referrals.letter_answers.layout import Letter, is_only_a_date
from referrals.letter_answers.people import TITLED_FAMILY, doctor_in

OWN_DAY = ("referral", "letter", "typed", "written")
OLDEST = 20  # years; an older date is another's


def letter_date(letter: Letter, found: list[Found]) -> Answer | None:
    return chosen(dates_of(letter, found))


def dates_of(letter: Letter, found: list[Found]) -> Iterator[Candidate]:
    """Labelled as the letter's, or alone in a line before the greeting, or under the signature."""
    for one in found:
        if one.label == Label.DATE and not one.lines[0].sheet_number:
            yield from labelled_date(one)
    for line in letter.lines:
        alone = line.part in (Part.HEAD, Part.UNKNOWN, Part.TO) and line.sheet_number == 0
        if alone and is_only_a_date(line.text) and not letter.is_other_day(line):
            day = next(dates_in(line.text, is_recent=True))[0]
            if is_possible(day):
                yield candidate(1, day.isoformat(), day.isoformat(), [line])


def labelled_date(one: Found) -> Iterator[Candidate]:
    if one.part in (Part.OTHER, Part.BODY, Part.COPY):
        return
    tier = 0 if any(word in one.called for word in OWN_DAY) else 1
    tier = 2 if one.part == Part.SIGN else tier
    first = next(dates_in(one.text[:40], is_recent=True), None)
    if first and first[1] < 12 and is_possible(first[0]):
        yield candidate(tier, first[0].isoformat(), first[0].isoformat(), one.lines)


def is_possible(day: date) -> bool:
    return today() - timedelta(days=366 * OLDEST) < day <= today() + timedelta(days=1)


def addressed_to(letter: Letter) -> str:
    """The doctor's name of the address, else of the greeting; empty for “Dear Doctor”."""
    greeting = next((line for line in letter.lines if DEAR.match(line.text)), None)
    greeted = doctor_in(greeting.text) if greeting else ""
    if greeting and not greeted and (titled := TITLED_FAMILY.search(greeting.text)):
        name = folded_words(titled[1])[-1:]
        known = (TITLED_FAMILY.match(line.text) for line in letter.lines if line.part == Part.TO)
        whole = next((one[0] for one in known if one and folded_words(one[1])[-1:] == name), "")
        return whole or titled[0]
    written = [
        doctor for line in letter.lines if line.part == Part.TO and (doctor := doctor_in(line.text))
    ]
    if greeted:
        family = folded_words(greeted)[-1]
        return next((one for one in written if family in folded_words(one)), greeted)
    return written[0] if len({folded_words(one)[-1] for one in written}) == 1 else ""
