"""The buttons of who has it, for whom it is, when to look again, and unread again."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from clinic_site.models import Clinician
from clinic_site.web.rows import row_or_404
from referrals.hands import verbs
from referrals.hands.panel import hands_panel
from referrals.hands.people import colleagues, name_of
from referrals.models import Enquiry
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, open_

SEALED = ["sender_name", "sender_email", "sender_phone"]
LIST = "admin:referrals_enquiry_changelist"
Press = Callable[[HttpRequest, Enquiry], str]


class HandsPages:
    """Mixed into the enquiry's ModelAdmin."""

    admin_site: Any
    message_user: Any
    has_change_permission: Any
    page: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.hands)
        name = "referrals_enquiry_hands"
        return [path("<int:pk>/hands/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def hands(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the buttons, by the field `what`. What is refused is said beside it."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        enquiry = row_or_404(Enquiry.objects.select_related("assigned_to").defer(*SEALED), pk)
        what = "take" if "take" in request.POST else request.POST.get("what", "")
        if what not in PRESSES:
            return to_page(enquiry)  # a page from before this version
        try:
            done = PRESSES[what](request, enquiry)
        except CannotMove as problem:
            return self.refuse_hands(request, enquiry, what, str(problem))
        self.message_user(request, done)
        return back_to_list(request) if goes_to_list(request, what) else to_page(enquiry)

    def refuse_hands(
        self, request: HttpRequest, enquiry: Enquiry, what: str, problem: str
    ) -> HttpResponse:
        by: Any = request.user
        self.message_user(request, problem, messages.ERROR)
        if goes_to_list(request, what):
            return back_to_list(request)
        open_(enquiry=enquiry, by=by)  # it is shown again
        enquiry = row_or_404(Enquiry.objects.all(), enquiry.pk)
        typed = request.POST.get("on", "")
        panel = hands_panel(enquiry, reader=by, refused=what, problem=problem, typed=typed)
        response: HttpResponse = self.page(request, enquiry, hands=panel)
        response.status_code = 409
        return response


def goes_to_list(request: HttpRequest, what: str) -> bool:
    """Pressed there; and from its own page, where opening it would make it read at once."""
    return "back" in request.POST or what == "unread"


def back_to_list(request: HttpRequest) -> HttpResponse:
    """With its filters, as they stood in the address of the list."""
    back = request.POST.get("back", "")
    return redirect(reverse(LIST) + (back if back.startswith("?") else ""))


def to_page(enquiry: Enquiry) -> HttpResponse:
    return redirect(enquiry.get_admin_url())


def check_seen(request: HttpRequest, enquiry: Enquiry) -> None:
    """Who pressed saw a holder beside the button: where it is another one now, nothing is done."""
    seen = request.POST.get("take", request.POST.get("seen", ""))
    if seen != str(enquiry.assigned_to_id or ""):
        raise ChangedMeanwhile(verbs.who_was_faster(enquiry))


def take(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    if enquiry.assigned_to_id != by.pk:
        check_seen(request, enquiry)
    verbs.assign(enquiry=enquiry, to=by, by=by)
    return f"You have {enquiry.reference} now."


def give_back(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    check_seen(request, enquiry)
    verbs.assign(enquiry=enquiry, to=None, by=by)
    return f"Nobody has {enquiry.reference} now."


def hand_on(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    check_seen(request, enquiry)
    chosen = chosen_row(colleagues(), request.POST.get("to", ""))
    if chosen is None:
        raise CannotMove("Choose a colleague from the list.")
    verbs.assign(enquiry=enquiry, to=chosen, by=by)
    return f"{name_of(chosen)} has {enquiry.reference} now."


def for_whom(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    typed = request.POST.get("clinician", "")
    chosen: Clinician | None = chosen_row(Clinician.objects.all(), typed)
    if typed and chosen is None:
        raise CannotMove("This doctor is no longer listed. Choose again.")
    verbs.set_for_whom(enquiry=enquiry, clinician=chosen, by=by)
    return f"It is for {chosen.name if chosen else verbs.FIRST_FREE}."


def remind(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    try:
        day = date.fromisoformat(request.POST.get("on", "").strip())
    except ValueError:
        raise CannotMove("Choose a day, for example 2026-12-31.") from None
    verbs.remind(enquiry=enquiry, on=day, by=by)
    return f"It stands on top again on {day.day} {day:%B %Y}."


def clear_reminder(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    verbs.remind(enquiry=enquiry, on=None, by=by)
    return "The reminder is cleared."


def unread(request: HttpRequest, enquiry: Enquiry) -> str:
    by: Any = request.user
    verbs.mark_unread(enquiry=enquiry, by=by)
    return f"{enquiry.reference} stands as unread in the list."


PRESSES: dict[str, Press] = {
    press.__name__: press
    for press in (take, give_back, hand_on, for_whom, remind, clear_reminder, unread)
}


def chosen_row(rows: Any, typed: str) -> Any:
    """The row of this key, if it is among them."""
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 18:
        return None
    return rows.filter(pk=int(typed)).first()
