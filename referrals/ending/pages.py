"""The presses on the page of an enquiry that note a call, or take one back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from clinic_site.web.rows import row_or_404
from referrals.ending import calls
from referrals.models import Call, Enquiry
from referrals.states.reaching import not_reached_since
from referrals.workflow.news import hears_by_mail
from referrals.workflow.verbs import CannotMove

TOLD = "That was the third call without an answer."
BY_MAIL = f"{TOLD} The doctor hears of it by email and is asked to check the number."
BY_TELEPHONE = f"{TOLD} No email goes out: please ring the doctor."


class CallsOfEnquiry:
    """Mixed into the enquiry's ModelAdmin."""

    admin_site: Any
    message_user: Any
    has_change_permission: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/rang/", wrap(self.rang), name="referrals_enquiry_rang"),
            path("<int:pk>/not-rung/", wrap(self.not_rung), name="referrals_enquiry_not_rung"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def rang(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One press: `call` is whom and the result."""
        enquiry, by = self.pressed_call(request, pk)
        whom, _, result = request.POST.get("call", "").partition(" ")
        number = request.POST.get("number", "")
        before = not_reached_since(enquiry)
        try:
            call = calls.rang(
                enquiry=enquiry,
                by=by,
                whom=whom,
                result=result,
                number=int(number) if number.isdecimal() and len(number) < 9 else None,
            )
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.WARNING)
        else:
            told = not_reached_since(enquiry) is not None and before is None
            after = (BY_MAIL if hears_by_mail(enquiry) else BY_TELEPHONE) if told else ""
            self.message_user(request, f"Noted. {calls.in_words(call)} {after}".strip())
        return redirect(enquiry.get_admin_url())  # pressed in the bar: its words stand at the top

    def not_rung(self, request: HttpRequest, pk: int) -> HttpResponse:
        enquiry, by = self.pressed_call(request, pk)
        found = request.POST.get("call", "")
        if not found:  # of a page from before this version
            return redirect(f"{enquiry.get_admin_url()}#calls")
        call = row_or_404(Call.objects.filter(enquiry=enquiry), found)
        try:
            calls.take_call_back(call=call, by=by)
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.WARNING)
        else:
            self.message_user(request, "Taken back. It counts no more; both lines stay below.")
        return redirect(f"{enquiry.get_admin_url()}#calls")

    def pressed_call(self, request: HttpRequest, pk: int) -> tuple[Enquiry, User]:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        by: Any = request.user
        return row_or_404(Enquiry.objects.all(), pk), by
