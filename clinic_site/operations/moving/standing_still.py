"""Nobody writes to the source while it is copied, nor after it: what comes in there would be lost
with the next line of clinic.env."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import transaction

from clinic_site.operations.moving.ends import End
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.tables import MIGRATIONS, site_tables
from clinic_site.running.in_use import InUse, nobody_else, something_listens

STOP = (
    "Stop web and mail, then run this again: systemctl stop clinic-web.socket clinic-web.service"
    " clinic-mail.service (or Ctrl-C where make run runs)."
)


@contextmanager
def stopped_site() -> Iterator[None]:
    """Raises `MoveRefused` while web or mail run, here or against the same server."""
    if something_listens(settings.BIND, settings.PORT):
        raise MoveRefused(f"Something still listens on {settings.BIND}:{settings.PORT}. {STOP}")
    with ExitStack() as held:
        try:
            held.enter_context(nobody_else())
        except InUse:
            raise MoveRefused(f"The site still runs. {STOP}") from None
        except OSError:
            raise MoveRefused(
                f"This user cannot write into {settings.VAR_DIR}: run it as the site’s own."
            ) from None
        yield


@contextmanager
def closed_for_writing(source: End) -> Iterator[None]:
    """One transaction that holds every table: whoever writes waits or is refused, by the database.
    What is written in it (that mail is held) stays only if all goes well."""
    with transaction.atomic(using=source.connection.alias):  # on SQLite it begins as a writer
        if not source.is_sqlite:
            source.ask("SET LOCAL statement_timeout = 0")
            source.ask("SET LOCAL lock_timeout = '5s'")
            names = [table.name for table in site_tables()] + [MIGRATIONS]
            source.ask(f"LOCK TABLE {', '.join(map(source.quote, names))} IN SHARE MODE")
        yield
