"""The pages of passkeys, and what `static/js/passkey.js` asks the site for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView, TemplateView

from clinic_site.sign_in import factors, limits
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately, used_second_factor
from clinic_site.sign_in.passkeys import ceremony, verbs
from clinic_site.sign_in.passkeys.address import all_passkeys, can_have_passkeys, host
from clinic_site.sign_in.passkeys.forms import NewPasskeyForm, PasskeyForm
from clinic_site.sign_in.places import Place
from clinic_site.sign_in.views import (
    OTHERS_WERE_FASTER,
    FirstFactor,
    SignIn,
    complete,
    offer,
    start_again,
)
from clinic_site.web.browsers import described

ASKED_FROM_ONE_ADDRESS = 200  # in an hour; each makes a session, and nobody guesses a signature
SESSION_IS_OVER = "Your sign-in has ended. Load this page again."
ASKED_TOO_OFTEN = "Very many people ask just now. Use your password, or wait a few minutes."
IT_WAS_THE_LAST = "It is the only thing left that lets you in. Add another one first."
NOT_STORED = {
    verbs.AlreadyThere: "This passkey is known here already. It was not added again.",
    verbs.TooManyPasskeys: f"You have {verbs.MOST} passkeys. Remove one first.",
}


def problem(words: str, status: int) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)


def only_posted(view: Callable[[HttpRequest], JsonResponse]) -> Any:
    """Who opens it as a page is told no more than anywhere else on the staff site."""

    @wraps(view)
    def answer(request: HttpRequest) -> JsonResponse:
        if request.method == "GET":
            return problem(SESSION_IS_OVER, 405 if used_second_factor(request) else 401)
        return view(request)

    return require_http_methods(["GET", "POST"])(answer)


@only_posted
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What a passkey is asked: at sign-in by anybody, instead of a code, or to confirm."""
    purpose = request.POST.get("for", ceremony.SIGN_IN)
    if not can_have_passkeys():
        return problem(ceremony.Unknown.words, 403)
    if purpose == ceremony.SIGN_IN:
        if asks_too_often(request):
            return problem(ASKED_TOO_OFTEN, 429)
        return JsonResponse(ceremony.ask(request, purpose, None))
    user = whose_turn(request, purpose)
    if user is None:
        return problem(SESSION_IS_OVER, 403)
    return JsonResponse(ceremony.ask(request, purpose, user))


def whose_turn(request: HttpRequest, purpose: str) -> User | None:
    """Who typed her password and is asked for a code, or who is signed in and is asked again."""
    user: Any = None
    if purpose == ceremony.CODE:
        stage = get_pending_stage(request)
        user = stage.login.user if isinstance(stage, AuthenticateStage) else None
    elif purpose == ceremony.CONFIRM and request.user.is_authenticated:
        user = request.user
    return user if user and user.is_staff and user.is_active else None


def asks_too_often(request: HttpRequest) -> bool:
    address = Place.of(request).address
    if not address:
        return False
    limit = limits.Limit("passkey asked from", address, ASKED_FROM_ONE_ADDRESS, limits.HOUR)
    try:
        limits.begin([limit], at=timezone.now())
    except limits.TooMany:
        return True
    return False


class PasskeySignIn(SignIn):
    """Signed in by a passkey alone. Opened, or where something is wrong, it is the same page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PasskeyForm(request.POST, user=None, purpose=ceremony.SIGN_IN)
        if not can_have_passkeys() or not form.is_valid():
            unbound = self.get_form_class()(request=request)
            context = self.get_context_data(form=unbound, **offer(None, form))
            return self.render_to_response(context)
        after = get_next_redirect_url(request)
        login = Login(user=form.authenticator.user, redirect_url=after)
        return complete(request, form, go_on=lambda: perform_login(request, login))


class ChooseFactor(FirstFactor, TemplateView):
    """A first day: a passkey or an authenticator app."""

    template_name = "mfa/choose_factor.html"

    def not_now(self, request: HttpRequest) -> HttpResponse | None:
        if factors.has_factor(request.user):  # type: ignore[arg-type]
            is_in = used_second_factor(request)
            return redirect("your_sign_in" if is_in else "admin:login")
        return None if can_have_passkeys() else redirect("mfa_activate_totp")


def why_not_add(request: HttpRequest) -> HttpResponse | None:
    """A first passkey needs a password, a further one a code of these minutes."""
    user: Any = request.user
    if not can_have_passkeys():
        return redirect("your_sign_in" if used_second_factor(request) else "mfa_activate_totp")
    if not factors.has_factor(user):
        return None
    if not used_second_factor(request):
        return redirect("admin:login")
    return None if confirmed_lately(request) else ask_for_code(request)


@method_decorator(require_http_methods(["GET", "POST"]), name="dispatch")
class AddPasskey(FirstFactor, FormView):
    """The first of an account, or one more."""

    form_class = NewPasskeyForm
    template_name = "mfa/passkeys/add.html"
    first_factor = "passkey"

    def not_now(self, request: HttpRequest) -> HttpResponse | None:
        return why_not_add(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"name": described(self.request.headers.get("User-Agent", ""))[: verbs.LONGEST_NAME]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_first = not factors.has_factor(self.request.user)  # type: ignore[arg-type]
        facts = {"is_first": is_first, "passkey_host": host()}
        return {**super().get_context_data(**kwargs), **facts}

    def form_valid(self, form: NewPasskeyForm) -> HttpResponse:
        is_first = not used_second_factor(self.request)
        store = verbs.connect_passkey if is_first else verbs.add_passkey
        try:
            passkey = store(
                by=form.user,
                name=form.cleaned_data["name"],
                made=form.made,
                session_key=self.request.session.session_key,
            )
        except OTHERS_WERE_FASTER:
            return start_again(self.request)
        except tuple(NOT_STORED) as refusal:
            messages.error(self.request, NOT_STORED[type(refusal)])
            return redirect("your_sign_in" if not is_first else "choose_factor")
        if is_first:
            return self.first_sign_in(self.request, passkey)
        self.request.session.cycle_key()
        messages.success(self.request, "Your passkey is added. Your other sessions have ended.")
        return redirect("your_sign_in")


@only_posted
def new_passkey_options(request: HttpRequest) -> JsonResponse:
    """What a browser needs to make a passkey."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_staff) or why_not_add(request):
        return problem(SESSION_IS_OVER, 403)
    return JsonResponse(ceremony.ask_for_new(request, user))


@method_decorator(require_http_methods(["GET", "POST"]), name="dispatch")
class RemovePasskey(TemplateView):
    """One of her own, after a code, and never the last that lets her in."""

    template_name = "mfa/passkeys/remove.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not all_passkeys(request.user).filter(pk=kwargs["pk"]).exists():  # type: ignore[arg-type]
            raise Http404
        if not confirmed_lately(request):
            return ask_for_code(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        passkey = all_passkeys(user).get(pk=kwargs["pk"])
        context = super().get_context_data(**kwargs)
        return {**context, "passkey": passkey, "may_go": verbs.may_go(passkey)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        try:
            gone = verbs.remove_passkey(by=user, pk=pk, session_key=request.session.session_key)
        except Authenticator.DoesNotExist:
            raise Http404 from None
        except verbs.LastFactor:
            messages.error(request, IT_WAS_THE_LAST)
        except OTHERS_WERE_FASTER:
            return start_again(request)
        else:
            words = f"“{gone.data['name']}” is removed. Your other sessions have ended."
            messages.success(request, words)
        return redirect("your_sign_in")
