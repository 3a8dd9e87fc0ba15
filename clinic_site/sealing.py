"""Encryption with the clinic's data keys, which live outside the database and its backups."""

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _crypt(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt with the newest key. About 100 characters longer than a third more than `text`."""
    return _crypt(tuple(settings.CLINIC_DATA_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with whichever key fits.

    Raises `cryptography.fernet.InvalidToken` where none does: a wrong key is never silent.
    """
    return _crypt(tuple(settings.CLINIC_DATA_KEYS)).decrypt(sealed.encode()).decode()


def seal_bytes(data: bytes) -> bytes:
    """Encrypt a file’s content with the newest key. About a third longer than `data`."""
    return _crypt(tuple(settings.CLINIC_DATA_KEYS)).encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what `seal_bytes` made; raises `InvalidToken` where no key fits or a bit is wrong."""
    return _crypt(tuple(settings.CLINIC_DATA_KEYS)).decrypt(sealed)
