"""How a public form is shown: empty, with what is wrong, or given back because it was not stored.

Whatever happens, it comes back with all that was typed.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django import forms
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import Error as AnyDatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.shortcuts import render

from clinic_site.counting import seconds_left
from clinic_site.models import Clinic
from clinic_site.web.addresses import client_address
from referrals.files.receiving import Received
from referrals.files.uploads import Files, gather
from referrals.from_letter.in_form import FROM_LETTER
from referrals.greeting.roles import PRESSED, ROLES, role_of
from referrals.inspecting.sniffing import shown_name
from referrals.intake.another_patient import message_anew, referral_anew
from referrals.intake.forms import MessageForm, PublicForm, prepared
from referrals.intake.referral_forms import ReferralForm, as_typed, form_of_mode
from referrals.models import Enquiry
from referrals.references import new_form_key, read_form_key

logger = logging.getLogger(__name__)
CONTACT, REFER = "referrals/contact.html", "referrals/refer.html"
WHOSE = "referrals/whose_form.html"
WITHOUT_DATABASE = "referrals/without_database.html"
UNKNOWN_CLINIC = Clinic(pk=1, name="", telephone="", email="", emergency_number="000")
RETRY_SECONDS = 60
ANSWERED_BY_DJANGO = (
    SuspiciousOperation,
    BadRequest,
    PermissionDenied,
    Http404,
    UnreadablePostError,
)
NO_ROOM = {"database or disk is full", "No space left on device", "disk quota exceeded"}


class Notice(NamedTuple):
    """What stands above a form that came back."""

    heading: str
    words: str


TAKE_OUT = "take_out"  # the button beside a letter of another patient
MINE = "mine"  # the button of whoever says that what came without a source is hers
NOT_SHOWN = {"form_key", "warned", "tries", "mode", "letter_for", "file_count", "extra_line"}
NOT_CARRIED = {
    "csrfmiddlewaretoken",
    "tries",
    "extra_line",
    "kept",
    "receipts",
    "switch",
    PRESSED,
    MINE,
    TAKE_OUT,
}


class KeptFile(NamedTuple):
    """A file that was held before, while the database cannot be asked about it."""

    pk: str
    name: str
    size: int = 0


class Taken:
    """What became of a POST so far: the form, once it was made."""

    form: PublicForm | None = None


def given_back_if_it_fails(
    request: HttpRequest, take: Callable[[HttpRequest, Taken], HttpResponse], *, is_referral: bool
) -> HttpResponse:
    """The answer of `take`; where that breaks, the form with all that was typed."""
    taken = Taken()
    try:
        return take(request, taken)
    except ANSWERED_BY_DJANGO:
        raise
    except Exception as error:
        return draw_unstored(request, taken.form, error, is_referral=is_referral)


def draw_form(
    request: HttpRequest,
    form: PublicForm,
    *,
    status: int = 200,
    notice: Notice | None = None,
    marked: Iterable[str] = (),
) -> HttpResponse:
    """`marked` are fields that the letter has filled in just now."""
    if isinstance(form, ReferralForm):
        form.greet(role_of(request).name, goes_over=PRESSED in request.POST)
        form.remember_whose_letter()
        form.mark([*request.POST.getlist(FROM_LETTER), *marked])
    context = {"form": form, "clinic": Clinic.with_rooms(), "notice": notice, **greeting(request)}
    return render(request, template_of(form), context, status=status)


def greeting(request: HttpRequest) -> dict[str, Any]:
    """Who reads the page above the form of a referral."""
    return {"role": role_of(request), "roles": ROLES}


def template_of(form: PublicForm) -> str:
    return CONTACT if isinstance(form, MessageForm) else REFER


def ask_whose(request: HttpRequest, form: PublicForm, *, files: Iterable[str] = ()) -> HttpResponse:
    """What came, as words and not as a form: its browser does not say that our page sent it.

    A stranger's page may have filled it in. Whoever wrote it says so by a button and has it back;
    the second time the button is left out, as that browser keeps saying nothing. Files are named,
    to be attached again.
    """
    data = cast(QueryDict, form.data)
    context = {
        "form": form,
        "lines": typed_lines(form),
        "files": [shown_name(name, "") for name in files],
        "hidden": [(n, v) for n, values in data.lists() if n not in NOT_CARRIED for v in values],
        "is_again": data.get("tries", "") not in {"", "0"},
        "clinic": Clinic.with_rooms(),
    }
    return render(request, WHOSE, context, status=403)


def typed_lines(form: PublicForm) -> list[tuple[str, str]]:
    """The label and the words of each field that has any."""
    data = cast(QueryDict, form.data)
    names = [name for name in form.fields if name not in NOT_SHOWN and any(data.getlist(name))]
    return [(str(form.fields[n].label), in_words(form.fields[n], data.getlist(n))) for n in names]


def in_words(field: forms.Field, values: list[str]) -> str:
    if isinstance(field, forms.BooleanField):
        return "Yes"
    choices = {str(value): str(label) for value, label in getattr(field, "choices", [])}
    return ", ".join(choices.get(value, value) for value in values)


def draw_flooded(request: HttpRequest, form: PublicForm, now: datetime) -> HttpResponse:
    """The same form with all that was typed: so much came from one place that it must wait."""
    notice = Notice(
        "This is not sent yet",
        "Very many forms came from your network in this hour. Nothing is lost: send it again"
        " later, or ring the rooms.",
    )
    response = draw_form(request, form, status=429, notice=notice)
    response.headers["Retry-After"] = str(seconds_left(now))
    return response


STILL_MISSING = {"red_flags": "the warning signs", "signed": "your signature"}


def draw_filled(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    """What the letter says stands in the form, to be checked. Nothing is stored as sent."""
    labels = [STILL_MISSING.get(name) or str(form.fields[name].label) for name in form.errors]
    missing = f" Still missing: {', '.join(labels)}." if labels else ""
    words = f"Please check each field that is marked.{missing} Nothing is sent yet."
    notice = Notice("We filled in what the letter says", words)
    marked = cast(QueryDict, form.data).getlist(FROM_LETTER)
    shown = as_typed(form, form.own_mode)
    if not form.is_script_there:
        shown.let_button_sign()
    return draw_form(request, shown, status=422, notice=notice, marked=marked)


def draw_taken_out(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    """Without the letter of another patient and what it had filled in; a letter that stays is read
    anew for what is empty now. Nothing is sent yet."""
    labels = [str(form.fields[name].label) for name in form.emptied]
    emptied = f"We emptied what stood in it: {', '.join(labels)}. " if labels else ""
    filled = form.filled()
    marked = cast(QueryDict, filled.data).getlist(FROM_LETTER) if filled else []
    again = "The other letter filled in the fields that are marked: check each. " if filled else ""
    words = f"{emptied}{again}Nothing is sent yet. Look through the form, then send it."
    notice = Notice("The file is removed", words)
    shown = as_typed(filled or form, form.own_mode)
    return draw_form(request, shown, notice=notice, marked=marked)


def draw_another_patient(
    request: HttpRequest,
    post: QueryDict,
    first: Enquiry,
    received: Iterable[Received],
) -> HttpResponse:
    """A new form for another patient than the one it was sent for. Nothing is stored."""
    notice = Notice(
        "Another patient: this is not sent yet",
        f"You sent this form before as {first.reference}, for another patient. Below is a new"
        " referral. We emptied what was the same as in the first one, with its letter, the"
        " warning signs and your signature. Fill in what is missing, then sign and send. Did you"
        f" only correct a name or a date of birth? Then ring the rooms and give {first.reference}.",
    )
    address = client_address(request)
    form = referral_anew(post, first, received, address=address)
    return draw_form(request, form, status=409, notice=notice)


def draw_another_person(request: HttpRequest, post: QueryDict, first: Enquiry) -> HttpResponse:
    """A new message by somebody else than the one this form was sent for. Nothing is stored."""
    notice = Notice(
        "Another name: this is not sent yet",
        f"This form was sent before as {first.reference}, with another name. Below is a new"
        " message. We emptied what was the same as in the first one: write your own telephone"
        " number or email, so that the answer reaches you. Did you only correct your name? Then"
        f" ring the rooms and give {first.reference}.",
    )
    return draw_form(request, message_anew(post, first), status=409, notice=notice)


WAS_ERASED = Notice(
    "This is not sent",
    "You sent this form before. The rooms hold nothing under it any more: what it brought was"
    " erased. So a second press sends nothing. Do you want to send it as a new one? Look through"
    " it, attach any file again, and send it.",
)


def draw_erased_message(request: HttpRequest, post: QueryDict) -> HttpResponse:
    """The same words in a new form, which goes only if she wants it to."""
    return draw_form(request, MessageForm(with_new_key(post)), status=409, notice=WAS_ERASED)


def draw_erased_referral(
    request: HttpRequest, post: QueryDict, received: list[Received]
) -> HttpResponse:
    """The same; files that came with this press are held for the new form."""
    anew = with_new_key(post)
    held = gather(
        form_key=read_form_key(str(anew["form_key"])) or "",
        received=received,
        address=client_address(request),
    )
    form = form_of_mode(post.get("mode", ""))(anew, held=held)
    return draw_form(request, form, status=409, notice=WAS_ERASED)


def with_new_key(post: QueryDict) -> QueryDict:
    anew = post.copy()
    anew["form_key"] = new_form_key()
    for name in ("kept", "remove", "switch"):
        anew.setlist(name, [])
    return anew


def draw_unstored(
    request: HttpRequest, form: PublicForm | None, error: Exception, *, is_referral: bool
) -> HttpResponse:
    """The form with all that was typed, drawn without a database: it could not be stored.

    Nothing is acknowledged. 507 where a disk is full, 503 where the database is away, 500 where
    the fault is ours.
    """
    status = status_of(error)
    logger.error("a form could not be stored: answered with %d", status, exc_info=error)
    form = form or as_posted(request, is_referral=is_referral)
    notice = Notice(
        "We could not store this",
        "We are sorry: it has not reached us. What you typed is still below. Wait a minute and"
        " send it again, or ring the rooms.",
    )
    context = {
        "form": form,
        "clinic": known_clinic(),
        "notice": notice,
        "layout": WITHOUT_DATABASE,
        "is_error": True,
        **greeting(request),
    }
    response = render(request, template_of(form), context, status=status)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def as_posted(request: HttpRequest, *, is_referral: bool) -> PublicForm:
    """The form as it came, asking neither database nor disk."""
    post = prepared(request.POST)
    if not is_referral:
        return MessageForm(post)
    removed = set(post.getlist("remove"))
    kept: list[Any] = [
        KeptFile(pk, f"File {number}, sent before")
        for number, pk in enumerate(dict.fromkeys(post.getlist("kept")), start=1)
        if pk not in removed and is_uuid(pk)
    ]
    form = form_of_mode(post.get("mode", ""))(post, held=Files(kept=kept))
    if request.FILES:
        form.held.problems.append("We could not keep your file. Please attach it again.")
    return form


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def known_clinic() -> Clinic:
    """The clinic as last read; without a number rather than with a wrong one."""
    if known := Clinic.last_known():
        return known
    try:
        return Clinic.with_rooms()
    except AnyDatabaseError:
        return UNKNOWN_CLINIC


def status_of(error: Exception) -> int:
    if isinstance(error, OSError) or any(words in str(error) for words in NO_ROOM):
        return 507
    if type(error.__cause__).__name__ == "DiskFull":  # as PostgreSQL says it
        return 507
    return 503 if isinstance(error, AnyDatabaseError) else 500
