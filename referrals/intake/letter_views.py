"""A letter that answers the form: at once where a script sends it ahead, else at the first press.

What a script gets is made here as HTML, so that both ways show the same.
"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string

from referrals.from_letter.filling import FILLED
from referrals.from_letter.in_form import FROM_LETTER
from referrals.intake.form_pages import Notice, draw_form
from referrals.intake.referral_forms import ReferralForm, as_typed

IN_WORDS = {"red_flags": "the warning signs", "signed": "your signature"}
CHECK_IT = "Please check each field that is marked. Then answer the warning signs, sign and send."
NOTHING_IN_IT = "The letter is here. We found nothing in it that we can fill in for you."


def filled_from_letters(form: ReferralForm) -> ReferralForm | None:
    """The form with what its new letters say for empty fields; None where they add nothing."""
    post = cast(QueryDict, form.data)
    taken = form.take_from_letters(seen=post.getlist("kept"))
    if not taken.values:
        return None
    filled = post.copy()
    for name, value in taken.values.items():
        filled[name] = value
    filled.setlist(FROM_LETTER, [*filled.getlist(FROM_LETTER), *taken.values])
    again = type(form)(filled, held=form.held)
    again.of_another = form.of_another
    return again


def draw_filled(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    """What the letter says stands in the form, to be checked. Nothing is stored as sent."""
    words = CHECK_IT
    if missing := [in_words(form, name) for name in form.errors]:
        words = f"Please check each field that is marked. Still missing: {', '.join(missing)}."
    notice = Notice("We filled in what the letter says", f"{words} Nothing is sent yet.")
    shown = as_typed(form, form.own_mode)
    marked = cast(QueryDict, form.data).getlist(FROM_LETTER)
    return draw_form(request, shown, status=422, notice=notice, marked=marked)


def in_words(form: ReferralForm, name: str) -> str:
    return IN_WORDS.get(name) or str(form.fields[name].label)


def answer_of(form: ReferralForm, *, emptied: list[str], is_recheck: bool) -> HttpResponse:
    """What a script puts into the page: the list of files, values with their marks, and words."""
    post = cast(QueryDict, form.data)
    filled = filled_from_letters(form) or form
    names = FILLED if is_recheck else cast(QueryDict, filled.data).getlist(FROM_LETTER)
    filled.mark(names)
    before = set(post.getlist(FROM_LETTER)) - set(emptied)
    new = [name for name in filled.marks if name not in before]
    told = {
        "files": render_to_string("referrals/letter_files.html", {"form": filled}),
        "fields": {name: drawn(filled, name) for name in new},
        "emptied": emptied,
        "problems": form.held.problems,
        "said": said_in_words(filled, new, emptied=emptied),
    }
    return JsonResponse(told)


def drawn(form: ReferralForm, name: str) -> dict[str, Any]:
    context = {"field": form[name], "form": form}
    return {
        "value": form.stands()[name],
        "mark": render_to_string("referrals/from_letter.html", context),
        "field": render_to_string("clinic/field_from_letter.html", context),
    }


def said_in_words(form: ReferralForm, new: list[str], *, emptied: list[str]) -> str:
    """For the eye and for a screen reader, once: what just happened."""
    words = list(form.held.problems)
    if new:
        count = "1 field" if len(new) == 1 else f"{len(new)} fields"
        words.append(f"We filled in {count} from the letter. {CHECK_IT}")
    elif form.letters and not emptied and not form.held.problems:
        words.append(NOTHING_IN_IT)
    if emptied:
        words.append("The letter is removed, and with it what it had filled in.")
    return " ".join(words)
