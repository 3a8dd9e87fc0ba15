"""What a running site must not have in its settings: asked before it starts.

Each sentence names the variable and says what to write instead. None repeats a value that may hold
a secret. What a site can live with is said by `manage.py check --deploy` (clinic_site/checks.py).
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from clinic_site.running.unsafe.hosts import unsafe_addresses, unsafe_debug, unsafe_proxies
from clinic_site.running.unsafe.keys import (
    DEBUG_DATA_KEY,
    DEBUG_SECRET_KEY,
    unsafe_choices,
    unsafe_keys,
)
from clinic_site.running.unsafe.mail import unsafe_mail
from clinic_site.running.unsafe.watching import unsafe_watching

__all__ = ["DEBUG_DATA_KEY", "DEBUG_SECRET_KEY", "refuse", "refuse_unreadable"]


def refuse(settings: Mapping[str, Any]) -> None:
    """Raise `ImproperlyConfigured` with one line for each value, and its cure."""
    if settings["DEBUG"]:
        found = unsafe_debug(settings)
    else:
        found = [
            *unsafe_keys(settings),
            *unsafe_addresses(settings),
            *unsafe_proxies(settings),
            *unsafe_mail(settings),
            *unsafe_choices(settings),
            *unsafe_watching(settings),
        ]
    refuse_all(found, service_file=settings["SERVICE_FILE"])


def refuse_unreadable(*problems: str, service_file: object) -> None:
    """The same for values that must be readable before other settings are made of them."""
    refuse_all([problem for problem in problems if problem], service_file=service_file)


def refuse_all(found: list[str], *, service_file: object) -> None:
    if not found:
        return
    hint = "`make run` provides trial values under var/. DEBUG=1 is for your own machine only."
    if service_file:
        hint = f"The settings of this site stand in {service_file}."
    lines = "\n".join(f"  - {line}" for line in found)
    raise ImproperlyConfigured(f"The site will not start, because:\n{lines}\n{hint}")
