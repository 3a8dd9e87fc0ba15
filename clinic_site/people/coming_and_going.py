"""Three buttons on a person's page: *lost phone*, *has left*, *is back*.

Each opens a page that says what will happen, after a fresh code. The verbs are in `leaving.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from clinic_site.models import Clinic
from clinic_site.models.spoken_codes import LASTS
from clinic_site.people import granting, leaving
from clinic_site.people.cards import cards, name_of
from clinic_site.permissions import require
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.web.rows import row_or_404


@dataclass(frozen=True)
class Step:
    """`why_not` answers in words, `verb` does it, `noted` is the line in her history."""

    name: str
    title: str
    why_not: Callable[..., str]
    verb: Callable[..., Any]
    noted: str

    @property
    def template(self) -> str:
        return f"admin/people/{self.name}.html"


LOST_PHONE = Step(
    "lost_phone",
    "Lost phone",
    granting.why_phone_stays,
    leaving.lost_phone,
    "Phone disconnected: it was lost.",
)
HAS_LEFT = Step(
    "has_left", "Has left", granting.why_she_stays, leaving.has_left, "Has left: account closed."
)
IS_BACK = Step(
    "is_back", "Is back", granting.why_she_stays_away, leaving.came_back, "Is back: account open."
)
STEPS = (LOST_PHONE, HAS_LEFT, IS_BACK)


class ComesAndGoes:
    """Mixed into the account's ModelAdmin."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        return [*map(self.address_of, STEPS), *super().get_urls()]  # type: ignore[misc]

    def address_of(self, step: Step) -> URLPattern:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            return self.take_step(request, pk, step)

        where = f"<int:pk>/{step.name.replace('_', '-')}/"
        return path(where, self.admin_site.admin_view(view), name=f"auth_user_{step.name}")

    def steps_open(self, request: HttpRequest, user: User) -> dict[str, bool]:
        """Which buttons stand on a person's page."""
        by: Any = request.user
        if not by.has_perm(leaving.RIGHT):
            return {}
        return {step.name: not step.why_not(by=by, user=user) for step in STEPS}

    def take_step(self, request: HttpRequest, pk: int, step: Step) -> HttpResponse:
        by: Any = request.user
        require(by, leaving.RIGHT)
        user = row_or_404(User.objects.all(), pk)
        if why := step.why_not(by=by, user=user):
            messages.error(request, why)
            return redirect("admin:auth_user_change", user.pk)
        if not confirmed_lately(request):
            return ask_for_code(request)
        if request.method != "POST":
            return self.page(request, step.template, step.title, user)
        try:
            with transaction.atomic():
                result = step.verb(by=by, user=user)
                self.log_change(request, user, step.noted)  # type: ignore[attr-defined]
        except leaving.NotNow as why:  # a colleague was faster
            messages.error(request, str(why))
            return redirect("admin:auth_user_change", user.pk)
        if step is LOST_PHONE:  # shown once: it is kept nowhere
            code = f"{result[:4]} {result[4:]}"
            return self.page(
                request, "admin/people/read_code.html", "Read her this code", user, code
            )
        messages.success(request, DONE[step.name].format(name=name_of(user)))
        return redirect("admin:auth_user_change", user.pk)

    def page(
        self, request: HttpRequest, template: str, title: str, user: User, code: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "person": user,
            "card": cards([user])[0],
            "hours": LASTS.total_seconds() // 3600,
            "code": code,
            "mail_still_goes_there": mail_goes_to(user),
        }
        return TemplateResponse(request, template, context)


DONE = {
    "has_left": "{name} has left: signed out everywhere, and the account is closed.",
    "is_back": "The account of {name} is open again. Now arrange a new password.",
}


def mail_goes_to(user: User) -> bool:
    """Whether her address is the clinic's own, which nobody takes out but by giving another."""
    clinic = Clinic.current()
    its_own = {clinic.email.casefold(), clinic.second_email.casefold()}
    return bool(user.email) and user.email.casefold() in its_own
