"""The one address at which the site's passkeys open anything: that of SITE_URL.

A browser hands a passkey to the host it was made for and to no other. That is why no false page
can ask for one, and why a site that moves to another host has to have them made again.
"""

import ipaddress
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

USUAL_PORTS = {"http": 80, "https": 443}


def host() -> str:
    """As browsers write it: small letters, other alphabets in their ASCII form."""
    name = urlsplit(settings.SITE_URL).hostname or ""
    return name.encode("idna").decode() if not name.isascii() else name


def origin() -> str:
    """Scheme, host and an unusual port, as browsers say where they are."""
    parts = urlsplit(settings.SITE_URL)
    usual = parts.port in {None, USUAL_PORTS.get(parts.scheme)}
    return f"{parts.scheme}://{host()}" + ("" if usual else f":{parts.port}")


def can_have_passkeys() -> bool:
    """Browsers make none for a bare number, and none without https, save for localhost."""
    name = host()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        at_home = name == "localhost" or name.endswith(".localhost")
        return bool(name) and (at_home or settings.SITE_URL.startswith("https:"))
    return False


def all_passkeys(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk")


def passkeys(user: User) -> QuerySet[Authenticator]:
    """Hers that open something, made for the address that the site has now."""
    return all_passkeys(user).filter(data__host=host())


def made_elsewhere() -> QuerySet[Authenticator]:
    """Everybody's that open nothing, made for an address that the site had before."""
    every = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
    return every.exclude(data__host=host())
