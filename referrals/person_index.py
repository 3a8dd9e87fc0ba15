"""Keyed digests by which staff find a person exactly, without a readable name in the database.

The index has keys of its own, derived from the data keys (HKDF), and every row says with which
it was made. A look-up asks for all of them, so that nobody is missed while keys are changed.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from referrals.identifiers import medicare_digits, plain_phones
from referrals.models import Enquiry, PersonIndex, Referral

DUPLICATE_WITHIN = timedelta(days=90)
Field = PersonIndex.Field
NEARLY_A_PERSON = [Field.FAMILY_NAME, Field.BIRTH_DATE, Field.PHONE]


class Key(NamedTuple):
    version: str
    secret: bytes


@cache
def derive(data_key: str) -> Key:
    secret = HKDF(SHA256(), length=32, salt=None, info=b"clinic person index").derive(
        data_key.encode()
    )
    return Key(hashlib.sha256(secret).hexdigest()[:8], secret)


def digest(key: Key, field: str, plain: str) -> str:
    """64 hexadecimal digits; the field is part of it, so that equal words differ by field."""
    return hmac.new(key.secret, f"{field}:{plain}".encode(), hashlib.sha256).hexdigest()


def plain_name(name: str) -> str:
    """A family name without accents, capitals, spaces and marks: `O'Brién` is `obrien`."""
    bare = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in bare if c.isalnum())


def terms(
    *,
    family_name: str = "",
    birth_date: date | None = None,
    phones: Iterable[str] = (),
    medicare: str = "",
) -> list[tuple[str, str]]:
    """What a person is found by, as (field, plain form), without what is empty."""
    found = [
        (Field.FAMILY_NAME.value, plain_name(family_name)),
        (Field.BIRTH_DATE.value, birth_date.isoformat() if birth_date else ""),
        (Field.MEDICARE.value, medicare_digits(medicare)),
        *[(Field.PHONE.value, plain) for phone in phones for plain in plain_phones(phone)],
    ]
    return list(dict.fromkeys((field, plain) for field, plain in found if plain))


def terms_of(enquiry: Enquiry) -> list[tuple[str, str]]:
    """The patient of a referral; of a message, its sender's telephone."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return terms(phones=[enquiry.sender_phone])
    referral = enquiry if isinstance(enquiry, Referral) else enquiry.referral
    return terms(
        family_name=referral.patient_family_name,
        birth_date=referral.patient_birth_date,  # type: ignore[arg-type]  # sealed, read as a date
        phones=[referral.patient_phone],
        medicare=referral.medicare_number,
    )


def index(*, enquiry: Enquiry) -> None:
    """Write the digests of a stored referral or message, in the caller's transaction."""
    key = derive(settings.CLINIC_DATA_KEYS[0])
    PersonIndex.objects.bulk_create(
        PersonIndex(
            enquiry_id=enquiry.pk,
            field=field,
            key_version=key.version,
            digest=digest(key, field, plain),
        )
        for field, plain in terms_of(enquiry)
    )


def matching(field: str, plain: str) -> QuerySet[PersonIndex]:
    keys = [derive(data_key) for data_key in settings.CLINIC_DATA_KEYS]
    return PersonIndex.objects.filter(
        field=field, digest__in=[digest(key, field, plain) for key in keys]
    )


def find(wanted: list[tuple[str, str]]) -> QuerySet[Enquiry]:
    """Enquiries that match every one of the (field, plain form) pairs, newest first."""
    enquiries = Enquiry.objects.all() if wanted else Enquiry.objects.none()
    for field, plain in wanted:
        enquiries = enquiries.filter(pk__in=matching(field, plain).values("enquiry"))
    return enquiries


def possible_duplicates(*, enquiry: Enquiry) -> QuerySet[Enquiry]:
    """Other referrals of what may be the same person within 90 days: for staff, never the public.

    The same Medicare number, or two of family name, birth date and telephone.
    """
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return Enquiry.objects.none()
    alike = Q(pk__in=[])
    for pair in [(Field.MEDICARE,), *combinations(NEARLY_A_PERSON, 2)]:
        known = [[term for term in terms_of(enquiry) if term[0] == field] for field in pair]
        for wanted in product(*known):  # a patient may have two telephones
            alike |= Q(pk__in=find(list(wanted)).values("pk"))
    nearby = (enquiry.received_at - DUPLICATE_WITHIN, enquiry.received_at + DUPLICATE_WITHIN)
    others = Enquiry.objects.filter(kind=Enquiry.Kind.REFERRAL, received_at__range=nearby)
    return others.filter(alike).exclude(pk=enquiry.pk)


def rebuild() -> int:
    """Index every enquiry with the newest key, then drop rows of older ones; the number indexed.

    A look-up finds everybody at each moment: new rows are written before old ones go.
    """
    newest = derive(settings.CLINIC_DATA_KEYS[0]).version
    done = PersonIndex.objects.filter(key_version=newest).values("enquiry")
    waiting = list(Enquiry.objects.exclude(pk__in=done).values_list("pk", flat=True))
    for pk in waiting:
        with transaction.atomic():
            index(enquiry=Enquiry.objects.get(pk=pk))
    PersonIndex.objects.exclude(key_version=newest).delete()
    return len(waiting)
