"""Who wants no mail from us: whoever never wrote to us, and whose address a stranger gave.

Each mail to a sender has a link of its address. Behind it one button stops all mail to it, and the
same link allows it again. The token can be made by nobody but us, and is read out of a mail alone.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from clinic_site.sealing.lasting_digests import lasting_hmac
from clinic_site.written_once import Given, WrittenOnce
from referrals.models import NoMailAddress

DIGITS = 64
_stopped = WrittenOnce(
    lambda: NoMailAddress.objects.filter(
        digest=Given("digest", NoMailAddress._meta.get_field("digest"))
    ).values("digest")
)
SIGNATURE = 16  # hexadecimal digits


def digest_of(address: str) -> str:
    return lasting_hmac("referrals.no_mail", "".join(address.split()).casefold())


def signature_of(digest: str) -> str:
    return lasting_hmac("referrals.no_mail.link", digest)[:SIGNATURE]


def link_for(address: str) -> str:
    """The whole address of the page with the button."""
    digest = digest_of(address)
    token = digest + signature_of(digest)
    return f"{settings.SITE_URL}{reverse('referrals:no_mail', args=[token])}"


def digest_in(token: str) -> str:
    """What the link of a mail names; empty where we did not make it."""
    digest, signature = token[:DIGITS], token[DIGITS:]
    is_ours = constant_time_compare(signature, signature_of(digest))
    return digest if len(digest) == DIGITS and is_ours else ""


def wanted(addresses: Iterable[str]) -> list[str]:
    """Those of the addresses whose owner has not asked for no mail."""
    return [address for address in addresses if not is_stopped(digest_of(address))]


def is_stopped(digest: str) -> bool:
    return bool(_stopped.rows(digest=digest))


def stop(*, digest: str, at: datetime | None = None) -> None:
    """Send no more mail to an address; pressed twice it is the same."""
    try:
        with transaction.atomic():
            NoMailAddress.objects.create(digest=digest, since=at or timezone.now())
    except IntegrityError:
        return


def allow(*, digest: str) -> None:
    """Mail may go to this address again."""
    NoMailAddress.objects.filter(digest=digest).delete()
