"""References that people read to each other on the telephone, and tokens that nobody guesses.

Only the key of a form that is open just now is signed with SECRET_KEY; tokens last.
"""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare

from clinic_site.sealing.lasting_digests import lasting_hmac

# No vowels, so no words; nothing that sounds or looks like something else (B/8, I/1, S/5, Z/2).
ALPHABET = "23456789CDFGHJKMNPRTVWXY"
FORM_KEY_SALT = "referrals.form_key"
MAIL_LINK_SALT = "referrals.mail_link"


def new_reference(prefix: str) -> str:
    """A prefix and eight random characters, for example `SIJ-7KH2M9PD`."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def is_reference(text: str) -> bool:
    return re.fullmatch(rf"[A-Z]{{2,4}}-[{ALPHABET}]{{8}}", text) is not None


def new_form_key() -> str:
    """A signed key for one showing of a form; the same key is stored at most once."""
    return signing.dumps(secrets.token_hex(16), salt=FORM_KEY_SALT, compress=False)


def read_form_key(signed: str) -> str | None:
    """The 32 hexadecimal digits of a key we signed, else None."""
    try:
        return signing.loads(signed, salt=FORM_KEY_SALT)
    except signing.BadSignature:
        return None


def form_age(signed: str, *, at: datetime) -> timedelta | None:
    """How long ago the form was first shown; None for a key that is not ours."""
    if read_form_key(signed) is None:
        return None
    seconds = signing.b62_decode(signed.split(":")[-2])  # as TimestampSigner writes it
    return at - datetime.fromtimestamp(seconds, tz=UTC)


def resend_key(form_key: str, content_digest: str) -> str:
    """The key of a form sent again with other content: the same content finds the same key."""
    value = f"{form_key}:{content_digest}"
    return lasting_hmac("referrals.resend", value)[:32]


def receipt_token(form_key: str) -> str:
    """The receipt's 128-bit address. Derived, so a resent form finds the same receipt."""
    return lasting_hmac("referrals.receipt", form_key)[:32]


def status_token(form_key: str) -> str:
    """The status page's 128-bit address. Another one than the receipt's, so it can be revoked."""
    return lasting_hmac("referrals.status", form_key)[:32]


def new_link_key() -> str:
    """32 hexadecimal digits, by which the address of an answer is made anew when it is mailed."""
    return secrets.token_hex(16)


def answer_token(link_key: str) -> str:
    """The 128-bit address of what the rooms wrote: nothing without the site's keys."""
    return lasting_hmac("referrals.answer", link_key)[:32]


def as_made(token: str) -> str:
    """A token of an address in the letters we made it of: a link that was copied by hand, or by a
    program, may have capitals."""
    return token.lower()


def token_hash(token: str) -> str:
    """What the database keeps of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_status_token(form_key: str, kept_hash: str | None) -> str:
    """The token that opens the status page; empty where the link was switched off, or was made
    with a SECRET_KEY that is gone: then only whoever has the old link can follow it."""
    token = status_token(form_key)
    return token if kept_hash == token_hash(token) else ""


def mail_link_proof(pk: int) -> str:
    """Ends a link in a mail of ours to the rooms: no other site can make one. It opens nothing."""
    return signing.Signer(salt=MAIL_LINK_SALT).signature(str(pk))


def is_mail_link_of_ours(proof: str, pk: int) -> bool:
    return constant_time_compare(proof, mail_link_proof(pk))
