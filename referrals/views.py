"""The public forms and their receipts. Never cached, never with a patient in the address.

The forms check their own CSRF token, so that an expired one costs nobody what they typed.
"""

import logging
import re
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.addresses import client_address
from clinic_site.models import Clinic
from referrals import records, spam, uploads
from referrals.counters import seconds_left
from referrals.forms import MessageForm, PublicForm, with_form_key
from referrals.models import Enquiry
from referrals.paper import paper_sheets
from referrals.receiving import MEGABYTE, EveryFile, Received, received_files
from referrals.references import (
    form_age,
    read_form_key,
    receipt_token,
    status_token,
    token_hash,
)
from referrals.referral_forms import ReferralForm, form_of_mode, switched
from referrals.sniffing import ENDINGS
from referrals.submitting import submit
from referrals.urgency import is_emergency, is_urgent

logger = logging.getLogger(__name__)
LARGEST_MESSAGE = 1 * MEGABYTE
LARGEST_REFERRAL = 26 * MEGABYTE  # five files and what was typed
LARGEST_READ = 64 * MEGABYTE  # past this, a body is not even read to its end
MOST_FIELDS = 200
CONTACT, REFER = "referrals/contact.html", "referrals/refer.html"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return draw(request, MessageForm(), CONTACT)
    if body_size(request) > LARGEST_MESSAGE:
        return too_large(request)
    refuse_many_fields(request)
    form = MessageForm(with_form_key(request.POST))
    refusal = csrf_refusal(request)
    if refusal:
        return refusal if is_foreign(request) else draw_expired(request, form, CONTACT)
    if not form.is_valid():
        return draw(request, form, CONTACT, status=422)
    return store(request, form)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return draw(request, form_of_mode(request.GET.get("mode", ""))(), REFER)
    if body_size(request) > LARGEST_READ:
        return too_large(request)
    handler = EveryFile(request)
    request.upload_handlers = [handler]
    refuse_many_fields(request)
    refusal = csrf_refusal(request)
    if refusal and is_foreign(request):
        return refusal
    try:
        declared = max(handler.named, declared_files(request.POST))
        form = referral_form(request, received_files(request.FILES), declared=declared)
        return draw_expired(request, form, REFER) if refusal else answer(request, form)
    except OSError as error:
        logger.error("a file could not be stored", exc_info=error)
        return draw_without_files(request)


def referral_form(
    request: HttpRequest, received: list[Received], *, declared: int = 0
) -> ReferralForm:
    """The posted form with its files: the received ones are stored, earlier ones found."""
    post = with_form_key(request.POST)
    held = uploads.gather(
        form_key=read_form_key(str(post["form_key"])) or "",
        received=received,
        kept=post.getlist("kept"),
        removed=post.getlist("remove"),
        declared=declared,
    )
    return form_of_mode(post.get("mode", ""))(post, held=held)


def declared_files(post: QueryDict) -> int:
    """How many files the browser’s script counted; 0 where no script ran."""
    count = post.get("file_count", "")
    return int(count) if re.fullmatch("[0-9]{1,3}", count) else 0


def answer(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    """Store a referral that says all it must, else show the form again with what to mend."""
    if "switch" in request.POST:
        return draw(request, switched(form), REFER)
    if body_size(request) > LARGEST_REFERRAL and not form.is_valid():
        return draw(request, form, REFER, status=413)
    if not form.is_valid() or form.must_warn():
        return draw(request, form, REFER, status=422)
    try:
        return store(request, form, attachments=form.held.kept)
    except uploads.FileGone:
        form.add_error("letter", "We no longer hold one of your files. Please attach it again.")
        form.held.kept = [file for file in form.held.kept if uploads.is_known(str(file.pk))]
        return draw(request, form, REFER, status=422)


def store(
    request: HttpRequest, form: PublicForm, attachments: list[uploads.Attachment] | None = None
) -> HttpResponse:
    now = timezone.now()
    if spam.is_flood(address=client_address(request), at=now):
        return draw_flooded(request, form, now)
    enquiry = submit(
        enquiry=form.enquiry(),
        form_key=form.form_key_digits(),
        attachments=attachments or [],
        suspicions=suspicions(request, form, now),
        at=now,
    )
    return redirect("referrals:receipt", token=receipt_token(enquiry.form_key))


def suspicions(request: HttpRequest, form: PublicForm, now: datetime) -> list[str]:
    typed = form.cleaned_data
    return spam.suspicions(
        honeypot=str(typed["extra_line"] or ""),
        form_age=form_age(form.data["form_key"], at=now),
        address=client_address(request),
        contacts=[contact for contact in (typed["email"], typed["phone"]) if contact],
        at=now,
        text=typed.get("text", ""),
        provider_number=typed.get("provider_number", ""),
    )


def body_size(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def refuse_many_fields(request: HttpRequest) -> None:
    """People fill in some 40 fields; the site's own limit is made for the page editor."""
    if sum(len(values) for _, values in request.POST.lists()) > MOST_FIELDS:
        raise TooManyFieldsSent(f"more than {MOST_FIELDS} fields")


def csrf_refusal(request: HttpRequest) -> HttpResponse | None:
    """Django's own check of the token and of where the form came from; None when all is well."""
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    return check.process_view(request, None, (), {})  # type: ignore[arg-type]


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another site made it send this."""
    source = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER") or "null"
    ours = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    return source != "null" and urlsplit(source).netloc not in ours


def draw(
    request: HttpRequest, form: PublicForm, template: str, *, status: int = 200, notice: str = ""
) -> HttpResponse:
    context = {"form": form, "clinic": Clinic.with_rooms(), "notice": notice}
    return render(request, template, context, status=status)


def draw_expired(request: HttpRequest, form: PublicForm, template: str) -> HttpResponse:
    """The same form with all that was typed, and a new token."""
    notice = "Your sending link had expired. Nothing is lost: press the button to send once more."
    return draw(request, form, template, status=403, notice=notice)


def draw_flooded(request: HttpRequest, form: PublicForm, now: datetime) -> HttpResponse:
    """The same form with all that was typed: so much came from one place that it must wait."""
    notice = (
        "Very many forms came from your network in this hour, so this one was not sent."
        " Nothing is lost: send it again later. Or ring:"
    )
    template = CONTACT if isinstance(form, MessageForm) else REFER
    response = draw(request, form, template, status=429, notice=notice)
    response.headers["Retry-After"] = str(seconds_left(now))
    return response


def draw_without_files(request: HttpRequest) -> HttpResponse:
    """The disk refused a file: nothing is stored, and the form says what can be done."""
    form = referral_form(request, [])
    form.storing_failed = True
    form.held.problems.append(
        "We could not store your file. Send the referral without it, or ring us."
    )
    return draw(request, form, REFER, status=507)


def too_large(request: HttpRequest) -> HttpResponse:
    """Nothing is kept. What came is read first, where that ends, so that the answer is seen."""
    if body_size(request) <= LARGEST_READ:
        while request.read(MEGABYTE):
            pass
    return render(request, "referrals/too_large.html", {"clinic": Clinic.with_rooms()}, status=413)


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What a sender keeps: the reference, when it came, what happens next."""
    return draw_receipt(request, received(token), token)


def draw_receipt(
    request: HttpRequest, enquiry: Enquiry, token: str, *, pdf_failed: bool = False
) -> HttpResponse:
    context = {
        "enquiry": enquiry,
        "clinic": Clinic.with_rooms(),
        "files": [(kind_of(file), file) for file in enquiry.attachments.all()],
        "token": token,
        "status_token": status_token(enquiry.form_key),
        "pdf_failed": pdf_failed,
        "emergency": is_emergency(enquiry),
        "urgent": is_urgent(enquiry),
    }
    status = 503 if pdf_failed else 200
    response = render(request, "referrals/receipt.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def kind_of(file: uploads.Attachment) -> str:
    """“PDF”, “JPG”: what the receipt shows instead of a name, which is often the patient’s."""
    return ENDINGS.get(file.content_type, [".file"])[0][1:].upper()


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The proof of receipt as a file for the sender's own records."""
    enquiry = received(token)
    try:
        pdf = records.receipt_pdf(enquiry=enquiry)
    except records.PdfUnavailable as problem:
        logger.error("no proof of receipt: %s", problem)
        return draw_receipt(request, enquiry, token, pdf_failed=True)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def received(token: str) -> Enquiry:
    enquiry = Enquiry.objects.filter(receipt_token_hash=token_hash(token)).first()
    if enquiry is None:
        raise Http404
    return enquiry


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The same questions for a pen, to fax or to post."""
    context = {"sheets": paper_sheets(), "clinic": Clinic.with_rooms()}
    return render(request, "referrals/paper.html", context)
