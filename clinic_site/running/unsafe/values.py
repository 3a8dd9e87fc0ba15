"""Reads numbers and yes-or-no from the environment. What is neither is named, with its cure.

The word itself is not repeated: a line that was mixed up may hold a secret.
"""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

YES_OR_NO = {"1", "0", "true", "false", "yes", "no", "on", "off", "y", "n", "ok", "t", "f", ""}
LARGEST = {"PORT": 65535}


class Values(environ.Env):
    """As django-environ, in our words. Raises `ImproperlyConfigured`."""

    def numbers(self, var: str, default: list[int]) -> list[int]:
        return [number(var, str(text).strip()) for text in self.list(var, default=default)]

    def int(self, var: str, default: Any = environ.Env.NOTSET) -> int:
        text = self.str(var, default="").strip()
        if not text:
            return int(default)
        return number(var, text)

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        if self.str(var, default="").strip().casefold() not in YES_OR_NO:
            raise ImproperlyConfigured(f"{var} is neither yes nor no: write 1 or 0.")
        return bool(super().bool(var, default=default))


def number(name: str, text: Any) -> int:
    """A whole number of 0 or more."""
    most = LARGEST.get(name)
    if not (str(text).isascii() and str(text).isdecimal()) or (most and int(text) > most):
        upto = f" up to {most}" if most else ""
        raise ImproperlyConfigured(f"{name} is no number: write digits alone{upto}.")
    return int(text)


def make_folder(path: Path) -> None:
    """VAR_DIR, for its own user alone."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"VAR_DIR: {path} cannot be made ({error.strerror}). Make it for the site’s own user:"
            f" sudo install -d -o clinic -g clinic -m 700 {path}"
        ) from None
