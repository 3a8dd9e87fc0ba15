"""Mixed into the form of a referral: it answers itself from its letter, and asks about it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from referrals.files.uploads import Files
from referrals.from_letter import asking
from referrals.from_letter.asking import FLAGS_IN_LETTER, URGENT_IN_LETTER, WRONG_LETTER
from referrals.from_letter.filling import (
    BORN,
    FAMILY_NAME,
    Filled,
    Mark,
    fill,
    is_same,
    shown_values,
    still_from,
)
from referrals.from_letter.held import Said, said_by
from referrals.from_letter.signing import SIGNED_BY_ANOTHER, signed_by_another
from referrals.letter_answers.answers import READ
from referrals.models import Enquiry
from referrals.urgency import letter_flags_in_words, urgency_meant

FROM_LETTER = "from_letter"  # posted for each field that a letter filled and nobody confirmed
LETTER_CODES = {WRONG_LETTER, SIGNED_BY_ANOTHER, URGENT_IN_LETTER, FLAGS_IN_LETTER}
ROUTINE = Enquiry.Urgency.ROUTINE
FIELD_TEMPLATE = "clinic/field_from_letter.html"


class MarkedField(BoundField):
    """One that may be filled in from the letter: its mark is read out with it."""

    @property
    def mark(self) -> Mark | None:
        return cast(AnswersFromLetter, self.form).marks.get(self.name)

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or self.mark is None:
            return described
        return f"{described} {self.auto_id}_from_letter".strip()


class AnswersFromLetter(forms.Form):
    """`letters` is what its files say, `marks` the fields that still hold just that."""

    held: Files
    bound_field_class = MarkedField
    warnings_shown: list[Any]
    post_again_with: Callable[..., None]

    def begin_with_letters(self) -> None:
        """Where the form has none, this costs nothing."""
        self.letters: list[Said] = said_by(self.held.kept)
        self.marks: dict[str, Mark] = {}
        self.of_another: list[Said] = []
        self.emptied: list[str] = []
        self.asks_wrong_letter: list[str] = []
        self.asks_signed: list[str] = []
        self.asks_urgency = ""
        self.asks_flags: list[tuple[str, str]] = []

    def stands(self) -> Mapping[str, str]:
        """What stands in each field, as it was typed."""
        names = [name for name in self.fields if name not in {"letter", "red_flags"}]
        source: Any = self.data if self.is_bound else self.initial
        return {name: str(source.get(name) or "") for name in names}

    def take_from_letters(self, *, seen: Iterable[str]) -> Filled:
        """What letters say for fields that are empty; those `seen` (keys) said it before, and what
        was emptied since stays empty. One that could only be read now says it now."""
        earlier = set(seen)
        new = [s for s in self.letters if s.file.was_just_read or str(s.file.pk) not in earlier]
        filled = fill(self.fields, self.stands(), new)
        self.of_another = filled.of_another
        return filled

    def filled(self) -> Self | None:
        """A form with what its new letters say for empty fields; None where they add nothing."""
        post = cast(QueryDict, self.data)
        taken = self.take_from_letters(seen=post.getlist("kept"))
        if not taken.values:
            return None
        data = post.copy()
        for name, value in taken.values.items():
            data[name] = value
        data.setlist(FROM_LETTER, [*data.getlist(FROM_LETTER), *taken.values])
        form = cast(Any, type(self))(data, held=self.held)
        form.of_another = self.of_another
        return form

    def mark(self, names: Iterable[str]) -> None:
        """Mark those of these fields that still hold what a letter says."""
        if self.letters and (wanted := list(names)):
            self.marks = still_from(self.fields, self.stands(), wanted, self.letters)

    def empty_left_over(self, names: Iterable[str], taken_away: Iterable[Said]) -> None:
        """Empty what a letter had filled in that was taken away, where nobody confirmed or changed
        it since."""
        typed, wanted = self.stands(), set(names)
        self.emptied = [
            name
            for said in taken_away
            for name, value in shown_values(self.fields, said).items()
            if name in wanted and is_same(typed, name, value)
        ]
        if self.emptied:
            self.post_again_with(**dict.fromkeys(self.emptied, ""))

    @property
    def kept_with_notes(self) -> list[tuple[Any, list[str]]]:
        """Each file that is kept, with what to say beside it."""
        today = timezone.localdate()
        another = {said.file.pk for said in self.of_another}
        notes = {
            pk: asking.notes_on(
                said, today=today, is_about_another=pk in another, signed=self.signed_by(said)
            )
            for said in self.letters
            if (pk := said.file.pk)
        }
        return [(file, notes.get(file.pk, [])) for file in self.held.kept]

    def was_read(self, file: Any) -> bool:
        """Whether its words were found, and so are compared with the patient."""
        return any(s.file.pk == file.pk and s.answers.state == READ for s in self.letters)

    def signed_by(self, said: Said) -> str:
        return signed_by_another(shown_values(self.fields, said), self.stands())

    @property
    def urgency_in_letter(self) -> str:
        """To be said beside the choice, which stays the sender's own."""
        return asking.urgency_in(self.letters)

    def letter_codes(self) -> list[str]:
        """Codes of what to ask once before a valid form is sent; makes the form ask it."""
        if not self.letters:
            return []
        data = self.cleaned_data
        family_name, born = data[FAMILY_NAME], data[BORN]
        wrong = asking.of_another_patient(self.letters, family_name=family_name, born=born)
        self.asks_wrong_letter = [asking.wrong_letter_words(said, born) for said in wrong]
        lines = asking.flags_in(self.letters, []) if data["red_flags"] == ["none"] else []
        self.asks_flags = letter_flags_in_words(lines)
        self.asks_signed = [signed for said in self.letters if (signed := self.signed_by(said))]
        is_routine = urgency_meant(chosen=data["urgency"], red_flags=data["red_flags"]) == ROUTINE
        self.asks_urgency = self.urgency_in_letter if is_routine else ""
        asked = {
            WRONG_LETTER: self.asks_wrong_letter,
            SIGNED_BY_ANOTHER: self.asks_signed,
            URGENT_IN_LETTER: self.asks_urgency,
            FLAGS_IN_LETTER: self.asks_flags,
        }
        return [code for code, questions in asked.items() if questions]

    def ask_of_letters(self, *, is_new: bool) -> None:
        """Keep these questions apart from what is said of the rebate; none where all was said."""
        if not is_new:
            self.asks_wrong_letter, self.asks_flags = [], []
            self.asks_signed, self.asks_urgency = [], ""
        shown = self.warnings_shown
        self.warnings_shown = [warned for warned in shown if warned.code not in LETTER_CODES]

    @property
    def asks_of_letter(self) -> bool:
        asked = (self.asks_wrong_letter, self.asks_signed, self.asks_urgency, self.asks_flags)
        return any(asked)

    def flags_of_letters(self) -> list[str] | None:
        """For the referral: what the letters say, whatever was answered. None where nothing."""
        return asking.flags_in(self.letters, self.held.kept) or None
