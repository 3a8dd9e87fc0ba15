"""A letter that a script sends ahead: held for its form, read, and answered.

The answer is a page that the browser itself reads. So a script moves its parts into the form and
never makes markup from text, and they show the same as the form that comes back without scripts.
"""

import logging
from typing import cast

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from referrals.files.receiving import EveryFile, received_files
from referrals.from_letter.asking import NOT_READ
from referrals.from_letter.filling import FILLED
from referrals.from_letter.in_form import FROM_LETTER
from referrals.intake.cross_site import Source, source_of
from referrals.intake.earlier_files import RECHECK
from referrals.intake.forms import prepared
from referrals.intake.referral_forms import ReferralForm
from referrals.intake.submitting import FormErased, refuse_erased
from referrals.intake.views import read_body, referral_form, refuse_many_fields
from referrals.models import Enquiry
from referrals.references import read_form_key

logger = logging.getLogger(__name__)
CHECK_IT = "Please check each field that is marked. Then answer the warning signs, sign and send."
OF_ANOTHER = "A file seems to be about another patient. Please read the warning beside it."
SEE_NOTE = "The letter is here. Please read the note beside it."
NOTHING_IN_IT = "The letter is here. We found nothing in it that we can fill in for you."


@csrf_exempt
@never_cache
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """A letter sent ahead by a script: held for its form, read, and answered as a page.

    Whatever cannot be taken here is left to the form itself, which says what to do: the script
    sends it along.
    """
    request.upload_handlers = [EveryFile(request)]
    if not read_body(request):
        return not_ahead(503)
    refuse_many_fields(request)
    if source_of(request) is not Source.OURS:
        return not_ahead(403)
    post = prepared(request.POST)
    key = read_form_key(request.POST.get("form_key", ""))
    if not key or Enquiry.objects.filter(form_key=key).exists():
        return not_ahead(409)
    try:
        refuse_erased(key)
        form = referral_form(request, post, received_files(request.FILES))
        return answer_of(form, emptied=form.emptied, is_recheck=RECHECK in post)
    except FormErased:
        return not_ahead(409)
    except OSError as error:
        logger.error("a file could not be stored", exc_info=error)
        return not_ahead(507)


def not_ahead(status: int) -> HttpResponse:
    return HttpResponse(status=status)


def answer_of(form: ReferralForm, *, emptied: list[str], is_recheck: bool) -> HttpResponse:
    """What a script takes into the form: the list of files, fields with their marks, and words."""
    post = cast(QueryDict, form.data)
    filled = form.filled() or form
    names = FILLED if is_recheck else cast(QueryDict, filled.data).getlist(FROM_LETTER)
    filled.mark(names)
    if is_recheck:
        filled.remember_whose_letter()
    before = set(post.getlist(FROM_LETTER)) - set(emptied)
    new = [name for name in filled.marks if name not in before]
    told = {
        "form": filled,
        "fields": [with_value(filled, name) for name in new],
        "emptied": emptied,
        "said": said_in_words(filled, new, emptied=emptied),
    }
    return HttpResponse(render_to_string("referrals/letter_ahead.html", told))


def with_value(form: ReferralForm, name: str) -> BoundField:
    """The field, and beside it what stands in the letter, as it goes into the field."""
    field = form[name]
    field.stands = form.stands()[name]  # type: ignore[attr-defined]
    return field


def said_in_words(form: ReferralForm, new: list[str], *, emptied: list[str]) -> str:
    """For the eye and for a screen reader, once: what just happened."""
    words = list(form.held.problems)
    if new:
        count = "1 field" if len(new) == 1 else f"{len(new)} fields"
        words.append(f"We filled in {count} from the letter. {CHECK_IT}")
    elif form.letters and not emptied and not form.held.problems:
        is_said = form.of_another or any(s.answers.state in NOT_READ for s in form.letters)
        words.append(SEE_NOTE if is_said else NOTHING_IN_IT)
    if any(warning for _, warning, _ in form.kept_with_notes):
        words = [word for word in words if word != SEE_NOTE] + [OF_ANOTHER]
    if emptied:
        words.append("The letter is removed, and with it what it had filled in.")
    return " ".join(words)
