"""The public forms and their receipts. Never cached, never with a patient in the address.

The forms check their own CSRF token, so that an expired one costs nobody what they typed.
"""

import logging
import re
from functools import partial

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.models import Clinic
from clinic_site.views import csrf_failure
from clinic_site.web.addresses import client_address
from clinic_site.web.body_limits import body_size, limit_of, place_to_read, too_busy
from referrals.access_log import Action, note_link, note_link_if_possible
from referrals.files import records, uploads
from referrals.files.receiving import EveryFile, Received, received_files
from referrals.from_letter.held import read_held, said_by_removed
from referrals.from_letter.in_form import FROM_LETTER
from referrals.greeting.roles import PRESSED
from referrals.inspecting.sniffing import ENDINGS
from referrals.intake import spam
from referrals.intake.another_patient import referral_of_doctor, sent_for_another
from referrals.intake.cross_site import Source, is_from_our_page, source_of
from referrals.intake.empty_forms import draw_empty
from referrals.intake.form_pages import (
    MINE,
    TAKE_OUT,
    Taken,
    ask_whose,
    draw_another_patient,
    draw_another_person,
    draw_erased_message,
    draw_erased_referral,
    draw_filled,
    draw_flooded,
    draw_form,
    draw_taken_out,
    given_back_if_it_fails,
)
from referrals.intake.forms import MessageForm, PublicForm, prepared
from referrals.intake.patients import OtherPerson
from referrals.intake.referral_forms import ReferralForm, as_typed, form_of_mode, switched
from referrals.intake.status import added_since, file_words, is_withdrawn, withdrawn_at
from referrals.intake.status_views import refuse, show_erased
from referrals.intake.submitting import FormErased, refuse_erased, submit
from referrals.models import Enquiry, Message, Notification
from referrals.references import (
    as_made,
    form_age,
    open_status_token,
    read_form_key,
    receipt_token,
    token_hash,
)
from referrals.retention.tombstones import receipt_was_erased
from referrals.states.read_by import read_by_in_words
from referrals.urgency import from_hospital, is_emergency, is_urgent

logger = logging.getLogger(__name__)
SMALL_BODY = 64 * 1024  # what people type; no file worth a place of its own
MOST_FIELDS = 200


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        topic = request.GET.get("topic", "")  # as a page to read links it
        if topic in Message.Topic.values:
            return draw_form(request, MessageForm.about(topic))
        return draw_empty(request, MessageForm)
    refuse_many_fields(request)
    return given_back_if_it_fails(request, take_message, is_referral=False)


def take_message(request: HttpRequest, taken: Taken) -> HttpResponse:
    """Store a message that says all it must, else show the form again."""
    try:
        return take_new_message(request, taken)
    except FormErased:
        return draw_erased_message(request, prepared(request.POST))


def take_new_message(request: HttpRequest, taken: Taken) -> HttpResponse:
    """Raises `FormErased` where what the same form brought before was erased."""
    source = source_of(request)
    if source is Source.FOREIGN:
        return csrf_failure(request)
    post = prepared(request.POST)
    if source is Source.UNKNOWN:
        return ask_whose(request, MessageForm(post))
    if first := sent_for_another(post, Enquiry.Kind.MESSAGE):
        return draw_another_person(request, post, first)
    refuse_erased(read_form_key(post.get("form_key", "")) or "")
    form = taken.form = MessageForm(post)
    if MINE in post:
        return draw_form(request, form)
    if not form.is_valid() or form.must_warn():
        return draw_form(request, form, status=422)
    try:
        return store_form(request, form)
    except OtherPerson as other:
        return draw_another_person(request, post, other.first)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return draw_empty(request, form_of_mode(request.GET.get("mode", "")))
    handler = EveryFile(request)
    request.upload_handlers = [handler]
    if not read_body(request):
        return too_busy(request)
    refuse_many_fields(request)
    take = partial(take_referral, named=handler.named)
    return given_back_if_it_fails(request, take, is_referral=True)


def take_referral(request: HttpRequest, taken: Taken, *, named: int) -> HttpResponse:
    """Store a referral that says all it must, else show the form again."""
    source = source_of(request)
    if source is Source.FOREIGN:
        return csrf_failure(request)
    received = received_files(request.FILES)
    try:
        return take_new_referral(request, taken, received, source=source, named=named)
    except FormErased:
        return draw_erased_referral(request, prepared(request.POST), received)


def take_new_referral(
    request: HttpRequest, taken: Taken, received: list[Received], *, source: Source, named: int
) -> HttpResponse:
    """Raises `FormErased` where what the same form brought before was erased."""
    post = prepared(request.POST)
    if source is Source.UNKNOWN:  # its files are neither held nor looked into
        names = [file.name for file in received]
        return ask_whose(request, form_of_mode(post.get("mode", ""))(post), files=names)
    if first := sent_for_another(post, Enquiry.Kind.REFERRAL):
        return draw_another_patient(request, post, first, received)
    refuse_erased(read_form_key(post.get("form_key", "")) or "")
    try:
        declared = max(named, declared_files(post))
        form = taken.form = referral_form(request, post, received, declared=declared)
        return draw_form(request, form) if MINE in post else send(request, form)
    except OtherPerson as other:  # another POST of this form was stored meanwhile
        return draw_another_patient(request, post, other.first, received)
    except OSError as error:
        if not received:
            raise
        logger.error("a file could not be stored", exc_info=error)
        return draw_without_files(request, post)


def read_body(request: HttpRequest) -> bool:
    """Read what was posted; False where so many are sending files that this one must wait."""
    if body_size(request) <= SMALL_BODY:
        return True
    with place_to_read() as is_free:
        return is_free and request.POST is not None


def referral_form(
    request: HttpRequest,
    post: QueryDict,
    received: list[Received],
    *,
    declared: int = 0,
) -> ReferralForm:
    """The posted form with its files: the received ones are stored, earlier ones found."""
    removed = [*post.getlist("remove"), *post.getlist(TAKE_OUT)]
    form_key = read_form_key(str(post["form_key"])) or ""
    taken_away = said_by_removed(form_key, removed)
    held = uploads.gather(
        form_key=form_key,
        received=received,
        kept=post.getlist("kept"),
        removed=removed,
        declared=declared,
        address=client_address(request),
    )
    read_held(held.kept)
    form = form_of_mode(post.get("mode", ""))(post, held=held)
    form.empty_left_over(post.getlist(FROM_LETTER), taken_away)
    return form


def declared_files(post: QueryDict) -> int:
    """How many files the browser’s script counted; 0 where no script ran."""
    count = post.get("file_count", "")
    return int(count) if re.fullmatch("[0-9]{1,3}", count) else 0


def send(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    """Store a referral that says all it must, else show the form again with what to mend."""
    if "switch" in request.POST:
        return draw_form(request, switched(form))
    if PRESSED in request.POST:
        return draw_form(request, as_typed(form, form.own_mode))
    if TAKE_OUT in request.POST:
        return draw_taken_out(request, form)
    if body_size(request) > limit_of(request.path) and not form.is_valid():
        return draw_form(request, form, status=413)
    if not form.is_valid() and (filled := form.filled()):
        return draw_filled(request, filled)
    if not form.is_valid() or form.must_warn():
        return draw_form(request, form, status=507 if only_room_is_missing(form) else 422)
    try:
        return store_form(request, form, attachments=form.held.kept)
    except uploads.FileGone:
        form.add_error("letter", "We no longer hold one of your files. Please attach it again.")
        form.held.kept = [file for file in form.held.kept if uploads.is_at_hand(file)]
        return draw_form(request, form, status=422)


def only_room_is_missing(form: ReferralForm) -> bool:
    """Whether the sender did all right, and it is ours to mend."""
    return form.held.no_room and set(form.errors) <= {"letter"} and not form.must_warn()


def store_form(
    request: HttpRequest, form: PublicForm, attachments: list[uploads.Attachment] | None = None
) -> HttpResponse:
    now = timezone.now()
    if spam.is_flood(address=client_address(request), at=now):
        return draw_flooded(request, form, now)
    age, address = form_age(form.data["form_key"], at=now), client_address(request)
    found = spam.look_at(typed=form.cleaned_data, form_age=age, address=address, at=now)
    enquiry = submit(
        enquiry=form.enquiry(),
        form_key=form.form_key_digits(),
        attachments=attachments or [],
        suspicions=found.suspicions,
        may_mail_receipt=found.may_mail_receipt,
        at=now,
    )
    return redirect("referrals:receipt", token=receipt_token(enquiry.form_key))


def refuse_many_fields(request: HttpRequest) -> None:
    """People fill in some 40 fields; the site's own limit is made for the page editor."""
    if sum(len(values) for _, values in request.POST.lists()) > MOST_FIELDS:
        raise TooManyFieldsSent(f"more than {MOST_FIELDS} fields")


def draw_without_files(request: HttpRequest, post: QueryDict) -> HttpResponse:
    """The disk refused a file: nothing is stored, and the form says what can be done."""
    form = referral_form(request, post, [])
    form.storing_failed = True
    form.held.problems.append(
        "We could not store your file. Send the referral without it, or ring us."
    )
    return draw_form(request, form, status=507)


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What a sender keeps: the reference, when it came, what happens next."""
    token = as_made(token)
    if receipt_was_erased(token):
        return show_erased(request)
    if (enquiry := received(token)) is None:
        return refuse(request)
    is_noted = request.method == "GET" and note_link_if_possible(
        reference=enquiry.reference, action=Action.RECEIPT_SEEN
    )
    return draw_receipt(request, enquiry, token, is_noted=is_noted)


def draw_receipt(
    request: HttpRequest,
    enquiry: Enquiry,
    token: str,
    *,
    pdf_failed: bool = False,
    is_noted: bool = False,
) -> HttpResponse:
    """Her own address and number stand whole for whoever has just sent it, so that a slip is seen:
    not behind a bare link, nor where nobody could write down that they were shown."""
    is_hers = is_noted and is_from_our_page(request)
    is_message = enquiry.kind == Enquiry.Kind.MESSAGE
    context = {
        "enquiry": enquiry,
        "clinic": Clinic.with_rooms(),
        "files": [(kind_of(file), file) for file in enquiry.attachments.filter(added_by=None)],
        "token": token,
        "another_url": address_of_another(request, token),
        "status_token": open_status_token(enquiry.form_key, enquiry.status_token_hash),
        "copy_to": enquiry.sender_email if is_hers else shortened(enquiry.sender_email),
        "ring_back": enquiry.sender_phone if is_hers and is_message else "",
        "is_message": is_message,
        "read_by": read_by_in_words(enquiry),
        "is_mailed": enquiry.notifications.filter(kind=Notification.Kind.RECEIPT).exists(),
        "is_patient_mailed": enquiry.notifications.filter(kind=Notification.Kind.PATIENT).exists(),
        "files_to_mend": file_words(enquiry),
        "pdf_failed": pdf_failed,
        "emergency": is_emergency(enquiry),
        "urgent": is_urgent(enquiry),
        "in_hospital": from_hospital(enquiry),
        "added": added_since(enquiry),
        "is_withdrawn": is_withdrawn(enquiry),
    }
    status = 503 if pdf_failed else 200
    response = render(request, "referrals/receipt.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def shortened(address: str) -> str:
    """`s…@practice.example`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if name else address[:1] + "…" * bool(address)


def address_of_another(request: HttpRequest, token: str) -> str:
    """Where the next referral begins: with a doctor's own details only for whoever sent this one.

    A receipt that was opened from a link may be a stranger's, and so would the details be.
    """
    if is_from_our_page(request):
        return reverse("referrals:another", args=[token])
    return reverse("referrals:refer")


def address_of_next(enquiry: Enquiry) -> str:
    """The same for whoever has just proved that she sent this one; empty on another day."""
    token = receipt_token(enquiry.form_key)
    is_known = token_hash(token) == enquiry.receipt_token_hash
    is_today = timezone.localdate(enquiry.received_at) == timezone.localdate()
    is_hers = enquiry.kind == Enquiry.Kind.REFERRAL and is_known and is_today
    return reverse("referrals:another", args=[token]) if is_hers else ""


def kind_of(file: uploads.Attachment) -> str:
    """“PDF”, “JPG”: what the receipt shows instead of a name, which is often the patient’s."""
    return ENDINGS.get(file.content_type, [".file"])[0][1:].upper()


@never_cache
@require_safe
def another(request: HttpRequest, token: str) -> HttpResponse:
    """A new referral that keeps only the doctor’s own details: on the day of the first one, and
    never from a link that somebody sent, as the details would be a stranger's."""
    token = as_made(token)
    if receipt_was_erased(token):
        return redirect("referrals:refer")
    if (enquiry := received(token)) is None:
        return refuse(request)
    is_today = timezone.localdate(enquiry.received_at) == timezone.localdate()
    is_hers = is_today and is_from_our_page(request)
    if enquiry.kind != Enquiry.Kind.REFERRAL or not is_hers:
        return redirect("referrals:refer")
    note_link(reference=enquiry.reference, action=Action.FORM_AGAIN)
    response = draw_form(request, referral_of_doctor(enquiry))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The proof of receipt as a file for the sender's own records."""
    token = as_made(token)
    if receipt_was_erased(token):
        return show_erased(request)
    if (enquiry := received(token)) is None:
        return refuse(request)
    try:
        pdf = records.receipt_pdf(enquiry=enquiry, withdrawn_at=withdrawn_at(enquiry))
    except records.PdfUnavailable as problem:
        logger.error("no proof of receipt: %s", problem)
        return draw_receipt(request, enquiry, token, pdf_failed=True)
    note_link(reference=enquiry.reference, action=Action.RECEIPT_SAVED)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def received(token: str) -> Enquiry | None:
    return Enquiry.objects.filter(receipt_token_hash=token_hash(token)).first()
