"""The page behind the link to what the rooms wrote. Programs that follow the links of a mail change
nothing: it shows a question, and the words only to whoever posts the right answer.

The token and that answer are the proof, so no cookie is asked for. Nothing typed is ever lost.
"""

import logging
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clinic_site.counting import count, counted, seconds_left
from clinic_site.models import Clinic
from clinic_site.views import csrf_failure
from clinic_site.web.addresses import client_address
from clinic_site.web.body_limits import body_size, limit_of, too_busy
from referrals.conversation.answering import (
    SetAside,
    arrived_behind,
    arrived_proof,
    files_of,
    take_answer,
    was_pressed_before,
)
from referrals.conversation.forms import AnswerForm, ProofForm
from referrals.conversation.opening import (
    SOONER,
    WHY,
    is_withdrawal,
    senders_own,
    with_withdrawal,
    words_begun,
)
from referrals.conversation.reading import (
    LinkClosed,
    answer_behind,
    has_pass,
    new_pass,
    note_reading,
    try_proof,
)
from referrals.conversation.wrong_letters import ASKED, not_asked_about
from referrals.files import uploads
from referrals.files.receiving import EveryFile, received_files
from referrals.intake.cross_site import is_foreign
from referrals.intake.form_pages import (
    ANSWERED_BY_DJANGO,
    RETRY_SECONDS,
    TAKE_OUT,
    WITHOUT_DATABASE,
    known_clinic,
    status_of,
)
from referrals.intake.signs_in_words import SIGNS, names_a_sign
from referrals.intake.status import enquiry_behind, is_withdrawn
from referrals.intake.status_views import refuse, show_erased
from referrals.intake.views import (
    address_of_next,
    declared_files,
    kind_of,
    read_body,
    refuse_many_fields,
)
from referrals.models import Answer, AnswerBack, Attachment, Enquiry
from referrals.models.conversation import MOST_WRONG_TRIES
from referrals.references import (
    answer_token,
    as_made,
    new_form_key,
    open_status_token,
    read_form_key,
)
from referrals.retention.tombstones import link_was_erased

logger = logging.getLogger(__name__)
WRONG_TRIES_AN_HOUR = 30  # from one network address, whatever the link
ANSWERS_AN_HOUR = 20  # by one link
FOLDER = "referrals/answer"
ARRIVED = "arrived"  # what the address of the page after an answer ends in
NOT_STORED = "We could not store your file. Send your answer without it, or ring us."
AS_SENT = {
    "phone": " We ask for the number in your first message, even if it was wrong, or for"
    " the right one, if the rooms have corrected it.",
    "birth_date": " We ask for the date as it was sent, even if it was wrong, or for the right"
    " one, if the rooms have corrected it.",
}
GONE = "We no longer hold one of your files. Please attach it again."


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    response = answer_to(request, as_made(token))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@never_cache
@require_POST
def change_page(request: HttpRequest, token: str) -> HttpResponse:
    """From the status page to the question, and behind it to what can be added or withdrawn."""
    if is_foreign(request):
        return csrf_failure(request)
    token = as_made(token)
    enquiry = enquiry_behind(token)
    if enquiry is None:
        response = show_erased(request) if link_was_erased(token) else refuse(request)
    elif answer := senders_own(enquiry=enquiry, at=timezone.now()):
        response = redirect(address_to_change(request, answer))
    else:
        response = draw_closed(request, None)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def address_to_change(request: HttpRequest, answer: Answer) -> str:
    """Of the question, and why she comes where a button said it: a word that tells nobody what."""
    address = reverse("referrals:answer", args=[answer_token(answer.link_key)])
    return f"{address}?{WHY}={SOONER}" if request.POST.get(WHY) == SOONER else address


def answer_to(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        return answer_to_post(request, token)
    answer = answer_behind(token)
    if answer is None:
        return refuse(request)
    # A page with its pass outlives the link by hours: what it brought is not called closed.
    back = arrived_behind(answer, request.GET.get(ARRIVED, ""))
    if back and answer.revoked_at is None:
        return draw_sent(request, answer, back)
    if not answer.is_open(at=timezone.now()):
        return draw_closed(request, answer)
    return draw_ask(request, answer, ProofForm(answer))


def to_sent(answer: Answer, back: AnswerBack) -> HttpResponse:
    """To a page that can be loaded again, as a telephone does that had dropped the tab."""
    address = reverse("referrals:answer", args=[answer_token(answer.link_key)])
    return redirect(f"{address}?{urlencode({ARRIVED: arrived_proof(back)})}")


def answer_to_post(request: HttpRequest, token: str) -> HttpResponse:
    """What was posted is answered; where that breaks, given back."""
    handler = EveryFile(request)
    request.upload_handlers = [handler]
    if not read_body(request):
        return too_busy(request)
    refuse_many_fields(request)
    if is_foreign(request):
        return csrf_failure(request)
    try:
        answer = answer_behind(token)
        if answer is None:
            return give_back(request)
        if answer.revoked_at is None and has_pass(answer, request.POST.get("pass", "")):
            return take(request, answer, named=handler.named)
        return prove(request, answer)
    except ANSWERED_BY_DJANGO:
        raise
    except Exception as error:
        return draw_unstored(request, error)


def prove(request: HttpRequest, answer: Answer) -> HttpResponse:
    """The words, to whoever knows what a stranger does not."""
    now = timezone.now()
    if not answer.is_open(at=now):
        return draw_closed(request, answer)
    if not answer.asks_for:
        return draw_ask(request, answer, ProofForm(answer))
    form = ProofForm(answer, request.POST)
    if not form.is_valid():
        return draw_ask(request, answer, form, status=422)
    address = client_address(request)
    if counted(purpose="answer proof", source=address, at=now) >= WRONG_TRIES_AN_HOUR:
        form.add_error("proof", "Too many wrong tries came from your network. Wait, or ring us.")
        return waiting(draw_ask(request, answer, form, status=429))
    try:
        is_right = try_proof(answer=answer, given=form.cleaned_data["proof"], at=now)
    except LinkClosed:
        answer.wrong_tries = MOST_WRONG_TRIES
        return draw_closed(request, answer)
    if is_right:
        begun = words_begun(answer) if request.GET.get(WHY) == SOONER else ""
        shown = AnswerForm(initial={"words": request.POST.get("words") or begun})
        shown.is_begun = bool(begun) and not request.POST.get("words")
        return draw_words(request, answer, shown, key=new_form_key())
    count(purpose="answer proof", source=address, at=now)
    left = MOST_WRONG_TRIES - answer.wrong_tries
    tries = "You have one try left." if left == 1 else f"You have {left} tries left."
    first = AS_SENT.get(answer.asks_for, "")
    form.add_error("proof", f"This is not what was sent to us. Check it.{first} {tries}")
    return draw_ask(request, answer, form, status=422)


def take(request: HttpRequest, answer: Answer, *, named: int) -> HttpResponse:
    """Store an answer that says something, else show the form again."""
    post, received = request.POST, received_files(request.FILES)
    key = post.get("form_key", "")
    key = key if read_form_key(key) else new_form_key()
    digits, kept = read_form_key(key) or "", post.getlist("kept")
    typed = AnswerForm(post)
    words = typed.cleaned_data.get("words", "") if typed.is_valid() else post.get("words", "")
    words = with_withdrawal(answer, words.strip()) if withdraws(answer, post) else words
    earlier = was_pressed_before(form_key=digits, words=words, kept=kept)
    if earlier and not received:
        return to_sent(answer, earlier)
    now = timezone.now()
    if count(purpose="answers", source=answer.link_key, at=now) > ANSWERS_AN_HOUR:
        form = with_files_of_before(post, digits)
        form.add_error("words", "Very many answers came by this link. Wait an hour, or ring us.")
        return waiting(draw_words(request, answer, form, key=key, status=429))
    try:
        held = uploads.gather(
            form_key=digits,
            received=received,
            kept=kept,
            removed=[*post.getlist("remove"), *post.getlist(TAKE_OUT)],
            declared=max(named, declared_files(post)),
            address=client_address(request),
        )
    except OSError as error:
        logger.error("a file could not be stored", exc_info=error)
        form = with_files_of_before(post, digits, problem=NOT_STORED)
        return draw_words(request, answer, form, key=key, status=507)
    may_be_empty = TAKE_OUT in post or ("withdraw" in post and answer.is_senders)
    form = AnswerForm(post, held=held, may_be_empty=may_be_empty)
    if not form.is_valid() or held.problems:
        status = 413 if body_size(request) > limit_of(request.path) else 422
        return draw_words(request, answer, form, key=key, status=507 if held.no_room else status)
    if answer.is_senders and (said := post.get("withdraw")) in {"ask", "no"}:
        return draw_words(request, answer, form, key=key, asks_to_withdraw=said == "ask")
    if TAKE_OUT in post:
        return draw_words(request, answer, form, key=key)
    if asks_first(answer, form, asked=post.get(ASKED, "").split()) and not withdraws(answer, post):
        return draw_words(request, answer, form, key=key, status=422)
    return store(request, answer, form, key=key, digits=digits)


def asks_first(answer: Answer, form: AnswerForm, *, asked: list[str]) -> bool:
    """Whether something is said once before it is stored: of files, or of a patient's own words,
    which may wait here as long as those of a first message."""
    form.asks_wrong_letter = not_asked_about(answer.enquiry, form.held.kept, asked)
    is_patients = answer.enquiry.kind == Enquiry.Kind.MESSAGE and SIGNS not in asked
    form.says_signs = is_patients and names_a_sign(form.cleaned_data["words"])
    return bool(form.asks_wrong_letter or form.says_signs)


def withdraws(answer: Answer, post: QueryDict) -> bool:
    """Whether that was asked, and said once more."""
    return answer.is_senders and post.get("withdraw") == "yes"


def store(
    request: HttpRequest, answer: Answer, form: AnswerForm, *, key: str, digits: str
) -> HttpResponse:
    words, files, now = form.cleaned_data["words"], form.held.kept, timezone.now()
    words = with_withdrawal(answer, words) if withdraws(answer, request.POST) else words
    try:
        back = take_answer(answer=answer, form_key=digits, words=words, files=files, at=now)
    except uploads.FileGone:
        form.held.kept = [file for file in files if uploads.is_at_hand(file)]
        form.held.problems.append(GONE)
        return draw_words(request, answer, form, key=key, status=422)
    except SetAside:
        return draw_closed(request, None)
    return to_sent(answer, back)


def with_files_of_before(post: QueryDict, digits: str, *, problem: str = "") -> AnswerForm:
    """The form once more, with the files that are held for it: none that was taken is forgotten."""
    kept, removed = post.getlist("kept"), post.getlist("remove")
    held = uploads.gather(form_key=digits, received=[], kept=kept, removed=removed)
    held.problems += [problem] if problem else []
    form = AnswerForm(post, held=held)
    form.is_valid()
    return form


def waiting(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = str(seconds_left(timezone.now()))
    return response


def draw(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    context = {"clinic": Clinic.with_rooms(), **context}
    return render(request, f"{FOLDER}/{name}.html", context, status=status)


def draw_ask(
    request: HttpRequest, answer: Answer, form: ProofForm, *, status: int = 200
) -> HttpResponse:
    """The question, and what was written so far where a page stayed open too long."""
    written = request.POST.get("words", "")
    return draw(request, "ask", status, answer=answer, form=form, written=written)


def draw_words(
    request: HttpRequest,
    answer: Answer,
    form: AnswerForm,
    *,
    key: str,
    status: int = 200,
    asks_to_withdraw: bool = False,
) -> HttpResponse:
    if not answer.is_senders:
        note_reading(answer=answer, at=timezone.now())
    context = {"answer": answer, "form": form, "form_key": key, "pass": new_pass(answer)}
    context |= {"asks_to_withdraw": asks_to_withdraw, "is_withdrawn": is_withdrawn(answer.enquiry)}
    return draw(request, "words", status, **context)


def draw_sent(request: HttpRequest, answer: Answer, back: AnswerBack) -> HttpResponse:
    """With the files that the rooms cannot open yet, so that nobody waits for an answer to them."""
    enquiry, files = answer.enquiry, list(enumerate(files_of(back), start=1))
    return draw(
        request,
        "sent",
        answer=answer,
        back=back,
        files=[(kind_of(file), file) for _, file in files],
        held_back=[one for one in files if one[1].state == Attachment.State.QUARANTINED],
        is_withdrawn=answer.is_senders and is_withdrawal(back.words),
        status_token=open_status_token(enquiry.form_key, enquiry.status_token_hash),
        another_url=address_of_next(enquiry) if answer.is_senders else "",
    )


def give_back(request: HttpRequest) -> HttpResponse:
    """A link that opens nothing, or not any more: counted as a guess, but no words are lost."""
    response = refuse(request)
    is_flood = response.status_code == 429
    return response if is_flood or not request.POST.get("words") else draw_closed(request, None)


def draw_closed(request: HttpRequest, answer: Answer | None) -> HttpResponse:
    """Why it opens nothing, and what helps. Nothing typed is lost here either. With no answer it
    says nothing of what the link led to."""
    written = request.POST.get("words", "")
    return draw(request, "closed", 410, answer=answer, written=written)


def draw_unstored(request: HttpRequest, error: Exception) -> HttpResponse:
    """What was typed, drawn without a database: it did not reach us."""
    status = status_of(error)
    logger.error("an answer could not be stored: answered with %d", status, exc_info=error)
    hidden = [(name, request.POST.get(name, "")) for name in ("pass", "form_key", "proof")]
    hidden += [("kept", pk) for pk in request.POST.getlist("kept")]
    context = {
        "clinic": known_clinic(),
        "written": request.POST.get("words", ""),
        "hidden": [(name, value) for name, value in hidden if value],
        "had_files": bool(request.FILES),
        "layout": WITHOUT_DATABASE,
        "is_error": True,
    }
    response = render(request, f"{FOLDER}/unstored.html", context, status=status)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
