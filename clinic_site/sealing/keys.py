"""The clinic's data keys: do they fit this database, and how everything moves to a new one."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as AnyDatabaseError
from django.db import connection, transaction
from django.db.models import Field, Model

from clinic_site.models import KeyWitness
from clinic_site.sealing.tokens import is_newest, reseal, seal, unseal

WITNESS = "These keys fit."
BATCH = 200
SIGN_IN_SECRETS = ("secret", "seed")


class WrongDataKeys(ImproperlyConfigured):
    """CLINIC_DATA_KEYS do not open what this database holds."""


class UnreadableRow(RuntimeError):
    """One sealed value opens with none of the keys; names its place, never its content."""


def fingerprint(key: str) -> str:
    """Eight digits by which people tell keys apart without showing them."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def key_names() -> list[str]:
    """The short name of each data key, newest first."""
    return [fingerprint(key) for key in settings.CLINIC_DATA_KEYS]


def note_sheet(*, at: datetime) -> None:
    """A sheet with the keys of now was made for the safe."""
    witness_keys()
    KeyWitness.objects.update(sheet_made_at=at, sheet_keys=" ".join(key_names()))


def check_keys() -> None:
    """Raise `WrongDataKeys` where the keys do not fit; silent while the database is away."""
    try:
        sealed = KeyWitness.objects.values_list("sealed", flat=True).first()
    except AnyDatabaseError:
        return
    if sealed is None:
        return
    try:
        unseal(sealed)
    except InvalidToken:
        shown = ", ".join(fingerprint(key) for key in settings.CLINIC_DATA_KEYS)
        raise WrongDataKeys(
            f"CLINIC_DATA_KEYS ({shown}) do not open this database. Nothing was changed."
            " Set the keys from the clinic’s key sheet, newest first, and start again."
        ) from None


def witness_keys() -> KeyWitness:
    """Note once with which keys this database began; raises `WrongDataKeys`."""
    check_keys()
    return KeyWitness.objects.get_or_create(pk=1, defaults={"sealed": seal(WITNESS)})[0]


def sealed_fields() -> Iterator[tuple[type[Model], Field]]:
    """Every model field that says of itself that it is sealed, in its own table."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if getattr(field, "is_sealed", False):
                yield model, field


def reseal_fields() -> int:
    """Bring every sealed column to the newest key; the number of values that were changed.

    Each value is swapped only where it still is what was read, so staff may go on working, and
    a run that was interrupted goes on where it stopped. Raises `UnreadableRow`.
    """
    return sum(reseal_column(model, field) for model, field in sealed_fields())


def reseal_column(model: type[Model], field: Field) -> int:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(str(field.column))
    key = quote(str(model._meta.pk.column))
    read = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key}"
    write = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"
    with connection.cursor() as cursor:
        cursor.execute(read)
        rows = [(pk, sealed) for pk, sealed in cursor.fetchall() if not is_newest(sealed)]
    for start in range(0, len(rows), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, sealed in rows[start : start + BATCH]:
                place = f"{model._meta.label}.{field.name}, row {pk}"
                cursor.execute(write, [reseal_or_tell(sealed, place), pk, sealed])
    return len(rows)


def reseal_or_tell(sealed: str, place: str) -> str:
    try:
        return reseal(sealed)
    except InvalidToken:
        raise UnreadableRow(f"{place} opens with none of the keys.") from None


def reseal_sign_in() -> int:
    """The secrets behind staff’s codes; the number of people whose secret was changed."""
    changed = 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            old = {name: row.data[name] for name in SIGN_IN_SECRETS if row.data.get(name)}
            if old and not all(map(is_newest, old.values())):
                place = f"the sign-in of {row.user_id}"
                row.data |= {n: reseal_or_tell(sealed, place) for n, sealed in old.items()}
                row.save(update_fields=["data"])
                changed += 1
    return changed


def reseal_witness() -> int:
    """After all else, so that the old keys are asked for until everything has moved."""
    sealed = witness_keys().sealed
    return KeyWitness.objects.filter(sealed=sealed).update(sealed=reseal(sealed))
