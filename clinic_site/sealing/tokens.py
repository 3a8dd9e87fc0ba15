"""Encryption with the clinic's data keys, which live outside the database and its backups."""

import re
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# A Fernet token: version 0x80, time, 16 bytes to begin with, whole blocks, 32 bytes of signature.
BLOCK, FRAME = 16, 1 + 8 + 16 + 32
SEALED = re.compile(r"gA{5}[-\w]{92,}={0,2}", re.ASCII)


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


def looks_sealed(text: str) -> bool:
    """Whether it has the form of sealed text. No person types that: it is 100 characters long."""
    return SEALED.fullmatch(text) is not None


def sealed_size(size: int) -> int:
    """How many bytes `seal_bytes` makes of `size` bytes: a cut file shows by its length."""
    padded = (size // BLOCK + 1) * BLOCK
    return -(-(FRAME + padded) // 3) * 4  # Base64


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
