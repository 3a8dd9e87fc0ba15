"""The referral that staff type in, filled from its letter by the rules of the public form.

Empty fields alone, each marked; nothing is asked of a letter that could not be read.
"""

from typing import Any, cast

from django.http import QueryDict

from referrals.entering.forms import ReferralEntryForm
from referrals.files.uploads import Files
from referrals.from_letter import asking, whose
from referrals.from_letter.asking import FLAGS_IN_LETTER, URGENT_IN_LETTER, WRONG_LETTER
from referrals.from_letter.filling import BORN, FAMILY_NAME, SENDER
from referrals.from_letter.in_form import FROM_LETTER, ROUTINE, AnswersFromLetter
from referrals.from_letter.signing import SIGNED_BY_ANOTHER
from referrals.models import Referral
from referrals.urgency import letter_flags_in_words, urgency_meant

FILLED_IN = (
    "We filled in what the letter says. Please check each field that is marked. What is still"
    " missing stands beside its field. Nothing is kept yet."
)
OTHER_BIRTH_DATE = "The letter gives another date of birth. Is it the right one?"
OTHER_NAME = "The letter names another patient. Is it the right one?"
OTHER_LETTER = "Neither this name nor the date of birth stands in the letter. Is it the right one?"


class ReferralWithLetter(AnswersFromLetter, ReferralEntryForm):
    """What stands in its letter is proposed, and asked about once where it differs."""

    def __init__(self, data: QueryDict | None = None, *, held: Files | None = None) -> None:
        super().__init__(data, held=held)
        self.begin_with_letters()

    def post_again_with(self, **values: str) -> None:
        data = cast(QueryDict, self.data).copy()
        for name, value in values.items():
            data[name] = value
        self.data = data

    def mark_posted(self) -> None:
        """For whoever is shown the form again."""
        if self.is_bound:
            self.mark(cast(QueryDict, self.data).getlist(FROM_LETTER))

    def without_files(self) -> None:
        """For a new key: files belong to the form that brought them."""
        self.held = Files()
        self.begin_with_letters()

    def codes(self) -> dict[str, tuple[str, str]]:
        """Also what the letter says and the form does not."""
        found, data = super().codes(), self.cleaned_data
        wrong = self.wrong_letters()
        if any(whose.gives_another_birth_date(one.said, data[BORN]) for one in wrong):
            found[WRONG_LETTER] = (BORN, OTHER_BIRTH_DATE)
        elif any(whose.gives_another_name(one.said, self.typed_patient()) for one in wrong):
            found[WRONG_LETTER] = (FAMILY_NAME, OTHER_NAME)
        elif wrong:
            found[WRONG_LETTER] = (FAMILY_NAME, OTHER_LETTER)
        if signed := next(filter(None, map(self.signed_by, self.letters)), ""):
            found[SIGNED_BY_ANOTHER] = (SENDER, signed)
        flags = data["red_flags"]
        if not flags and (lines := asking.flags_in(self.letters, [])):
            named = [f"“{words}” ({flag})" for flag, words in letter_flags_in_words(lines)]
            found[FLAGS_IN_LETTER] = ("red_flags", f"The letter says: {'; '.join(named)}.")
        meant = urgency_meant(chosen=data["urgency"], red_flags=flags or ["none"])
        if meant == ROUTINE and self.urgency_in_letter:
            found[URGENT_IN_LETTER] = ("urgency", f"The letter says {self.urgency_in_letter}.")
        return found

    def enquiry(self) -> Referral:
        made = super().enquiry()
        made.warnings = [code for code in made.warnings if code != FLAGS_IN_LETTER]
        made.letter_flags = self.flags_of_letters()  # type: ignore[assignment]
        return made

    @property
    def notes(self) -> list[tuple[Any, list[str]]]:
        """Each file that is kept, with why nothing of it stands in the form."""
        another = {said.file.pk for said in self.of_another}
        said_of = {
            said.file.pk: asking.why_not_filled_in(said, is_about_another=said.file.pk in another)
            for said in self.letters
        }
        return [(file, said_of.get(file.pk, [])) for file in self.held.kept]
