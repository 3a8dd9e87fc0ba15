"""Staff pages: the clinic's rule, what goes next, what was erased, and the erasing of one enquiry.

The first page of each thing asks for a code of the last minutes; where that has grown old, what was
typed comes back with a link to type a new one.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format

from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.web.rows import row_or_404
from referrals.access_log import Action, note_access
from referrals.models import (
    Enquiry,
    PatientRequest,
    RequestedEnquiry,
    RetentionRule,
    Tombstone,
)
from referrals.retention.confirming import who_else_may, why_not
from referrals.retention.erasing import CannotErase, copies_until, erase
from referrals.retention.forms import RuleForm
from referrals.retention.kinds import KINDS
from referrals.retention.purging import preview
from referrals.retention.rules import changed_rules, in_force, sign
from referrals.states.keeping import ERASE, erasure_asked_for, hold_on

KEEPING = "keeping"  # stands for a reference in the access log
SEE_REQUESTS = "referrals.view_patientrequest"
SHOWN_AT_ONCE = 20
STONES_A_PAGE = 25


class RetentionRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The rule, as one page instead of a list of rows. Nobody adds or edits one but by signing."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(ERASE))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and bool(request.user.has_perm(ERASE))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        sign_page = path("sign/", wrap(self.sign), name="referrals_retentionrule_sign")
        return [sign_page, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What counts, what it would let go next, and what was erased. References and no names."""
        if request.method not in {"GET", "HEAD"} or not request.user.has_perm(ERASE):
            raise PermissionDenied
        by: Any = request.user
        note_access(references=[KEEPING], by=by, action=Action.LIST)
        signed, next_to_go = in_force(), preview()
        stones = Tombstone.objects.select_related("asked_by", "by")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What is kept, and how long",
            "signed": signed,
            "kinds": [
                (kind, kind.words(kind.amount(signed.rule if signed else None))) for kind in KINDS
            ],
            "changed": changed_rules(),
            "next": next_to_go,
            "at_once": SHOWN_AT_ONCE,
            "earlier": RetentionRule.objects.select_related("by")[1:6] if signed else [],
            "stones": Paginator(stones, STONES_A_PAGE).get_page(request.GET.get("p")),
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, "admin/referrals/retention/rule.html", context)

    def sign(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(ERASE):
            raise PermissionDenied
        if request.method != "POST":
            if not confirmed_lately(request):
                return ask_for_code(request)
            signed = in_force()
            return self.draw_form(request, RuleForm(rule=signed.rule if signed else None))
        form = RuleForm(request.POST)
        if not form.is_valid():
            return self.draw_form(request, form, status=422)
        if not confirmed_lately(request):
            return self.draw_form(request, form, status=422, needs_code=True)
        by: Any = request.user
        sign(amounts=form.amounts(), by=by)
        words = "Signed. It counts from now on; the first things go tomorrow at the earliest."
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:referrals_retentionrule_changelist")

    def draw_form(
        self, request: HttpRequest, form: RuleForm, *, status: int = 200, needs_code: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Sign the clinic’s rule",
            "form": form,
            "needs_code": needs_code,
        }
        template = "admin/referrals/retention/sign.html"
        return TemplateResponse(request, template, context, status=status)


class ErasesOne(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the second step of an erasure to the admin of an enquiry."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.erase)
        return [path("<int:pk>/erase/", view, name="referrals_enquiry_erase"), *super().get_urls()]

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What goes, what stays, and the button. The reading of the reason is noted."""
        if not (request.user.has_perm(ERASE) and self.has_view_permission(request)):
            raise PermissionDenied
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        if request.method != "POST" and not confirmed_lately(request):
            return ask_for_code(request)
        if erasure_asked_for(enquiry) is None:
            self.message_user(request, "Nobody asks for its erasure.", messages.WARNING)
            return redirect(enquiry.get_admin_url())
        if request.method != "POST":
            return self.draw_erasing(request, enquiry)
        if not confirmed_lately(request):
            return self.draw_erasing(request, enquiry, needs_code=True)
        return self.erase_now(request, enquiry)

    def erase_now(self, request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
        by: Any = request.user
        try:
            stone = erase(enquiry=enquiry, by=by, reference=request.POST.get("reference", ""))
        except CannotErase as problem:
            return self.draw_erasing(request, enquiry, problem=str(problem))
        day = date_format(stone.copies_until, "j F Y")
        words = f"{stone.reference} is erased. Backups may still hold a copy until {day}."
        self.message_user(request, words, messages.SUCCESS)
        asked = request_for(stone.reference) if by.has_perm(SEE_REQUESTS) else None
        if asked:
            return redirect(asked.get_admin_url())
        return redirect("admin:referrals_retentionrule_changelist")

    def draw_erasing(
        self, request: HttpRequest, enquiry: Enquiry, *, problem: str = "", needs_code: bool = False
    ) -> HttpResponse:
        by: Any = request.user
        note_access(references=[enquiry.reference], by=by, action=Action.VIEW)
        asked, others = erasure_asked_for(enquiry), who_else_may(by)
        asked_herself = bool(asked and asked.by_id == by.pk)
        waits = why_not(asked, person=by, at=timezone.now()) if asked else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Erase {enquiry.reference}",
            "enquiry": enquiry,
            "asked": asked,
            "hold": hold_on(enquiry),
            "others": others,
            "waits_for_others": asked_herself and bool(others),
            "waits": waits,
            "types_reference": asked_herself,
            "files": enquiry.attachments.count(),
            "mails": enquiry.notifications.count(),
            "resent": enquiry.edited_resends.only("reference", "received_at").order_by(
                "received_at"
            ),
            "copies_until": copies_until(timezone.now()),
            "typed": request.POST.get("reference", ""),
            "problem": problem,
            "needs_code": needs_code,
        }
        status = 409 if problem or needs_code else 200
        template = "admin/referrals/retention/erase.html"
        return TemplateResponse(request, template, context, status=status)


def request_for(reference: str) -> PatientRequest | None:
    """The open request of a patient that wanted this one erased: the newest of several."""
    tied = RequestedEnquiry.objects.filter(reference=reference, untied_at=None)
    wants = PatientRequest.objects.filter(pk__in=tied.values("request"), outcome="")
    return wants.filter(wants=PatientRequest.Wants.ERASE).order_by("pk").last()
