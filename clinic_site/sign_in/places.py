"""Where somebody signs in from: a browser or a network address that a person has used before.

A browser in which a person once signed in with password and code keeps a signed cookie. Wrong
tries made there are counted apart from those made anywhere else. So whoever tries passwords or
codes from elsewhere slows only those who come from elsewhere, never a colleague at her own desk.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic_site.counting import count, counted
from clinic_site.web.addresses import proven_address

SALT = "clinic_site.staff.places"
KNOWN_FOR = timedelta(days=90)
FAMILIAR_FOR = timedelta(days=30)
MOST_PEOPLE = 30  # at one shared computer


@dataclass(frozen=True)
class Place:
    """`browser` is the cookie's random number, empty without a cookie; `people` whom it knows."""

    address: str
    browser: str = ""
    people: tuple[int, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Place":
        address = proven_address(request)
        try:
            kept = signing.loads(
                request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""),
                salt=SALT,
                max_age=KNOWN_FOR,
            )
            return cls(address, str(kept["browser"]), tuple(kept["people"]))
        except (signing.BadSignature, KeyError, TypeError):
            return cls(address)

    def knows(self, user: User | None) -> bool:
        return user is not None and user.pk in self.people

    def is_familiar(self, user: User | None, *, at: datetime) -> bool:
        """Whether this person signed in from this network address in the last 30 days."""
        if user is None or not self.address:
            return False
        return counted(purpose="familiar", source=f"{user.pk} {self.address}", at=at) > 0


def remember(
    request: HttpRequest, response: HttpResponse, user: User, *, at: datetime | None = None
) -> None:
    """After password *and* code: know this browser and this address of the person again."""
    place = Place.of(request)
    if place.address:
        source = f"{user.pk} {place.address}"
        count(purpose="familiar", source=source, at=at or timezone.now(), within=FAMILIAR_FOR)
    people = [user.pk, *(pk for pk in place.people if pk != user.pk)][:MOST_PEOPLE]
    browser = place.browser or secrets.token_urlsafe(16)
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps({"browser": browser, "people": people}, salt=SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
