"""The token of forms that stood open in other tabs while their writer signed in again.

Signing in gives a browser a new token, so such a form is refused as if it were forged. It is none:
its token is that of the same browser and the same person a while ago. It may be kept, and no more.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

SECRET_BEFORE = "csrf_before"  # noqa: S105  where in the session


class Check(CsrfViewMiddleware):
    """Django's own check, origin and all, which answers nobody."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def secret_of(request: HttpRequest) -> str | None:
    """What the tokens of this browser are made of, until she signs in."""
    return request.META.get("CSRF_COOKIE")


def remember_secret(request: HttpRequest, secret: str | None) -> None:
    request.session[SECRET_BEFORE] = secret


def passes_with_the_one_before(request: HttpRequest) -> bool:
    """Whether what was refused would have passed before she signed in again."""
    secret, name = request.session.get(SECRET_BEFORE), settings.CSRF_COOKIE_NAME
    if not secret:
        return False
    cookies = request.COOKIES
    request.COOKIES = {**cookies, name: secret}
    try:
        return Check(answer).process_view(request, answer, (), {}) is None
    finally:
        request.COOKIES = cookies


def answer(request: Any) -> HttpResponse:
    return HttpResponse()
