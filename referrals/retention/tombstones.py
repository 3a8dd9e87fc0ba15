"""What stays of an erased enquiry: a row that leads to nobody, and says so to who comes back.

Its seal is a keyed digest of all it says. The key lies sealed in the database, so whoever changes
a row, or puts one in, without the data keys is found by `ledger.differences`.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC

from clinic_site.sealing.lasting_digests import digest_with, lasting_hmac
from clinic_site.written_once import WrittenOnce
from referrals.models import Enquiry, Tombstone
from referrals.references import receipt_token, status_token, token_hash

SEAL = "referrals.tombstone"
_any = WrittenOnce(lambda: Tombstone.objects.order_by().values("number")[:1])
FORM, RECEIPT, STATUS = "referrals.erased.form", "referrals.erased.receipt", "referrals.erased.link"


def digests_of(enquiry: Enquiry) -> dict[str, str | None]:
    """Of the key of its form and of its links: others than those that the enquiry had itself.

    A link that was switched off, or made with a SECRET_KEY that is gone, is told nothing.
    """
    key = enquiry.form_key
    status = status_token(key)
    status_digest = lasting_hmac(STATUS, status)
    is_open = enquiry.status_token_hash == token_hash(status)
    return {
        "form_digest": lasting_hmac(FORM, key),
        "receipt_digest": lasting_hmac(RECEIPT, receipt_token(key)),
        "status_digest": status_digest if is_open else None,
    }


def was_erased(form_key: str) -> bool:
    """Whether what a form with this key had brought was erased."""
    return is_known("form_digest", FORM, form_key)


def receipt_was_erased(token: str) -> bool:
    return is_known("receipt_digest", RECEIPT, token)


def link_was_erased(token: str) -> bool:
    """Whether a status link that was not switched off led to what was erased."""
    return is_known("status_digest", STATUS, token)


def is_known(column: str, purpose: str, value: str) -> bool:
    """Before the first tombstone there is no key of them, and a look makes none."""
    if not _any.rows():
        return False
    stones = Tombstone.objects.order_by()
    return stones.filter(**{column: lasting_hmac(purpose, value)}).exists()


def facts_of(stone: Tombstone) -> str:
    return json.dumps(
        [
            stone.number,
            stone.reference,
            stone.kind,
            stone.received_at.astimezone(UTC).isoformat(),
            stone.erased_at.astimezone(UTC).isoformat(),
            stone.copies_until.isoformat(),
            stone.why,
            stone.rule_id,
            stone.rule_kind,
            stone.asked_by_id,
            stone.by_id,
            stone.lines,
            stone.last_seal,
            stone.form_digest,
            stone.receipt_digest,
            stone.status_digest,
        ]
    )


def seal_of(stone: Tombstone) -> str:
    """64 hexadecimal digits."""
    return digest_with(SEAL)(facts_of(stone))


def changed_tombstones(stones: Iterable[Tombstone] | None = None) -> Iterator[str]:
    """References of tombstones that do not say what was written."""
    digest = digest_with(SEAL)
    for stone in Tombstone.objects.iterator() if stones is None else stones:
        if digest(facts_of(stone)) != stone.seal:
            yield stone.reference
