"""The pages behind the links of an invitation and of a forgotten password, and the way to get one.

Programs open the links of a mail before people do. So opening one changes nothing: it is taken with
the password that is sent.
"""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView, TemplateView

from clinic_site.counting import count, seconds_left
from clinic_site.models import AccountLink, Clinic
from clinic_site.people.by_mail.invitations import (
    DeadLink,
    Purpose,
    Why,
    find,
    take_invitation,
    take_reset,
)
from clinic_site.people.by_mail.link_forms import ChoosePasswordForm, ForgotForm
from clinic_site.sign_in.views import SaysHowLongToWait
from clinic_site.web.addresses import client_address

WRONG_LINKS_PER_HOUR = 60


class Forgot(SaysHowLongToWait, FormView):
    form_class = ForgotForm
    template_name = "account/forgot.html"
    success_url = reverse_lazy("forgot_password_sent")


class ForgotSent(TemplateView):
    """The same whatever was typed."""

    template_name = "account/forgot_sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "clinic": Clinic.current()}


@require_http_methods(["GET", "HEAD", "POST"])
def account_link(request: HttpRequest, token: str) -> HttpResponse:
    """One address for both, as who holds it need not know which it is."""
    response = answer(request, token)
    # The token stays out of every Referer. With `no-referrer` browsers hide the origin as well, and
    # the form would be refused as forged.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = find(token)
        if is_of_somebody_else(request, link):
            return render(request, "account/link_of_another.html", {"link": link}, status=409)
        form = ChoosePasswordForm(link.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return take(request, link, token=token, password=form.cleaned_data["password1"])
    except DeadLink as dead:
        return dead_link(request, dead)
    context = {"form": form, "link": link, "clinic": Clinic.current()}
    return render(request, f"account/{link.purpose}.html", context)


def is_of_somebody_else(request: HttpRequest, link: AccountLink) -> bool:
    """An administrator who tries the link that she sent would take it from her colleague."""
    return request.user.is_authenticated and request.user.pk != link.user_id


def take(request: HttpRequest, link: AccountLink, *, token: str, password: str) -> HttpResponse:
    """To the second factor, or to sign in: a mail alone never opens what a factor protects."""
    if link.purpose == Purpose.RESET:
        take_reset(token=token, password=password)
        logout(request)  # her sessions have ended, this one too
        messages.success(request, "Your password is changed. Sign in with the new one.")
        return redirect("account_login")
    user = take_invitation(token=token, password=password)
    logout(request)
    login = Login(user=user, redirect_url=reverse("admin:login"))
    credentials = {"username": user.get_username()}
    response: HttpResponse = perform_password_login(request, credentials, login)
    return response


def dead_link(request: HttpRequest, dead: DeadLink) -> HttpResponse:
    """What to do next. Guesses are counted by network address."""
    link = dead.link
    if link and dead.why is Why.USED and request.user.pk == link.user_id:
        return redirect("admin:login")  # she pressed twice, or came back on her first day
    inviter = link.made_by if link else None
    name = (inviter.get_full_name() or inviter.get_username()) if inviter else ""
    context = {"why": dead.why.value, "link": link, "inviter": name, "clinic": Clinic.current()}
    status, wait = 410, 0
    if dead.why is Why.UNKNOWN:
        now = timezone.now()
        wrong = count(purpose="account link", source=client_address(request), at=now)
        status, wait = 404, seconds_left(now) if wrong > WRONG_LINKS_PER_HOUR else 0
    response = render(request, "account/dead_link.html", context, status=429 if wait else status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
