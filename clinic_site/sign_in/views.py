"""The pages by which staff sign in and look after their own sign-in."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.password_change import logout_on_password_change
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from clinic_site.models import Clinic, SpokenCode
from clinic_site.running.session_settings import IDLE, LONGEST
from clinic_site.sealing.tokens import seal, unseal
from clinic_site.sessions.earlier_tokens import remember_secret, secret_of
from clinic_site.sessions.ending import SessionEnded, own_sessions
from clinic_site.sessions.kept_forms import has_kept
from clinic_site.sign_in import factors
from clinic_site.sign_in.forms import (
    WAIT,
    ConfirmCodeForm,
    NewPhoneForm,
    SignInCodeForm,
    SpokenCodeForm,
)
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately, used_second_factor
from clinic_site.sign_in.passkeys import ceremony
from clinic_site.sign_in.passkeys.address import (
    all_passkeys,
    can_have_passkeys,
    host,
    passkeys,
)
from clinic_site.sign_in.passkeys.forms import PasskeyForm
from clinic_site.sign_in.passwords import change_password
from clinic_site.sign_in.places import Place, remember
from clinic_site.sign_in.session_views import to_what_is_kept
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, lines_about, note

PHONE = "phone_to_connect"  # in the session, sealed, while a phone is being connected
PHONE_WAITS_SECONDS = 30 * 60
LINES_SHOWN = 20  # of the sign-in log, to each person about herself
OVERTAKEN = (
    "A phone or a passkey was connected to this account a moment ago, in another window or on"
    " another computer. Sign in with it. If that was not you, ring the person who looks after this"
    " site."
)
OTHERS_WERE_FASTER = (
    factors.AlreadyConnected,
    factors.CodeNotHeard,
    factors.NotConnected,
    SessionEnded,
)


def start_again(request: HttpRequest) -> HttpResponse:
    """Another session of this account changed its second factor; this one counts no more."""
    logout(request)
    messages.error(request, OVERTAKEN)
    return redirect("account_login")


class SaysHowLongToWait:
    """Answers 429 with Retry-After where a form was refused for too many tries."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        for problems in form.errors.as_data().values():
            for problem in problems:
                if problem.code == WAIT:
                    response.status_code = 429
                    response.headers["Retry-After"] = str(problem.params["seconds"])
        return response


def offer(user: User | None, form: PasskeyForm | None = None) -> dict[str, Any]:
    """For a template: whether to show the button of passkeys, and why one was refused."""
    may = can_have_passkeys() and (user is None or passkeys(user).exists())
    return {"offer_passkey": may, "passkey_form": form}


class SignIn(SaysHowLongToWait, account.LoginView):
    """First step: name and password, or a passkey and no second step."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**{**offer(None), **kwargs})
        return context


class TypeCode(SaysHowLongToWait, mfa.AuthenticateView):
    """Second step: a code, or a passkey."""

    def _build_forms(self) -> Any:
        user, sent = self.stage.login.user, self.request.POST or None
        by_passkey = sent is not None and "credential" in sent
        self.webauthn_form = None  # the library's asks whenever the page is opened
        self.auth_form = SignInCodeForm(None if by_passkey else sent, user=user)
        self.passkey_form = PasskeyForm(
            sent if by_passkey else None, user=user, purpose=ceremony.CODE
        )
        return self.passkey_form if by_passkey else self.auth_form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offered = offer(self.stage.login.user, self.passkey_form)
        return {**super().get_context_data(**kwargs), **offered}

    def form_valid(self, form: Any) -> HttpResponse:
        return complete(self.request, form, go_on=self.stage.exit)


def complete(request: HttpRequest, form: Any, *, go_on: Callable[[], Any]) -> HttpResponse:
    """Everything is proved: sign her in, and go first to what she sent before it."""
    session: Any = request.session
    typist, secret = session.typed_by(), secret_of(request)
    form.save()
    response: HttpResponse = go_on()
    if request.user.is_authenticated:
        signed_in(request, response, form.authenticator)
        if typist == request.user.pk:
            remember_secret(request, secret)
    return to_what_is_kept(request, response)


class ConfirmCode(SaysHowLongToWait, mfa.ReauthenticateView):
    """A code or a passkey in a session that goes on, or because the session has had none yet."""

    def get_form(self, form_class: Any = None) -> Any:
        if "credential" not in self.request.POST:
            return super().get_form(form_class)
        user: Any = self.request.user
        return PasskeyForm(self.request.POST, user=user, purpose=ceremony.CONFIRM)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        form: Any = kwargs.get("form")
        refused: PasskeyForm | None = None
        if isinstance(form, PasskeyForm):
            form, refused = ConfirmCodeForm(user=user), form
        given = {**kwargs, "form": form or self.get_form()}
        return {**super().get_context_data(**given), **offer(user, refused)}

    def form_valid(self, form: Any) -> HttpResponse:
        was_complete = used_second_factor(self.request)
        self.request.session.cycle_key()
        response: HttpResponse = super().form_valid(form)
        if not was_complete:
            signed_in(self.request, response, form.authenticator)
        return to_what_is_kept(self.request, response)


HOW = {factors.Type.RECOVERY_CODES: "recovery code", factors.Type.WEBAUTHN: "passkey"}


def signed_in(request: HttpRequest, response: HttpResponse, authenticator: Authenticator) -> None:
    """Password and code, or a passkey, are complete: know the browser, and tell her of a new one.

    Where the log takes no line, this fails, and with it the sign-in.
    """
    user: Any = request.user
    by_recovery_code = authenticator.type == factors.Type.RECOVERY_CODES
    note(Kind.SIGNED_IN, user=user, by=user, detail=HOW.get(authenticator.type, ""))
    if by_recovery_code:
        left = factors.codes_left(user)
        messages.warning(
            request,
            f"You used a recovery code. You have {left} left. Is your phone lost, or is it a new"
            " one? Open “Your sign-in” above and connect it.",
        )
    elif not Place.of(request).knows(user):
        tell(user, "new_browser")
    remember(request, response, user)


class FirstFactor:
    """Pages of a first day. Reached with a password alone, so they ask again at each press."""

    first_factor = "phone"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("account_login")
        if not request.user.is_staff:
            raise PermissionDenied
        response: HttpResponseBase | None = self.not_now(request)
        return response or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def not_now(self, request: HttpRequest) -> HttpResponse | None:
        if not factors.has_factor(request.user):  # type: ignore[arg-type]
            return None
        return redirect("replace_phone") if used_second_factor(request) else redirect("admin:login")

    def first_sign_in(self, request: HttpRequest, factor: Authenticator) -> HttpResponse:
        """She is in, on a first day: note it, and know this browser."""
        user: Any = request.user
        note(Kind.SIGNED_IN, user=user, by=user, detail=f"with a first {self.first_factor}")
        confirm_with(request, factor)
        response = redirect("mfa_view_recovery_codes")
        remember(request, response, user)
        return response


def confirm_with(request: HttpRequest, factor: Authenticator) -> None:
    """A factor that was connected a moment ago counts as confirming who she is."""
    request.session.cycle_key()
    facts = {"id": factor.pk, "type": str(factor.type), "reauthenticated": True}
    record_authentication(request, request.user, "mfa", **facts)


class ConnectPhone(FirstFactor, FormView):
    """A phone is connected by its first code. Here the first phone of an account."""

    form_class = NewPhoneForm
    template_name = "mfa/totp/activate_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "secret": self.secret()}

    def secret(self) -> str:
        """The same for half an hour, so that a page loaded twice does not undo the first."""
        kept = self.request.session.get(PHONE)
        now = timezone.now().timestamp()
        if not kept or now - kept["at"] > PHONE_WAITS_SECONDS:
            kept = {"sealed": seal(generate_totp_secret()), "at": now}
            self.request.session[PHONE] = kept
        return unseal(kept["sealed"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        adapter = get_adapter()
        url = adapter.build_totp_url(self.request.user, context["form"].secret)
        square = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
        return {**context, "totp_url": url, "square_uri": f"data:image/svg+xml;base64,{square}"}

    def form_valid(self, form: NewPhoneForm) -> HttpResponse:
        try:
            phone = self.store(form)
        except OTHERS_WERE_FASTER:
            return start_again(self.request)
        self.request.session.pop(PHONE, None)
        return self.went_well(phone)

    def went_well(self, phone: Authenticator) -> HttpResponse:
        return self.first_sign_in(self.request, phone)

    def store(self, form: NewPhoneForm) -> Authenticator:
        return factors.connect_phone(**self.typed(form))

    def typed(self, form: NewPhoneForm) -> dict[str, Any]:
        return {
            "by": self.request.user,
            "secret": form.secret,
            "step": form.step,
            "session_key": self.request.session.session_key,
        }


class TypeSpokenCode(SaysHowLongToWait, FormView):
    """After *lost phone*: her password, then what a colleague reads to her, then a new phone."""

    form_class = SpokenCodeForm
    template_name = "mfa/spoken_code.html"
    success_url = reverse_lazy("choose_factor")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("account_login")
        if not request.user.is_staff:
            raise PermissionDenied
        if not SpokenCode.is_awaited(request.user.pk, request.session.session_key):
            return redirect("your_sign_in" if used_second_factor(request) else "admin:login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        key = self.request.session.session_key
        return {**super().get_form_kwargs(), "user": self.request.user, "session_key": key}


class ReplacePhone(ConnectPhone):
    """Another phone instead of the one before, or one beside her passkeys. After a code."""

    template_name = "mfa/totp/replace_form.html"

    def not_now(self, request: HttpRequest) -> HttpResponse | None:
        return None if confirmed_lately(request) else ask_for_code(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_phone = factors.has_phone(self.request.user)  # type: ignore[arg-type]
        return {**super().get_context_data(**kwargs), "has_phone": has_phone}

    def store(self, form: NewPhoneForm) -> Authenticator:
        self.had_one = factors.has_phone(self.request.user)  # type: ignore[arg-type]
        return factors.replace_phone(**self.typed(form))

    def went_well(self, phone: Authenticator) -> HttpResponse:
        confirm_with(self.request, phone)
        response = redirect("your_sign_in")
        remember(self.request, response, self.request.user)  # type: ignore[arg-type]
        of_before = "The one before is not." if self.had_one else "Your other sessions have ended."
        messages.success(self.request, f"Your new phone is connected. {of_before}")
        return response


class YourSignIn(TemplateView):
    """What protects this account, and the way to change it."""

    template_name = "account/your_sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        phone = Authenticator.objects.filter(user=user, type=factors.Type.TOTP).first()
        session: Any = self.request.session
        return {
            **super().get_context_data(**kwargs),
            "phone": phone,
            "passkeys": all_passkeys(user),
            "can_have_passkeys": can_have_passkeys(),
            "passkey_host": host(),
            "codes_left": factors.codes_left(user),
            "sessions": own_sessions(user),
            "this_session": session.row,
            "log": lines_about(user)[:LINES_SHOWN],
            "has_kept": has_kept(user, self.request),
            "idle_minutes": IDLE // timedelta(minutes=1),
            "longest_hours": LONGEST // timedelta(hours=1),
        }


class RecoveryCodesOnce(TemplateView):
    """The recovery codes, shown once when they are made."""

    template_name = "mfa/recovery_codes/index.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not confirmed_lately(request):
            return ask_for_code(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes, left = factors.show_codes_once(by=self.request.user)  # type: ignore[arg-type]
        context = super().get_context_data(**kwargs)
        return {**context, "codes": codes, "left": left, "clinic": Clinic.current()}


class RenewRecoveryCodes(TemplateView):
    """Make new recovery codes, after a code of the phone."""

    template_name = "mfa/recovery_codes/generate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not confirmed_lately(request):
            return ask_for_code(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {**super().get_context_data(**kwargs), "left": factors.codes_left(user)}

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        try:
            factors.renew_codes(by=user, session_key=request.session.session_key)
        except OTHERS_WERE_FASTER:
            return start_again(request)
        return redirect("mfa_view_recovery_codes")


class ChangePassword(SaysHowLongToWait, account.PasswordChangeView):
    """A new password by its owner, who types the old one. Ends her other sessions."""

    def form_valid(self, form: Any) -> HttpResponse:
        key = self.request.session.session_key
        change_password(by=form.user, password=form.cleaned_data["password1"], session_key=key)
        logout_on_password_change(self.request, form.user)  # keeps this one, under a new key
        messages.success(self.request, "Your password is changed. Your other sessions have ended.")
        return redirect(reverse("your_sign_in"))
