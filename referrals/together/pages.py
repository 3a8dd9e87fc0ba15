"""Pages for several enquiries at once: two side by side with one button, and one PDF of many."""

import logging
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst

from clinic_site.web.rows import row_or_404
from referrals.access_log import Action, note_access
from referrals.files.records import PdfUnavailable
from referrals.inbox import enquiry_page
from referrals.inbox.arriving import is_press_of_ours
from referrals.inbox.sent_files import as_download
from referrals.inspecting import bounded
from referrals.models import Enquiry
from referrals.states.withdrawing import withdrawal_of
from referrals.together.pair import same_bytes, side_by_side
from referrals.together.printing import MOST_AT_ONCE, printed
from referrals.workflow import verbs
from referrals.workflow.joining import goes_on_first, join, why_not
from referrals.workflow.verbs import CannotMove

logger = logging.getLogger(__name__)


def readable(keys: list[int]) -> tuple[list[Enquiry], list[str]]:
    """In the order they came; and the references of those that no key opens, which stay out."""
    found, lost = [], []
    rows = Enquiry.objects.filter(pk__in=keys).order_by("received_at", "pk")
    for pk, reference in rows.values_list("pk", "reference"):
        try:
            enquiry = Enquiry.objects.get(pk=pk)
            is_message = enquiry.kind == Enquiry.Kind.MESSAGE
            _ = enquiry.message if is_message else enquiry.referral
            list(enquiry.attachments.values_list("name"))
        except InvalidToken:
            lost.append(reference)
        else:
            found.append(enquiry)
    return found, lost


class TogetherPages:
    """Mixed into the enquiry's ModelAdmin."""

    admin_site: Any
    opts: Any
    message_user: Any
    has_view_permission: Any
    has_change_permission: Any
    ask_for_press: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        beside = "<int:pk>/beside/<int:other>/"
        return [
            path("print/", wrap(self.print_chosen), name="referrals_enquiry_print"),
            path(beside, wrap(self.beside), name="referrals_enquiry_beside"),
            path(f"{beside}join/", wrap(self.join_pair), name="referrals_enquiry_join"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def pair(self, request: HttpRequest, pk: int, other: int) -> list[Enquiry]:
        """The one that goes on and the other one: one that is closed never goes on.

        Says no before it says whether they exist.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if pk == other:
            raise Http404
        both = [row_or_404(Enquiry.objects.all(), key) for key in (pk, other)]
        return sorted(both, key=goes_on_first)

    def one_is_lost(self, request: HttpRequest, pk: int, other: int) -> HttpResponse | None:
        """Where no key opens one of them: the other one by itself, and a sentence that says so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, lost = readable([pk, other])
        if not lost:
            return None
        words = f"No key of this site opens {' or '.join(lost)}, so they do not stand side by side."
        self.message_user(request, words, messages.WARNING)
        return redirect(found[0].get_admin_url() if found else "admin:referrals_enquiry_changelist")

    def beside(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """Both are read here, so both are opened and noted; a link from elsewhere opens none."""
        if lost := self.one_is_lost(request, pk, other):
            return lost
        both = self.pair(request, pk, other)
        for enquiry in both:
            if enquiry.opened_at is None and not is_press_of_ours(request):
                return self.ask_for_press(request, enquiry)
        for enquiry in both:
            verbs.open_(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]
        return self.page_of_pair(request, *both)

    def page_of_pair(
        self, request: HttpRequest, stays: Enquiry, ends: Enquiry, *, status: int = 200
    ) -> TemplateResponse:
        problem, is_referral = why_not(ends, stays), ends.kind == Enquiry.Kind.REFERRAL
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{stays.reference} and {ends.reference}",
            "stays": stays,
            "ends": ends,
            "stays_withdrawn": withdrawal_of(stays),
            "ends_withdrawn": withdrawal_of(ends),
            "groups": side_by_side(stays, ends),
            "files": [enquiry_page.files(stays), enquiry_page.files(ends)],
            "files_differ": same_bytes(stays) != same_bytes(ends),
            "may_join": self.has_change_permission(request) and not problem,
            "why_not": problem,
            "sender_hears": is_referral and ends.sender_email and not enquiry_page.no_mail_to(ends),
            "seen": ends.status,
        }
        template = "admin/referrals/together/pair.html"
        response = TemplateResponse(request, template, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def join_pair(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """The second one ends as a duplicate. Refused where a colleague was faster."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        if lost := self.one_is_lost(request, pk, other):
            return lost
        stays, ends = self.pair(request, pk, other)
        try:
            if request.POST.get("seen", ends.status) != ends.status:
                raise CannotMove("A colleague was faster. Look at both once more.")
            join(enquiry=ends, other=stays, by=request.user)  # type: ignore[arg-type]
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.ERROR)
            return redirect("admin:referrals_enquiry_beside", stays.pk, ends.pk)
        words = f"Joined. {ends.reference} is filed as a duplicate; go on with this one."
        self.message_user(request, words)
        return redirect(stays.get_admin_url())

    def print_chosen(self, request: HttpRequest) -> HttpResponse:
        """The references that were ticked, as one PDF."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        chosen = request.POST.getlist("reference")
        rows = Enquiry.objects.filter(reference__in=chosen[: MOST_AT_ONCE + 1])
        answer = self.pdf_of(request, list(rows.order_by().values_list("pk", flat=True)))
        return answer or redirect("admin:referrals_enquiry_changelist")

    def pdf_of(self, request: HttpRequest, keys: list[int]) -> HttpResponse | None:
        """None where there is no PDF; a message says why. Each is noted before it leaves."""
        if not keys or len(keys) > MOST_AT_ONCE:
            words = f"Tick between 1 and {MOST_AT_ONCE}: they become one PDF."
            self.message_user(request, words, messages.WARNING)
            return None
        enquiries, lost = readable(keys)
        if lost:
            words = f"No key of this site opens {', '.join(lost)}, so it is not printed."
            self.message_user(request, words, messages.WARNING)
        if not enquiries:
            return None
        try:
            content = printed(enquiries)
        except (bounded.Busy, bounded.TookTooLong, bounded.Failed, PdfUnavailable) as problem:
            logger.error("no PDF of several: %s", type(problem).__name__)
            words = "The PDF could not be made just now. Wait a minute, or tick fewer."
            self.message_user(request, capfirst(words), messages.ERROR)
            return None
        by: Any = request.user
        references = [enquiry.reference for enquiry in enquiries]
        note_access(references=references, by=by, action=Action.PRINT)
        for enquiry in enquiries:
            if enquiry.opened_at is None:
                verbs.open_(enquiry=enquiry, by=by)
        name = f"{len(enquiries)}-enquiries-{timezone.localdate():%Y-%m-%d}.pdf"
        return as_download(content, "application/pdf", name)
