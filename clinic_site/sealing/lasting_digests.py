"""Digests that outlive a change of SECRET_KEY: addresses of receipts, and what a resend is.

Their keys lie sealed in the database and move with the data keys. Each was made from the
SECRET_KEY of its day, so what was given out before this table came stays as it is.
"""

import hashlib
import hmac

from django.conf import settings

from clinic_site.models import LastingKey


def lasting_hmac(purpose: str, value: str) -> str:
    """A keyed SHA-256 as 64 hexadecimal digits, the same for as long as the database lives."""
    key = LastingKey.objects.filter(purpose=purpose).first()
    if key is None:
        first = {"key": first_key(purpose)}
        key, _ = LastingKey.objects.get_or_create(purpose=purpose, defaults=first)
    return hmac.new(bytes.fromhex(key.key), value.encode(), hashlib.sha256).hexdigest()


def first_key(purpose: str) -> str:
    """What Django's `salted_hmac` makes of its salt and today's SECRET_KEY: 64 digits."""
    return hashlib.sha256(purpose.encode() + settings.SECRET_KEY.encode()).hexdigest()
