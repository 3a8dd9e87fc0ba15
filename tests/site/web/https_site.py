"""The settings of a public https site, as settings.py makes them from its environment."""

import os
import runpy
from pathlib import Path
from typing import Any
from unittest import mock

SETTINGS = Path(__file__).parents[3] / "clinic_site" / "settings.py"
PUBLIC = {
    "SITE_URL": "https://clinic.example",
    "ALLOWED_HOSTS": "clinic.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "DEFAULT_FROM_EMAIL": "website@clinic.example",
}
AS_IN_TESTS = {"DATABASES", "CACHES", "STORAGES", "LOGGING", "SECRET_KEY", "SECRET_KEY_FALLBACKS"}


def public_settings(now: Any) -> dict[str, Any]:
    """Those that differ from the tests' own because the site is public and https."""
    with mock.patch.dict(os.environ, PUBLIC):
        made = runpy.run_path(str(SETTINGS))
    return {
        name: value
        for name, value in made.items()
        if name.isupper() and name not in AS_IN_TESTS and getattr(now, name, None) != value
        if not isinstance(value, Path)
    }
