"""Encryption with the clinic's data keys, which live outside the database and its backups."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@cache
def _crypt(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _all_keys() -> MultiFernet:
    return _crypt(tuple(settings.CLINIC_DATA_KEYS))


def seal(text: str) -> str:
    """Encrypt with the newest key. About 100 characters longer than a third more than `text`."""
    return _all_keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with whichever key fits.

    Raises `cryptography.fernet.InvalidToken` where none does: a wrong key is never silent.
    """
    return _all_keys().decrypt(sealed.encode()).decode()


def is_newest(sealed: str | bytes) -> bool:
    """Whether the newest key sealed it."""
    try:
        Fernet(settings.CLINIC_DATA_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def reseal(sealed: str) -> str:
    """The same text under the newest key. Raises `InvalidToken`."""
    return reseal_bytes(sealed.encode()).decode()


def reseal_bytes(sealed: bytes) -> bytes:
    return _all_keys().rotate(sealed)


def seal_bytes(data: bytes) -> bytes:
    """Encrypt a file’s content with the newest key. About a third longer than `data`."""
    return _all_keys().encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what `seal_bytes` made; raises `InvalidToken` where no key fits or a bit is wrong."""
    return _all_keys().decrypt(sealed)
