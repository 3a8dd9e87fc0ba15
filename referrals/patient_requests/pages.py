"""The staff pages of patients' requests: the list, a new one, and one with its buttons."""

import logging
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.web.rows import row_or_404
from referrals.access_log import Action, note_access
from referrals.files import records
from referrals.inbox.sent_files import as_download
from referrals.inspecting import bounded
from referrals.models import Attachment, Enquiry, PatientRequest
from referrals.patient_requests import verbs
from referrals.patient_requests.clock import clock_of
from referrals.patient_requests.finding import find_candidates
from referrals.patient_requests.forms import (
    EndForm,
    EnquiriesForm,
    ErasureForm,
    RequestForm,
    WordsForm,
)
from referrals.patient_requests.held import held_pdf, other_requests
from referrals.patient_requests.history import history
from referrals.references import new_form_key, read_form_key
from referrals.states.keeping import ERASE, erasure_asked_for, is_held

logger = logging.getLogger(__name__)
NO_REQUEST = "no request"  # in the access log: a list in which nobody stood
TEMPLATES = "admin/referrals/patientrequest"
# What each button asks for, and what is said when it is done.
BUTTONS: dict[str, tuple[Any, str]] = {
    "prove": (WordsForm, "Noted how you made sure who asks."),
    "add_words": (WordsForm, "Your note stands below."),
    "ask_for_erasure": (
        ErasureForm,
        "Asked for. Nothing is erased yet: read what goes, and confirm it below.",
    ),
    "end": (EndForm, "The request has ended. It stays in the list."),
    "take_up_again": (WordsForm, "The request is open again. Its clock runs from the first day."),
}
NO_PDF: dict[type[Exception], str] = {
    bounded.Busy: "Other PDFs are being made just now. Press again in a minute.",
    bounded.TookTooLong: "Making it took too long. Try again later, or save a PDF from each"
    " enquiry’s page and hand those over.",
    bounded.Failed: "The PDF could not be made. Save a PDF from each enquiry’s page instead, and"
    " tell whoever looks after this site.",
}


class RequestPages(admin.ModelAdmin):
    """Mixed into the ModelAdmin of requests. Each page notes who reads it before it is drawn."""

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "referrals_patientrequest"
        return [
            path("<int:pk>/enquiries/", wrap(self.enquiries), name=f"{name}_enquiries"),
            path("<int:pk>/copy/", wrap(self.copy), name=f"{name}_copy"),
            path("<int:pk>/do/<str:verb>/", wrap(self.press), name=f"{name}_do"),
            *super().get_urls(),
        ]

    # --- The list --------------------------------------------------------------------------

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names stand in it, so each request in it is noted as looked at."""
        changelist: Any = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        changelist.result_list = rows
        by: Any = request.user
        references = [row.reference for row in rows] or [NO_REQUEST]
        note_access(references=references, by=by, action=Action.LIST)
        return changelist

    # --- A new one -------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        signed = request.POST.get("form_key", "")
        key = read_form_key(signed) or ""
        typed = request.POST if request.method == "POST" else None
        form = RequestForm(typed, initial={"asked_on": timezone.localdate()})
        if form.is_bound and form.is_valid():
            by: Any = request.user
            new_request = form.unsaved(form_key=key or secrets.token_hex(16))
            stored = verbs.note_request(new_request=new_request, by=by)
            words = f"Noted as {stored.reference}. Answer by {stored.due_on:%d/%m/%Y}."
            self.message_user(request, words, messages.SUCCESS)
            return redirect(stored.get_admin_url())
        title = "Note a patient’s request"
        status = 422 if form.is_bound else 200
        context = {"form": form, "form_key": signed if key else new_form_key()}
        return self.show(request, "add.html", title, status, **context)

    # --- One of them -----------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self.page(request, self.get_for(request, object_id))

    def get_for(self, request: HttpRequest, pk: int | str) -> PatientRequest:
        """The request, for those who may read it; says no before it says whether it exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return row_or_404(PatientRequest.objects.all(), pk)

    def get_to_change(self, request: HttpRequest, pk: int) -> PatientRequest:
        if not request.user.has_perm(verbs.CHANGE):
            raise PermissionDenied
        return row_or_404(PatientRequest.objects.all(), pk)

    def page(
        self, request: HttpRequest, ask: PatientRequest, *, status: int = 200, **extra: Any
    ) -> HttpResponse:
        """`extra` brings back what was typed where a button was refused."""
        references = verbs.chosen(ask)
        by: Any = request.user
        note_access(references=[ask.reference, *references], by=by, action=Action.REQUEST)
        stored = Enquiry.objects.filter(reference__in=references).order_by("received_at")
        here = {enquiry.reference for enquiry in stored}
        context = {
            "ask": ask,
            "clock": clock_of(ask),
            "lines": history(ask, references),
            "enquiries": [(one, files_of(one)) for one in stored],
            "to_erase": to_erase(ask, stored),
            "may_erase": request.user.has_perm(ERASE),
            "erased": [reference for reference in references if reference not in here],
            "may_note": request.user.has_perm(verbs.NOTE),
            "may_change": request.user.has_perm(verbs.CHANGE),
            "today": timezone.localdate(),
            "outcomes": fitting_outcomes(ask),
            **extra,
        }
        return self.show(request, "page.html", f"Request {ask.reference}", status, **context)

    def press(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """A button was pressed. What is refused is said on the page, with what was typed."""
        if request.method != "POST":
            raise PermissionDenied
        ask = self.get_for(request, pk)
        if verb not in BUTTONS:
            raise Http404
        make_form, done = BUTTONS[verb]
        form = make_form(request.POST)
        may_erase = request.user.has_perm(ERASE)
        if verb == "ask_for_erasure" and may_erase and not confirmed_lately(request):
            return self.page(request, ask, status=409, needs_code=True)
        problem = "" if form.is_valid() else str(next(iter(form.errors.values()))[0])
        if not problem:
            try:
                getattr(verbs, verb)(patient_request=ask, by=request.user, **form.cleaned_data)
            except verbs.CannotDo as refusal:
                problem = str(refusal)
        if not problem:
            self.message_user(request, done, messages.SUCCESS)
            return redirect(after(verb, ask, form))
        ask.refresh_from_db()
        refused = {"refused": verb, "problem": problem, "typed": request.POST}
        return self.page(request, ask, status=422, **refused)

    # --- Its enquiries ---------------------------------------------------------------------

    def enquiries(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What may be this patient's, to be ticked."""
        ask = self.get_to_change(request, pk)
        by: Any = request.user
        found = find_candidates(patient_request=ask, chosen=verbs.chosen(ask), by=by)
        form = None
        if request.method == "POST":
            form = EnquiriesForm(request.POST, [one.reference for one in found])
            if form.is_valid():
                try:
                    verbs.choose(patient_request=ask, references=form.references(), by=by)
                except verbs.CannotDo as refusal:
                    form.add_error("another", str(refusal))
                else:
                    count = len(verbs.chosen(ask))
                    self.message_user(request, f"Enquiries of this patient: {count}.")
                    return redirect(ask.get_admin_url())
        title = "Which enquiries are this patient’s?"
        ticked = set(request.POST.getlist("chosen")) if form else set(verbs.chosen(ask))
        context = {"ask": ask, "found": found, "form": form, "ticked": ticked}
        return self.show(request, "enquiries.html", title, 422 if form else 200, **context)

    # --- The PDF ---------------------------------------------------------------------------

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A page that says what is in it; its button saves all but the files as one PDF.

        A code was typed in the last minutes. The rows of the log are of what was drawn, and come
        before the first byte.
        """
        ask = self.get_to_change(request, pk)
        if not confirmed_lately(request):
            return ask_for_code(request)
        if request.method != "POST":
            return self.copy_page(request, ask)
        by: Any = request.user
        references = verbs.chosen(ask)
        others = other_requests(ask, references)
        further = [other.reference for other in others]
        try:
            content = held_pdf(patient_request=ask, references=references, others=others)
            verbs.note_copy(patient_request=ask, by=by, references=references, others=further)
        except verbs.CannotDo as refusal:
            return self.copy_page(request, ask, problem=str(refusal), status=422)
        except records.PdfUnavailable as refusal:
            return self.copy_page(request, ask, problem=str(refusal), status=503)
        except (bounded.Busy, bounded.TookTooLong, bounded.Failed) as refusal:
            logger.error("no PDF of %s could be made", ask.reference)
            return self.copy_page(request, ask, problem=why_no_pdf(refusal), status=503)
        return as_download(content, "application/pdf", f"{ask.reference}_held.pdf")

    def copy_page(
        self, request: HttpRequest, ask: PatientRequest, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        references = verbs.chosen(ask)
        by: Any = request.user
        note_access(references=[ask.reference], by=by, action=Action.REQUEST)
        title = "Save all but the files as one PDF"
        context = {"ask": ask, "references": references, "problem": problem}
        return self.show(request, "copy.html", title, status, **context)

    def show(
        self, request: HttpRequest, template: str, title: str, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **more,
        }
        response = TemplateResponse(request, f"{TEMPLATES}/{template}", context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


def why_no_pdf(refusal: Exception) -> str:
    """By what it is, not by its name alone: a clock that ran out took too long as well."""
    return next(words for kind, words in NO_PDF.items() if isinstance(refusal, kind))


def files_of(enquiry: Enquiry) -> list[tuple[Attachment, bool]]:
    """Each file, and whether a link may save it: what was set aside has its button elsewhere."""
    may_be_saved = {Attachment.State.CLEAN, Attachment.State.COPY}
    return [(file, file.state in may_be_saved) for file in enquiry.attachments.all()]


def to_erase(ask: PatientRequest, stored: Iterable[Enquiry]) -> list[tuple[Enquiry, bool, bool]]:
    """Each enquiry that she wants erased, whether that is asked for, and whether it is on hold."""
    if ask.wants != PatientRequest.Wants.ERASE or not ask.is_open:
        return []
    return [(one, erasure_asked_for(one) is not None, is_held(one)) for one in stored]


def after(verb: str, ask: PatientRequest, form: ErasureForm | WordsForm | EndForm) -> str:
    """Where a button leads: the first step of an erasure to the second one, the others back."""
    if verb != "ask_for_erasure":
        return ask.get_admin_url()
    enquiry = Enquiry.objects.only("pk").get(reference=form.cleaned_data["reference"])
    return reverse("admin:referrals_enquiry_erase", args=[enquiry.pk])


def fitting_outcomes(ask: PatientRequest) -> list[tuple[str, str]]:
    """How this kind of request can end."""
    Outcome, Wants = PatientRequest.Outcome, PatientRequest.Wants  # noqa: N806
    met = {Wants.CORRECT: Outcome.CORRECTED, Wants.ERASE: Outcome.ERASED}
    first = met.get(Wants(ask.wants), Outcome.GIVEN)
    return [(one.value, str(one.label)) for one in (first, Outcome.REFUSED, Outcome.WITHDRAWN)]
