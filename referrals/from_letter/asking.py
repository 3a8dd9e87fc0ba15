"""What a letter makes the form ask or say: is it the right one, and what does it warn of?"""

import re
from collections.abc import Iterable
from datetime import date

from django.db import Error

from clinic_site.models import Clinic, Clinician
from referrals.from_letter.held import Said
from referrals.letter_answers.answers import (
    NOT_IN_TIME,
    SCAN,
    TOO_LONG,
    UNREADABLE,
)
from referrals.letter_answers.folding import folded_words
from referrals.letter_answers.people import QUALIFICATIONS
from referrals.models import Attachment, Referral
from referrals.urgency import FLAG_NAMES

WRONG_LETTER = "letter_does_not_name_this_patient"  # codes: all but the last stay on the referral
URGENT_IN_LETTER = "letter_says_it_is_urgent"
FLAGS_IN_LETTER = "flags_in_letter"
LONGEST_QUOTE = 200
ASIDE = re.compile(r"\([^()]{0,99}\)|,.*")  # behind a name: what is no part of it
MONTHS_OLD = 12
# How letters begin that are for whoever opens them.
FOR_ANYBODY = set(
    """
    a all an and at attention attn center centre clinic clinics colleague colleagues concern dear
    doctor doctors dr for it joint madam may miss mr mrs ms of or pain practice prof professor re
    rooms sir specialist specialists spine surgeon surgeons surgery team the to whom
    """.split()  # noqa: SIM905  # a list of 45 lines says no more
)
NAMES_ANOTHER = "It names another patient than the form does. We filled in nothing from it."
TO_FILL_IN = "Please fill in the form yourself."
NOT_READ = {
    SCAN: f"This is a picture of pages: we cannot read its words. {TO_FILL_IN}",
    UNREADABLE: f"We could not read its words. The file itself is kept. {TO_FILL_IN}",
    NOT_IN_TIME: f"We could not read its words in time. The file itself is kept. {TO_FILL_IN}",
    TOO_LONG: f"It is too long for us to read here. The file itself is kept. {TO_FILL_IN}",
}
TRIED_AGAIN = (
    "We could not read its words in time: this machine is very busy just now. The file itself is"
    " kept. We try again with your next press."
)


def flags_in(letters: Iterable[Said], files: Iterable[Attachment]) -> list[str]:
    """`code: the letter's words` of each red flag in these letters, the first words of each.

    Of files that were sent with this form before, what was kept then.
    """
    found: dict[str, str] = {}
    for said in letters:
        for code, words in said.answers.flags.items():
            if code in FLAG_NAMES and code != "none":
                found.setdefault(code, " ".join(words.split())[:LONGEST_QUOTE])
    sent: set[int] = {pk for file in files if (pk := getattr(file, "enquiry_id", None))}
    for earlier in Referral.objects.filter(pk__in=sent).only("letter_flags") if sent else []:
        for line in earlier.letter_flags or []:
            code, _, words = line.partition(": ")
            found.setdefault(code, words)
    return [f"{code}: {words}" for code, words in found.items()]


def urgency_in(letters: Iterable[Said]) -> str:
    """The words by which these letters ask for an early visit, in quotes; empty where none does."""
    words = dict.fromkeys(word for said in letters for word in said.answers.urgency_words)
    quoted = "”, “".join(words)[:LONGEST_QUOTE]
    return f"“{quoted}”" if quoted else ""


def notes_on(said: Said, *, today: date, is_about_another: bool, signed: str) -> list[str]:
    """What stands beside the letter: said once, in the way of nobody. `signed` by whom, where that
    is not whom the form says."""
    notes = why_not_filled_in(said, is_about_another=is_about_another)
    if signed:
        notes.append(f"{signed} Please check your details below.")
    if urgent := urgency_in([said]):
        notes.append(f"It says {urgent}. Choose below how soon: we leave that to you.")
    addressed = " ".join(said.answers.addressed_to.split())[:LONGEST_QUOTE]
    if addressed and is_for_another_doctor(addressed):
        notes.append(f"It is addressed to “{addressed}”. You can send it to us all the same.")
    if is_old(said.answers.letter_date, today=today):
        notes.append(f"It is more than {MONTHS_OLD} months old. You can send it all the same.")
    return notes


def why_not_filled_in(said: Said, *, is_about_another: bool) -> list[str]:
    """Sentences for whoever wonders why nothing, or less than it says, stands in the form."""
    why = TRIED_AGAIN if said.may_be_read_again else NOT_READ.get(said.answers.state, "")
    notes = [why] if why else []
    if is_about_another:
        notes.append(NAMES_ANOTHER)
    if said.answers.tricks:
        notes.append("It holds words that its pages do not show. We did not use those.")
    return notes


def is_for_another_doctor(addressed: str) -> bool:
    """Whether it names somebody, and none of those who treat patients here."""
    words = [word for word in folded_words(addressed) if len(word) > 1]
    named = {word for word in words if word not in FOR_ANYBODY}
    try:
        names = list(Clinician.objects.values_list("name", flat=True))
        ours = set(folded_words(Clinic.current().name))
    except Error:
        return False
    families = {family for name in names if (family := family_name_of(name))}
    return bool(names and named - ours) and families.isdisjoint(named)


def family_name_of(name: str) -> str:
    """`lee` of “Dr A. Lee (sample)” and of “Prof Ann Lee, FRACS”; empty where nothing is left."""
    bare = QUALIFICATIONS.sub(" ", ASIDE.sub(" ", name))
    words = [word for word in folded_words(bare) if word not in FOR_ANYBODY]
    return words[-1] if words else ""


def is_old(letter_date: str, *, today: date) -> bool:
    try:
        written = date.fromisoformat(letter_date)
    except ValueError:
        return False
    months = (today.year - written.year) * 12 + today.month - written.month
    return months > MONTHS_OLD or (months == MONTHS_OLD and today.day > written.day)
