"""The buttons on the page of an enquiry, as the table of verbs has them, and the form of each."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User

from referrals.fields import TextField, VisitDayField
from referrals.inbox.marks import is_answered
from referrals.models import Enquiry, Event
from referrals.states.keeping import ERASE
from referrals.states.lookups import possible, state_of
from referrals.states.shapes import (
    Button,
    ByMail,
    Hears,
    Style,
    Verb,
    WordsField,
    is_referral,
)
from referrals.states.table import VERBS
from referrals.states.withdrawing import VERBS_THAT_GO_ON, in_words, withdrawal_of
from referrals.workflow import news, patient_news

LONGEST_NOTE = 4000
OF_SOFTWARE = "this ends it here. The sender hears nothing, and no visit is noted."
# What comes after “Accept”: the same as filing it as booked, with nothing to choose.
BOOKED = Button(
    label="Booked",
    style=Style.PRIMARY,
    words=WordsField(label="A note for colleagues, if you like", rows=2, is_needed=False),
    asks_outcome=True,
    press="It is booked",
    before=ByMail(
        told="The doctor hears by email that the visit is booked.",
        not_told="No email goes out: please ring the doctor.",
    ),
    done="Filed.",
)
# One press where it is plain what became of it.
AS_WITHDRAWN = Button(
    label="File as withdrawn",
    style=Style.PRIMARY,
    before=ByMail(told="The doctor hears by email that it is withdrawn.", not_told=None),
    done="Filed.",
)
AS_ANSWERED = Button(
    label="File as answered",
    style=Style.PRIMARY,
    before="They have your reply, and hear nothing more.",
    done="Filed.",
)
GOES_INTO_SOFTWARE = {Enquiry.Outcome.BOOKED, Enquiry.Outcome.IN_PRACTICE_SOFTWARE}
ALL_THE_SAME = {
    "file": "{why} Tick this only with “Booked” or “In practice software”: we go on all the same.",
    "": "{why} We go on all the same.",
}


def button_of(name: str) -> Button | None:
    """The button of a verb; None where there is no such verb, or none that staff press."""
    verb = VERBS.get(name)
    return verb.button if verb else None


def takes_a_fresh_code(name: str) -> bool:
    """What is kept and what is erased is decided by a person, not by a session left open."""
    return VERBS[name].permission == ERASE


@dataclass(frozen=True)
class DrawnButton:
    """One button of a page: `before` says what it would do, in words for staff; or nothing."""

    name: str
    slug: str  # begins the ids of its fields
    button: Button
    before: str
    is_at_hand: bool  # always in sight; the others are folded away beside it
    outcome: str = ""  # what became of it, where the button says it already
    all_the_same: str = ""  # the words of a box to tick, where the sender withdrew it

    @property
    def has_form(self) -> bool:
        return self.button.has_form or bool(self.all_the_same)

    @property
    def press(self) -> str:
        return self.button.press or self.button.label

    @property
    def short(self) -> str:
        """Its name where there is little room: the first word of what it does."""
        return self.button.label.partition(" ")[0]


class VerbForm(forms.Form):
    """What the button of a verb asks for, no more."""

    def __init__(self, name: str, button: Button, data: Any) -> None:
        super().__init__(data)
        self.name, self.button = name, button
        if button.words:
            self.fields["note"] = TextField(
                max_length=LONGEST_NOTE,
                required=button.words.is_needed,
                error_messages={"required": "Write a few words first: they stay in the timeline."},
            )
        if button.tells_sender:
            self.fields["words_in_mail"] = forms.BooleanField(required=False)
        if button.asks_outcome:
            self.fields["outcome"] = forms.ChoiceField(
                choices=Enquiry.Outcome.choices,
                error_messages={"required": "Choose what became of it."},
            )
            self.fields["booked_on"] = VisitDayField(label="Day of the visit", required=False)
        if name in ALL_THE_SAME or name in VERBS_THAT_GO_ON:
            self.fields["though_withdrawn"] = forms.BooleanField(required=False)
        if button.asks_if_sure:
            self.fields["sure"] = forms.BooleanField(
                error_messages={"required": "Tick the box: this cannot be taken back."}
            )

    def typed(self) -> dict[str, Any]:
        """What the verb is given."""
        return {key: value for key, value in self.cleaned_data.items() if key != "sure"}


def drawn_buttons(enquiry: Enquiry, *, by: User) -> list[DrawnButton]:
    """What she can press now, in the order in which it is done."""
    withdrawal = withdrawal_of(enquiry)
    found = [
        DrawnButton(
            verb.name,
            verb.name.strip("_"),
            verb.button,
            before(verb, verb.button, enquiry),
            is_at_hand(verb, verb.button, enquiry, withdrawal),
            all_the_same=all_the_same(verb.name, withdrawal),
        )
        for verb in possible(enquiry)
        if verb.button and by.has_perm(verb.permission)
    ]
    may_file = any(one.name == "file" for one in found)
    return [*ways_to_file(enquiry, withdrawal), *found] if may_file else found


def ways_to_file(enquiry: Enquiry, withdrawal: Event | None) -> list[DrawnButton]:
    """What comes before all else, where it is plain what became of it or what comes next."""
    if withdrawal:
        found = [filing(AS_WITHDRAWN, "withdrawn", Enquiry.Outcome.WITHDRAWN, enquiry)]
    elif is_answered(enquiry):
        found = [filing(AS_ANSWERED, "answered", Enquiry.Outcome.ANSWERED, enquiry)]
    else:
        found = []
    if enquiry.status == Enquiry.Status.ACCEPTED:
        booked = filing(BOOKED, "book", Enquiry.Outcome.BOOKED, enquiry)
        said_first = all_the_same("", withdrawal)
        found.append(replace(booked, is_at_hand=not withdrawal, all_the_same=said_first))
    return found


def filing(button: Button, slug: str, outcome: str, enquiry: Enquiry) -> DrawnButton:
    return DrawnButton("file", slug, button, said(button.before, enquiry), True, outcome)


def all_the_same(name: str, withdrawal: Event | None) -> str:
    """What must be ticked to go on with one that its sender withdrew; empty where nobody did."""
    if withdrawal is None or name not in {*VERBS_THAT_GO_ON, *ALL_THE_SAME}:
        return ""
    return ALL_THE_SAME.get(name, ALL_THE_SAME[""]).format(why=in_words(withdrawal))


def outcomes_of(enquiry: Enquiry) -> list[tuple[str, str, str]]:
    """What may become of it: value, label, and what staff might not expect of that choice."""
    ends = OF_SOFTWARE if is_referral(enquiry) and enquiry.status != Enquiry.Status.RETURNED else ""
    notes: dict[str, str] = {Enquiry.Outcome.IN_PRACTICE_SOFTWARE: ends}
    return [(value, label, notes.get(value, "")) for value, label in Enquiry.Outcome.choices]


def is_at_hand(verb: Verb, button: Button, enquiry: Enquiry, withdrawal: Event | None) -> bool:
    if enquiry.status == Enquiry.Status.SPAM and verb.name == "mark_spam":
        return True  # of a suspect, yes is as near as no
    if verb.name == "note_in_software":
        return enquiry.outcome in GOES_INTO_SOFTWARE  # the last step of what was just filed
    is_folded = is_referral(enquiry) and verb.name in state_of(enquiry).folded
    goes_on = withdrawal is not None and verb.name in VERBS_THAT_GO_ON
    return button.style is Style.PRIMARY and not is_folded and not goes_on


def before(verb: Verb, button: Button, enquiry: Enquiry) -> str:
    """What would happen, and who would hear of it."""
    words = said(button.before, enquiry)
    if verb.hears is not Hears.WHO_WAS_TOLD:
        return words
    hears = patient_news.all_if_reopened(enquiry)
    return f"{words} {hears}" if hears else ""


def after(form: VerbForm, enquiry: Enquiry) -> str:
    """What has happened, and who hears of it."""
    hears = said(form.button.after, enquiry)
    if VERBS[form.name].hears is Hears.WHO_WAS_TOLD:
        hears = patient_news.all_heard_of_reopening(enquiry)
    return f"{form.button.done} {hears}".strip()


def said(words: ByMail | str | None, enquiry: Enquiry) -> str:
    if words is None or isinstance(words, str):
        return words or ""
    may_hear = is_referral(enquiry) or words.tells_any_sender
    if not (may_hear and news.hears_by_mail(enquiry)):
        return words.not_told or ""
    return (settings.NOTIFY_DETAIL == "full" and words.told_all) or words.told
