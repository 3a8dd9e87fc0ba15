"""Keyed digests by which staff find a person exactly, without a readable name in the database.

The index has keys of its own, derived from the data keys (HKDF). Every row and every enquiry says
with which key and by which rules it was made. A look-up asks for all keys, so that nobody is missed
while they are changed; whoever was indexed by other rules, or never, is indexed again (`fill`).
"""

import hashlib
import hmac
import logging
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from referrals.identifiers import medicare_digits, plain_phones
from referrals.models import Enquiry, PersonIndex, Referral
from referrals.plain_text import plain_line

logger = logging.getLogger(__name__)
DUPLICATE_WITHIN = timedelta(days=90)
AT_ONCE = 200
Field = PersonIndex.Field
# When any of these gets another plain form, everybody is indexed again by itself.
PROBES: dict[str, list[str]] = {
    "names": ["O’Brién Sample", "d'O-Sample", "Straße", "SAMPLE\u00ad\u200b", "Ｓample 2", "Σάμπλ"],
    "phones": [
        *("+61 2 5550 1234", "(02) 5550 1234", "0061255501234", "+61 (0)491 570 156"),
        *("0491\u200b570\u202f156", "02 5550 1234 / 0491 570 156", "+44 20 7946 0000", "5550 1234"),
        *("02 5550 1234 ext 5", "６１ 2 5550 1234", "0491 570 156 or 0491 570 157"),
    ],
    "double_names": [
        "Dr Ann-Marie O’Brien van der Sample",
        "A/Prof. D'O-Sample",
        "Ü Li",
        "李 小龙",
    ],
    "medicare": ["3278 85119 5/2", "32788511951", "3278-85119-5 ", "3278\u00a085119\u200b5"],
}
# Names of any of these are told apart by where they stand: a look-up by name asks for all.
NAMES = [Field.FAMILY_NAME, Field.NAME_WORD, Field.SENDER_NAME]
TITLES = {
    *("dr", "doctor", "prof", "professor", "aprof", "assocprof", "associate", "a"),
    *("mr", "mrs", "ms", "miss", "mx", "sr", "sister", "nurse"),
}
WORDS_AT_MOST = 12  # of one name
BETWEEN_WORDS = re.compile(r"[\s/,;-]+")
APOSTROPHES = re.compile(r"['’‘`´ʼ]")
NEARLY_A_PERSON = [Field.FAMILY_NAME, Field.BIRTH_DATE, Field.PHONE]


class Key(NamedTuple):
    version: str
    secret: bytes


@cache
def secret_of(data_key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"clinic person index").derive(
        data_key.encode()
    )


def derive(data_key: str) -> Key:
    """The index key behind a data key. Its version changes with the rules, its secret does not,
    so that whoever has the same plain form as before is found before the index is made again."""
    secret = secret_of(data_key)
    return Key(hashlib.sha256(secret + rules()).hexdigest()[:8], secret)


@cache
def rules() -> bytes:
    """A digest of what the plain forms of the probes are by today's code. Made once: with other
    code the site starts again."""
    plain = [
        *[terms(family_name=name) for name in PROBES["names"]],
        *[terms(phones=[phone]) for phone in PROBES["phones"]],
        *[terms(medicare=number) for number in PROBES["medicare"]],
        *[(name_words(name), sender_words(name)) for name in PROBES["double_names"]],
        sorted(Field.values),
    ]
    return hashlib.sha256(repr(plain).encode()).digest()


def index_digest(key: Key, field: str, plain: str) -> str:
    """64 hexadecimal digits; the field is part of it, so that equal words differ by field."""
    return digest_by(key.secret, field, plain)


def digest_by(secret: bytes, field: str, plain: str) -> str:
    return hmac.new(secret, f"{field}:{plain}".encode(), hashlib.sha256).hexdigest()


def plain_name(name: str) -> str:
    """A family name without accents, capitals, spaces and marks: `O'Brién` is `obrien`."""
    bare = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in bare if c.isalnum())


def name_words(name: str) -> list[str]:
    """The whole name and each word of it, plain: `Ann-Marie O'Brien` is also `ann` and `brien`."""
    parts = BETWEEN_WORDS.split(plain_line(name))
    pieces = [piece for part in parts for piece in APOSTROPHES.split(part)]
    plain = [plain_name(name), *map(plain_name, parts), *map(plain_name, pieces)]
    # One letter is an initial in Latin script and a whole name in others.
    words = [word for word in plain if len(word) > 1 or not word.isascii()]
    return list(dict.fromkeys(filter(None, words)))[:WORDS_AT_MOST]


def sender_words(name: str) -> list[str]:
    """The same without `Dr` and its like."""
    parts = BETWEEN_WORDS.split(plain_line(name))
    return name_words(" ".join(part for part in parts if not is_title(part)))


def is_title(word: str) -> bool:
    return plain_name(word) in TITLES


def terms(
    *,
    family_name: str = "",
    words: Iterable[str] = (),
    birth_date: date | None = None,
    phones: Iterable[str] = (),
    medicare: str = "",
    sender_name: str = "",
    sender_phones: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """What a person is found by, as (field, plain form), without what is empty.

    `words` are those of the patient's names, as `name_words` gives them.
    """
    found = [
        (Field.FAMILY_NAME.value, plain_name(family_name)),
        (Field.BIRTH_DATE.value, birth_date.isoformat() if birth_date else ""),
        (Field.MEDICARE.value, medicare_digits(medicare)),
        *[(Field.PHONE.value, plain) for phone in phones for plain in plain_phones(phone)],
        *[(Field.NAME_WORD.value, word) for word in words],
        *[(Field.SENDER_NAME.value, word) for word in sender_words(sender_name)],
        *[
            (Field.SENDER_PHONE.value, plain)
            for phone in sender_phones
            for plain in plain_phones(phone)
        ],
    ]
    return list(dict.fromkeys((field, plain) for field, plain in found if plain))


def terms_of(enquiry: Enquiry) -> list[tuple[str, str]]:
    """The patient of a referral and who sent it; of a message, its writer."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return terms(phones=[enquiry.sender_phone], sender_name=enquiry.sender_name)
    referral = enquiry if isinstance(enquiry, Referral) else enquiry.referral
    family = referral.patient_family_name
    words = [*name_words(family), *name_words(referral.patient_given_names)]
    return terms(
        family_name=family,
        words=[word for word in words if word != plain_name(family)],
        birth_date=referral.patient_birth_date,  # type: ignore[arg-type]  # sealed, read as a date
        phones=[referral.patient_phone],
        medicare=referral.medicare_number,
        sender_name=referral.sender_name,
        sender_phones=[referral.sender_phone],
    )


def version_now() -> str:
    """What `index` writes with: the newest data key, by the rules of this release."""
    return derive(settings.CLINIC_DATA_KEYS[0]).version


def index(*, enquiry: Enquiry) -> None:
    """Write the digests of a stored referral or message, in the caller's transaction."""
    key = derive(settings.CLINIC_DATA_KEYS[0])
    rows = [
        PersonIndex(
            enquiry_id=enquiry.pk,
            field=field,
            key_version=key.version,
            digest=index_digest(key, field, plain),
        )
        for field, plain in terms_of(enquiry)
    ]
    PersonIndex.objects.bulk_create(rows, ignore_conflicts=True)  # a colleague may do the same
    if enquiry.index_version != key.version:  # a new one is stored with it
        Enquiry.objects.filter(pk=enquiry.pk).update(index_version=key.version)


def matching(field: str, plain: str) -> QuerySet[PersonIndex]:
    return matching_any([(field, plain)])


def matching_any(wanted: Iterable[tuple[str, str]]) -> QuerySet[PersonIndex]:
    """Rows of any of these (field, plain form); a digest is of one field only."""
    keys = [secret_of(data_key) for data_key in settings.CLINIC_DATA_KEYS]  # whatever the rules
    pairs = list(wanted)
    digests = [digest_by(key, field, plain) for key in keys for field, plain in pairs]
    fields = sorted({field for field, _ in pairs})
    return PersonIndex.objects.filter(field__in=fields, digest__in=digests)


def find_enquiries(wanted: list[tuple[str, str]]) -> QuerySet[Enquiry]:
    """Enquiries that match every one of the (field, plain form) pairs, newest first."""
    enquiries = Enquiry.objects.all() if wanted else Enquiry.objects.none()
    for field, plain in wanted:
        enquiries = enquiries.filter(pk__in=matching(field, plain).values("enquiry"))
    return enquiries


def of_same_person(*, enquiry: Enquiry) -> QuerySet[Enquiry]:
    """Other referrals of what may be the same person, however old.

    The same Medicare number, or two of family name, birth date and telephone.
    """
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return Enquiry.objects.none()
    fields = [Field.MEDICARE, *NEARLY_A_PERSON]
    own = [term for term in terms_of(enquiry) if term[0] in fields]
    alike = (
        matching_any(own)
        .order_by()
        .values("enquiry")
        .alias(
            has_medicare=Count("pk", filter=Q(field=Field.MEDICARE)),
            shared=Count("field", distinct=True),
        )
    )
    same = alike.filter(Q(has_medicare__gt=0) | Q(shared__gt=1)).values("enquiry")
    others = Enquiry.objects.filter(kind=Enquiry.Kind.REFERRAL, pk__in=same)
    return others.exclude(pk=enquiry.pk)


def missing() -> QuerySet[Enquiry]:
    """Enquiries that no look-up is sure to find: from before the index, or by other rules."""
    versions = [derive(data_key).version for data_key in settings.CLINIC_DATA_KEYS]
    return Enquiry.objects.exclude(index_version__in=versions).order_by("-pk")


def fill(*, at: datetime | None = None, at_most: int | None = AT_ONCE) -> int:
    """Index what is missing, newest first; how many. Each is done by itself, so a run that is cut
    off goes on where it stopped. What cannot be read is logged by its reference and left out."""
    waiting = list(missing().values_list("pk", "reference")[:at_most])
    return sum(index_again(pk, reference) for pk, reference in waiting)


def index_again(pk: int, reference: str) -> bool:
    try:
        replace_rows(pk)
    except InvalidToken:
        logger.error("%s opens with none of the keys: nobody can find it by name", reference)
        return False
    return True


@transaction.atomic
def replace_rows(pk: int) -> None:
    """A look-up finds the old rows or the new ones, never none."""
    index(enquiry=Enquiry.objects.get(pk=pk))
    newest = derive(settings.CLINIC_DATA_KEYS[0]).version
    PersonIndex.objects.filter(enquiry=pk).exclude(key_version=newest).delete()


def rebuild() -> int:
    """Index every enquiry with the newest key; how many. Raises `InvalidToken`."""
    newest = derive(settings.CLINIC_DATA_KEYS[0]).version
    waiting = list(Enquiry.objects.exclude(index_version=newest).values_list("pk", flat=True))
    for pk in waiting:
        replace_rows(pk)
    return len(waiting)
