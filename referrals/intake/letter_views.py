"""A letter that a script sends ahead: held for its form, read, and answered.

What the script puts into the page is made here as HTML, so that it shows the same as the form that
comes back without scripts.
"""

import logging
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from referrals.files.receiving import EveryFile, received_files
from referrals.from_letter.asking import NOT_READ
from referrals.from_letter.filling import FILLED
from referrals.from_letter.in_form import FROM_LETTER
from referrals.intake.cross_site import Source, source_of
from referrals.intake.forms import prepared
from referrals.intake.referral_forms import ReferralForm
from referrals.intake.submitting import FormErased, refuse_erased
from referrals.intake.views import read_body, referral_form, refuse_many_fields
from referrals.models import Enquiry
from referrals.references import read_form_key

logger = logging.getLogger(__name__)
CHECK_IT = "Please check each field that is marked. Then answer the warning signs, sign and send."
SEE_NOTE = "The letter is here. Please read the note beside it."
NOTHING_IN_IT = "The letter is here. We found nothing in it that we can fill in for you."


@csrf_exempt
@never_cache
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """A letter sent ahead by a script: held for its form, read, and answered as JSON.

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
        return answer_of(form, emptied=form.emptied, is_recheck="recheck" in post)
    except FormErased:
        return not_ahead(409)
    except OSError as error:
        logger.error("a file could not be stored", exc_info=error)
        return not_ahead(507)


def not_ahead(status: int) -> HttpResponse:
    return JsonResponse({}, status=status)


def answer_of(form: ReferralForm, *, emptied: list[str], is_recheck: bool) -> HttpResponse:
    """What a script puts into the page: the list of files, values with their marks, and words."""
    post = cast(QueryDict, form.data)
    filled = form.filled() or form
    names = FILLED if is_recheck else cast(QueryDict, filled.data).getlist(FROM_LETTER)
    filled.mark(names)
    before = set(post.getlist(FROM_LETTER)) - set(emptied)
    new = [name for name in filled.marks if name not in before]
    told = {
        "files": render_to_string("referrals/letter_files.html", {"form": filled}),
        "urgency": render_to_string("referrals/letter_urgency.html", {"form": filled}),
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
        is_said = form.of_another or any(s.answers.state in NOT_READ for s in form.letters)
        words.append(SEE_NOTE if is_said else NOTHING_IN_IT)
    if emptied:
        words.append("The letter is removed, and with it what it had filled in.")
    return " ".join(words)
