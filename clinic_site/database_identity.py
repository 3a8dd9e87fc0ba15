"""Which database is this? A dump, a copy and a move to another server keep the answer."""

from uuid import UUID, uuid4

from django.db import transaction

from clinic_site.models import DatabaseIdentity


def known_identity() -> UUID | None:
    """The identity, if this database has been given one."""
    return DatabaseIdentity.objects.values_list("identity", flat=True).first()


def database_identity(*, proposed: UUID | None = None) -> UUID:
    """The identity; a database that has none yet gets `proposed`, or a random one, for good.

    Safe with several processes: the first one wins. Never inside a transaction, which could be
    rolled back when a folder already bears the number.
    """
    if known := known_identity():
        return known
    with transaction.atomic(durable=True):
        row, _ = DatabaseIdentity.objects.get_or_create(
            pk=1, defaults={"identity": proposed or uuid4()}
        )
    return row.identity
