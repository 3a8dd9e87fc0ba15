"""Signing out, ending one's own sessions, and what was sent when a session had ended."""

import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account import views as account
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from clinic_site.models import StaffSession
from clinic_site.sessions.ending import end_other_sessions, end_own
from clinic_site.sessions.kept_forms import (
    SENT_AGAIN,
    Kept,
    Pairs,
    has_kept,
    kept_for,
    throw_away,
)
from clinic_site.staff.sign_in_log import Kind, in_nobodys_way, note

# Not "cookies": the browser would be a stranger’s at her own desk the next morning, and mail would
# be sent about it. Not "storage": the staff site keeps nothing there, readers and referrers do.
CLEARED = '"cache"'


class SignOut(account.LogoutView):
    """Ends this session at once; its cookie goes, and with it what the browser keeps of pages."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = self.request.user
        if user.is_authenticated:
            with in_nobodys_way():
                note(Kind.SIGNED_OUT, user=user, by=user)
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = CLEARED
        return response


@require_http_methods(["GET", "POST"])
def staff_session(request: HttpRequest) -> HttpResponse:
    """GET: does the session go on, and whose is it? POST: somebody is typing, so it is in use.

    To ask is no use: a page left open that asks again and again keeps nothing alive.
    """
    request.only_asks = request.method == "GET"  # type: ignore[attr-defined]
    if not admin.site.has_permission(request):
        return JsonResponse({"signed_in": False}, status=401)
    person = str(request.user.pk)
    return JsonResponse({"signed_in": True, "person": person, "csrf": get_token(request)})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    session: Any = request.session
    is_this = session.row is not None and session.row.pk == pk
    try:
        end_own(by=user, pk=pk)
    except StaffSession.DoesNotExist:
        raise Http404 from None
    if is_this:
        logout(request)
        return redirect("account_login")
    messages.success(request, "That session has ended.")
    return redirect("your_sign_in")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    ended = end_other_sessions(by=user, keep=request.session.session_key)
    words = {0: "There was no other.", 1: "One other session has ended."}
    messages.success(request, words.get(ended, f"{ended} other sessions have ended."))
    return redirect("your_sign_in")


@method_decorator(require_http_methods(["GET", "POST"]), name="dispatch")
class KeptForms(TemplateView):
    """What she sent when her session had ended: send it now, or throw it away."""

    template_name = "account/kept_forms.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        kept = kept_for(user, request)
        if not kept:
            return redirect("admin:index")
        shown = [(one, where_to(one.path), with_labels(one)) for one in kept]
        return self.render_to_response({"kept_forms": shown, "sent_again": SENT_AGAIN})

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        pk = request.POST.get("throw_away", "")
        if pk.isdecimal() and throw_away(by=user, request=request, pk=int(pk)):
            messages.success(request, "It is thrown away.")
        return redirect("kept_forms")


def where_to(path: str) -> str:
    """Where a form was going, as people call it: “Glossary term, change”; empty if unknown."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    model, what = model_of(match.view_name)
    if model is None:
        return ""
    verb = str(match.kwargs.get("name", what))  # the button of an enquiry
    return f"{capfirst(model._meta.verbose_name)}, {verb.replace('_', ' ')}"


def model_of(view_name: str) -> tuple[Any, str]:
    """Of a page of the staff site: what it is about, and what is done there."""
    name = view_name.removeprefix("admin:")
    for model in admin.site._registry:
        start = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start):
            return model, name.removeprefix(start)
    return None, ""


def with_labels(kept: Kept) -> Pairs:
    """All that would be sent, each value with a label that people can read."""
    model, _ = model_of(resolve(urlsplit(kept.path).path).view_name)
    names = {}
    for field in model._meta.get_fields() if model else ():
        names[field.name] = str(getattr(field, "verbose_name", field.name))
    return [(label(names, name), value) for name, value in kept.pairs]


def label(names: dict[str, str], name: str) -> str:
    return capfirst(names.get(name) or re.sub(r"[-_]+", " ", name).strip() or name)


def to_what_is_kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """After a code: first to what she sent before it, where there is something."""
    user: Any = request.user
    if not user.is_authenticated or not has_kept(user, request):
        return response
    there = redirect("kept_forms")
    there.cookies = response.cookies
    return there
