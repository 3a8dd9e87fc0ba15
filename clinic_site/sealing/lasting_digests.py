"""Digests that outlive a change of SECRET_KEY: addresses of receipts, and what a resend is.

Their keys lie sealed in the database and move with the data keys. Each was made from the
SECRET_KEY of its day, so what was given out before this table came stays as it is.
"""

import hashlib
import hmac
from collections.abc import Callable

from django.conf import settings

from clinic_site.models import LastingKey


def lasting_hmac(purpose: str, value: str) -> str:
    """A keyed SHA-256 as 64 hexadecimal digits, the same for as long as the database lives."""
    return digest_with(purpose)(value)


def digest_with(purpose: str) -> Callable[[str], str]:
    """The same for many values: the key is looked up once."""
    key = LastingKey.objects.filter(purpose=purpose).first()
    if key is None:
        first = {"key": first_key(purpose)}
        key, _ = LastingKey.objects.get_or_create(purpose=purpose, defaults=first)
    secret = bytes.fromhex(key.key)
    return lambda value: hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def first_key(purpose: str) -> str:
    """What Django's `salted_hmac` makes of its salt and today's SECRET_KEY: 64 digits."""
    return hashlib.sha256(purpose.encode() + settings.SECRET_KEY.encode()).hexdigest()
