"""Keys that are missing or no keys, and words that are no choice."""

from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet

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


def unsafe_choices(settings: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} is unknown: use {', '.join(choices[:-1])} or {choices[-1]}."
        for name, choices in CHOICES.items()
        if settings[name] not in choices
    ]
