"""Digests that outlive a change of SECRET_KEY: addresses of receipts, and what a resend is.

Their keys lie sealed in the database and move with the data keys. Each was made from the
SECRET_KEY of its day, so what was given out before this table came stays as it is.
"""

import hashlib
import hmac
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from clinic_site.models import LastingKey

_here = threading.local()


def lasting_hmac(purpose: str, value: str) -> str:
    """A keyed SHA-256 as 64 hexadecimal digits, the same for as long as the database lives."""
    return digest_with(purpose)(value)


def digest_with(purpose: str) -> Callable[[str], str]:
    """The same for many values: the key is looked up once."""
    secret = key_of(purpose)
    return lambda value: hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def key_of(purpose: str) -> bytes:
    """As it stands in the database. A key never changes, so it is read once for each connection;
    remembered once it is committed, as a transaction may take its first use back."""
    known = known_here()
    if purpose in known:
        return known[purpose]
    secret = stored_key(purpose)
    transaction.on_commit(lambda: known.update({purpose: secret}))
    return secret


def stored_key(purpose: str) -> bytes:
    key = LastingKey.objects.filter(purpose=purpose).first()
    if key is None:
        first = {"key": first_key(purpose)}
        key, _ = LastingKey.objects.get_or_create(purpose=purpose, defaults=first)
    return bytes.fromhex(key.key)


def known_here() -> dict[str, bytes]:
    """What this thread has read of the database it is connected with. After a restore that is
    another connection, and another database."""
    connection.ensure_connection()
    if getattr(_here, "connection", None) is not connection.connection:
        _here.connection, _here.keys = connection.connection, {}
    return _here.keys


def forget() -> None:
    """What this thread has read."""
    _here.connection = None


def first_key(purpose: str) -> str:
    """What Django's `salted_hmac` makes of its salt and today's SECRET_KEY: 64 digits."""
    return hashlib.sha256(purpose.encode() + settings.SECRET_KEY.encode()).hexdigest()
