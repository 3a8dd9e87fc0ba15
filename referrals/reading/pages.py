"""The pages “Who read what” and “Who has read my record”: parts of the admin of the access log."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from referrals.access_log import NOBODY_FOUND, THIS_LOG, Action, note_access
from referrals.files import records
from referrals.models import AccessLog
from referrals.reading import sheet
from referrals.reading.asking import IN_ADDRESSES, OF_A_PATIENT, ReadingForm, narrowed
from referrals.reading.duties import SEE_LOG
from referrals.reading.finding import (
    Person,
    find_person,
    note_looking,
    readings_of,
    without_lines_of_lists,
)
from referrals.reading.lines import page_of

HERE = "admin:referrals_accesslog_changelist"
NO_PATIENT = "Write family name, given names and date of birth once more, then make the sheet."


class ReadingPages(admin.ModelAdmin):
    """In place of Django’s own list. A patient is asked for by POST, so no address names one."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        made = wrap(require_POST(never_cache(self.sheet)))
        return [path("sheet/", made, name="referrals_accesslog_sheet"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not request.user.has_perm(SEE_LOG):
            raise PermissionDenied
        form = ReadingForm(request.POST if request.method == "POST" else in_address(request))
        if not form.is_valid():
            return self.draw(request, form, status=422)
        if form.names_a_patient():
            return self.of_a_patient(request, form)
        if request.method == "POST":
            return redirect(f"{reverse(HERE)}?{urlencode(form.in_address())}")
        return self.of_an_enquiry(request, form)

    def of_a_patient(self, request: HttpRequest, form: ReadingForm) -> HttpResponse:
        """All that may be about her. Each enquiry whose readings are shown gets a row first."""
        details = form.details()
        person = find_person(details, reference=form.cleaned_data["reference"])
        by: Any = request.user
        note_looking(
            person.candidates, details=details, by=by, action=Action.LOG, nobody=Action.SEARCH
        )
        rows = readings_of(person.references(), person.look_ups).filter(narrowed(form.cleaned_data))
        return self.draw(request, form, rows, person=person)

    def of_an_enquiry(self, request: HttpRequest, form: ReadingForm) -> HttpResponse:
        """One reference, whether it is held or not; without one, everything."""
        reference, by = form.cleaned_data["reference"], request.user
        rows = AccessLog.objects.filter(narrowed(form.cleaned_data))
        if not reference:
            note_access(references=[THIS_LOG], by=by, action=Action.LIST)  # type: ignore[arg-type]
            return self.draw(request, form, without_lines_of_lists(rows))
        is_known = AccessLog.objects.filter(reference=reference).exists()
        note_access(
            references=[reference if is_known else NOBODY_FOUND],
            by=by,  # type: ignore[arg-type]
            action=Action.LOG if is_known else Action.SEARCH,
            looked_for=[("reference", reference)],
        )
        return self.draw(request, form, rows.filter(reference=reference))

    def draw(
        self,
        request: HttpRequest,
        form: ReadingForm,
        rows: Any = None,
        *,
        person: Person | None = None,
        status: int = 200,
    ) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        before = asked.get("before", "")
        page = None if rows is None else page_of(rows, before=key(before))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Who read what",
            "form": form,
            "page": page,
            "person": person,
            "is_further": bool(before),
            "older_url": "" if page is None or person else older_url(form, page.older),
            "is_one_patient": person is not None and form.details().is_one_person(),
            "typed": [(name, form.data.get(name, "")) for name in [*OF_A_PATIENT, *IN_ADDRESSES]],
        }
        template = "admin/referrals/accesslog/change_list.html"
        response = TemplateResponse(request, template, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def sheet(self, request: HttpRequest) -> HttpResponse:
        """Drawn on a page, or as a PDF to hand over."""
        if not request.user.has_perm(SEE_LOG):
            raise PermissionDenied
        form = ReadingForm(request.POST)
        if not form.is_valid():
            return self.draw(request, form, status=422)
        with_names = request.POST.get("show") != "roles"
        try:
            made = sheet.make_sheet(
                details=form.details(),
                references=request.POST.getlist("of"),
                by=request.user,  # type: ignore[arg-type]
                with_names=with_names,
            )
        except sheet.NotOnePerson:
            self.message_user(request, NO_PATIENT, messages.WARNING)
            return redirect(HERE)
        context = sheet.context_of(made, with_names=with_names)
        return (
            self.as_pdf(request, context) if "pdf" in request.POST else self.page(request, context)
        )

    def page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        typed = [(name, request.POST.get(name, "")) for name in OF_A_PATIENT]
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Who has read my record",
            "typed": [*typed, *(("of", one) for one in request.POST.getlist("of"))],
        }
        response = TemplateResponse(request, "admin/referrals/accesslog/sheet.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    def as_pdf(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        try:
            content = records.draw_pdf("referrals/pdf/who_read.html", context)
        except records.PdfUnavailable as problem:
            self.message_user(request, f"No PDF on this server yet. {problem}", messages.ERROR)
            return self.page(request, context)
        name = f"who-has-read-my-record-{timezone.localdate():%Y-%m-%d}.pdf"
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
        response.headers["Cache-Control"] = "no-store"
        return response


def in_address(request: HttpRequest) -> dict[str, str]:
    """What may be asked by an address: whoever writes a patient into one is not answered."""
    return {name: request.GET.get(name, "") for name in IN_ADDRESSES}


def key(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def older_url(form: ReadingForm, older: int | None) -> str:
    if older is None:
        return ""
    return f"{reverse(HERE)}?{urlencode({**form.in_address(), 'before': older})}"
