"""Settings of mail: the one place that knows by which names each Django wants to be told."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import django

OPTIONS = {
    "host": ("EMAIL_HOST", "localhost"),
    "port": ("EMAIL_PORT", 25),
    "username": ("EMAIL_HOST_USER", ""),
    "password": ("EMAIL_HOST_PASSWORD", ""),
    "use_tls": ("EMAIL_USE_TLS", False),
    "use_ssl": ("EMAIL_USE_SSL", False),
}


class Delivery(NamedTuple):
    """What the mail process hands mail to: a backend's path, and the server's options."""

    transport: str
    server: dict[str, Any]
    is_files: bool
    is_dropped: bool


def delivery(url: Mapping[str, Any], *, into_files: str, timeout: int) -> Delivery:
    """From EMAIL_URL as django-environ reads it; `into_files` is the backend that writes files."""
    backend = url["EMAIL_BACKEND"]
    is_files = backend.endswith("filebased.EmailBackend")
    server = {option: url.get(name) or usual for option, (name, usual) in OPTIONS.items()}
    server["port"] = url.get("EMAIL_PORT") or usual_port(server)
    return Delivery(
        transport=into_files if is_files else backend,
        server={**server, "timeout": timeout},
        is_files=is_files,
        is_dropped=backend.split(".")[-2] not in {"filebased", "smtp"},
    )


def usual_port(server: Mapping[str, Any]) -> int:
    if server["use_ssl"]:
        return 465
    return 587 if server["use_tls"] else 25


def all_mail_through(backend: str) -> dict[str, Any]:
    """Settings by which Django and its apps send. Django 6.1 has a new name for them."""
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend}}}
    return {"EMAIL_BACKEND": backend}
