"""What a running site must not have in its settings: asked before it starts, without DEBUG."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

DEBUG_SECRET_KEY = "insecure-key-for-debugging-only-never-for-a-real-site"  # noqa: S105
DEBUG_DATA_KEY = "aW5zZWN1cmUta2V5LWZvci1kZWJ1Z2dpbmctb25seSE="
MAKE_A_KEY = (
    "make a key with `python -c 'from cryptography.fernet"
    " import Fernet; print(Fernet.generate_key().decode())'` and keep a copy in the safe."
)
CHOICES = {
    "NOTIFY_DETAIL": ["minimal", "initials", "full"],
    "IDENTIFIER_CHECKS": ["warn", "strict", "off"],
}


def refuse(settings: Mapping[str, Any]) -> None:
    """Raise `ImproperlyConfigured` with one line for each value, and its cure."""
    found = [*unsafe_keys(settings), *unsafe_addresses(settings), *unsafe_choices(settings)]
    if not found:
        return
    hint = "`make run` provides trial values under var/. DEBUG=1 is for your own machine only."
    if settings["SERVICE_FILE"]:
        hint = f"The settings of this site stand in {settings['SERVICE_FILE']}."
    lines = "\n".join(f"  - {line}" for line in found)
    raise ImproperlyConfigured(f"The site will not start, because:\n{lines}\n{hint}")


def unsafe_keys(settings: Mapping[str, Any]) -> list[str]:
    found = []
    if DEBUG_SECRET_KEY in {settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]}:
        found.append("SECRET_KEY is not set: give it 50 or more random characters.")
    keys = settings["CLINIC_DATA_KEYS"]
    if DEBUG_DATA_KEY in keys or not any(keys):
        found.append(f"CLINIC_DATA_KEYS is not set: {MAKE_A_KEY}")
    elif not all(is_data_key(key) for key in keys):
        found.append(f"CLINIC_DATA_KEYS holds something that is no key: {MAKE_A_KEY}")
    return found


def is_data_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def unsafe_addresses(settings: Mapping[str, Any]) -> list[str]:
    found = []
    if not settings["ALLOWED_HOSTS"]:
        found.append("ALLOWED_HOSTS is empty: list the site's host names, comma separated.")
    if not settings["SITE_IS_HTTPS"] and not settings["SITE_IS_LOOPBACK"]:
        found.append("SITE_URL is not https: only a loopback address may use plain http.")
    if settings["MAIL_IS_DROPPED"]:
        found.append("EMAIL_URL drops every mail: use smtp+tls://user:password@mail.host:587.")
    if settings["DEFAULT_FROM_IS_SET"] and not is_mail_address(settings["DEFAULT_FROM_EMAIL"]):
        found.append("DEFAULT_FROM_EMAIL is no mail address: use website@your.domain.")
    return found


def is_mail_address(text: str) -> bool:
    """Whether `text` is one address, with or without a name; `website@localhost` is one too."""
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return False
    return True


def unsafe_choices(settings: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} is unknown: use {', '.join(choices[:-1])} or {choices[-1]}."
        for name, choices in CHOICES.items()
        if settings[name] not in choices
    ]
