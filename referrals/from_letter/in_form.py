"""Mixed into the form of a referral: it answers itself from its letter, and asks about it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from referrals.files.uploads import Files
from referrals.from_letter import asking, whose
from referrals.from_letter.asking import FLAGS_IN_LETTER, URGENT_IN_LETTER, WRONG_LETTER
from referrals.from_letter.filling import (
    BORN,
    FAMILY_NAME,
    GIVEN_NAMES,
    OF_PATIENT,
    Filled,
    Mark,
    day_of,
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
        data = self.data
        self.unseen = data.getlist(FROM_LETTER) if isinstance(data, QueryDict) else []
        self.of_another: list[Said] = []
        self.emptied: list[str] = []
        self.reads_anew = False
        self.asks_wrong_letter: list[whose.Wrong] = []
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
        seen = [] if self.reads_anew else post.getlist("kept")
        taken = self.take_from_letters(seen=seen)
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
        self.unseen = list(names)
        if self.letters and (wanted := self.unseen):
            self.marks = still_from(self.fields, self.stands(), wanted, self.letters)

    def empty_left_over(self, names: Iterable[str], taken_away: Iterable[Said]) -> None:
        """Empty what a letter had filled in that was taken away, where nobody confirmed or changed
        it since; of another patient's, also what somebody said was right."""
        typed, marked, taken_away = self.stands(), set(names), list(taken_away)
        self.reads_anew = bool(taken_away)  # what stays may have been kept from filling by it
        still_said = self.said_by_the_others()
        self.emptied = [
            name
            for said in taken_away
            for wanted in [marked | self.not_this_patients(said)]
            for name, value in shown_values(self.fields, said).items()
            if name in wanted and is_same(typed, name, value) and value not in still_said[name]
        ]
        if self.emptied:
            self.post_again_with(**dict.fromkeys(self.emptied, ""))

    def said_by_the_others(self) -> dict[str, set[str]]:
        """By field: what the letters say that stay. Those of one doctor have much in common."""
        said: dict[str, set[str]] = defaultdict(set)
        patient = self.typed_patient()
        for letter in self.letters:
            if not whose.why_another(letter, patient):
                for name, value in shown_values(self.fields, letter).items():
                    said[name].add(value)
        return said

    def typed_patient(self) -> whose.Named:
        """Whom the form is about as it stands, judged or not."""
        stands = self.stands()
        family, given = stands.get(FAMILY_NAME, ""), stands.get(GIVEN_NAMES, "")
        return whose.Named(family, given, day_of(stands.get(BORN, "")))

    def not_this_patients(self, said: Said) -> set[str]:
        """Fields that this letter must not have answered: none where it may be this patient's."""
        wrong = whose.why_another(said, self.typed_patient())
        return set(OF_PATIENT) - {FAMILY_NAME, GIVEN_NAMES, BORN} if wrong else set()

    @property
    def kept_with_notes(self) -> list[tuple[Any, str, list[str]]]:
        """Each file that is kept, with a warning where it is another patient's, and with what else
        to say beside it."""
        today, patient = timezone.localdate(), self.typed_patient()
        another = {said.file.pk for said in self.of_another}
        said_of = {}
        for said in self.letters:
            signed, is_about_another = self.signed_by(said), said.file.pk in another
            notes = asking.notes_on(
                said, today=today, is_about_another=is_about_another, signed=signed
            )
            is_named = patient.family_name or patient.born
            warning = self.why_another(said, patient) if is_named else ""
            if warning:
                notes = [note for note in notes if note != asking.NAMES_ANOTHER]
            said_of[said.file.pk] = (warning, notes)
        return [(file, *said_of.get(file.pk, ("", []))) for file in self.held.kept]

    def why_another(self, said: Said, patient: whose.Named) -> str:
        """Why it may be another patient's letter. Where one letter filled in who the patient is and
        nobody said that this is right, both are named: either may be the wrong one."""
        first = self.letter_of_patient()
        if first is None:
            return whose.why_another(said, patient)
        if said is not first:
            return whose.of_two_patients(first, said) if whose.why_another(said, patient) else ""
        others = [other for other in self.letters if whose.why_another(other, patient)]
        return whose.of_two_patients(first, others[0]) if others else ""

    def letter_of_patient(self) -> Said | None:
        """The one from which the patient's name or date of birth came into the form unseen."""
        typed, unseen = self.stands(), set(self.unseen) & {FAMILY_NAME, GIVEN_NAMES, BORN}
        for said in self.letters if unseen and len(self.letters) > 1 else []:
            values = shown_values(self.fields, said)
            if all(name in values and is_same(typed, name, values[name]) for name in unseen):
                return said
        return None

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
        self.asks_wrong_letter = self.wrong_letters()
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

    def wrong_letters(self) -> list[whose.Wrong]:
        """Of a valid form: those that are another patient's."""
        data = self.cleaned_data
        patient = whose.Named(data[FAMILY_NAME], data[GIVEN_NAMES], data[BORN])
        why = {said.file.pk: self.why_another(said, patient) for said in self.letters}
        return [whose.Wrong(s, why[s.file.pk]) for s in self.letters if why[s.file.pk]]

    def ask_again_of_new_letters(self) -> None:
        """Whoever sent one wrong letter all the same has not been asked about the next one."""
        warned = self.data.get("warned", "").split()
        if any(str(wrong.said.file.pk) not in warned for wrong in self.wrong_letters()):
            self.post_again_with(warned=" ".join(w for w in warned if w != WRONG_LETTER))

    def ask_of_letters(self, *, is_new: bool) -> None:
        """Keep these questions apart from what is said of the rebate; none where all was said."""
        if is_new and self.asks_wrong_letter:
            asked = [str(wrong.said.file.pk) for wrong in self.asks_wrong_letter]
            self.post_again_with(warned=" ".join([self.data["warned"], *asked]))
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
