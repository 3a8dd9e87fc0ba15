"""Mail that would be dropped, come from nobody, or carry its password in clear."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from clinic_site.running.unsafe.hosts import is_loopback
from clinic_site.running.unsafe.urls import EMAIL_EXAMPLE


def unsafe_mail(settings: Mapping[str, Any]) -> list[str]:
    found = []
    if settings["MAIL_IS_DROPPED"]:
        found.append(f"EMAIL_URL drops every mail: use {EMAIL_EXAMPLE}.")
    server = settings["MAIL_SERVER"]
    if server["password"] and is_in_clear(server):
        found.append(
            "EMAIL_URL would send the password of the mail server in clear: begin it with"
            " smtp+tls:// (port 587) or smtp+ssl:// (port 465)."
        )
    if settings["DEFAULT_FROM_IS_SET"] and not is_mail_address(settings["DEFAULT_FROM_EMAIL"]):
        found.append("DEFAULT_FROM_EMAIL is no mail address: use website@your.domain.")
    contact = settings["SECURITY_CONTACT"]
    if contact and not (is_mail_address(contact) and parseaddr(contact)[1] == contact):
        found.append("SECURITY_CONTACT is no mail address: use security@your.domain.")
    return found


def is_in_clear(server: Mapping[str, Any]) -> bool:
    """Whether mail crosses a network unencrypted. Files have no server: this machine is named."""
    return not (server["use_tls"] or server["use_ssl"] or is_loopback(server["host"]))


def is_mail_address(text: str) -> bool:
    """Whether `text` is one address, with or without a name; `website@localhost` is one too."""
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return False
    return True
