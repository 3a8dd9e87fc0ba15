"""What source and target have in common: a database that is read, written and counted."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import environ
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import ConnectionHandler

from clinic_site.append_only import PRESENT
from clinic_site.operations.moving.columns import FORM_OF_POSTGRESQL, FORM_OF_SQLITE
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.tables import Table
from clinic_site.running import database_settings
from clinic_site.running.database_settings import with_options

AT_ONCE = 200  # rows: the words of a page or of a mail may be long
Row = tuple[Any, ...]
OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL"""


def connection_to(url: str) -> BaseDatabaseWrapper:
    """As the site would connect with this DATABASE_URL. Nothing is asked of it yet."""
    facts = with_options(environ.Env.db_url_config(url))
    return ConnectionHandler({"default": facts})["default"]


def plain_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """One that notes no statement: with DEBUG each would be kept, with all that it holds."""
    connection.ensure_connection()
    return connection.make_cursor(connection.create_cursor())


class End:
    """One of the two databases."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.quote = connection.ops.quote_name
        self.is_sqlite = connection.vendor == "sqlite"
        self.forms = FORM_OF_SQLITE if self.is_sqlite else FORM_OF_POSTGRESQL

    def ask(self, sql: str, values: Sequence[Any] | None = None) -> list[Any]:
        with plain_cursor(self.connection) as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def batches(self, table: Table) -> Iterator[list[Row]]:
        """The rows in the order of their keys, as the driver gives them. On SQLite a plus in front
        of a column takes away its type, so that Python's driver does not guess."""
        sign = "+" if self.is_sqlite else ""
        columns = ", ".join(f"{sign}{self.quote(column.name)}" for column in table.columns)
        key, name = self.quote(table.key), self.quote(table.name)
        last: list[Any] = []
        while True:
            after = f"WHERE {key} > %s" if last else ""
            rows = self.ask(
                f"SELECT {columns} FROM {name} {after} ORDER BY {key} LIMIT {AT_ONCE}", last
            )
            if rows:
                yield rows
            if len(rows) < AT_ONCE:
                return
            last = [rows[-1][0]]

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Rows in plain forms."""
        names = ", ".join(self.quote(column.name) for column in table.columns)
        one = f"({', '.join(['%s'] * len(table.columns))})"
        into = f"INSERT INTO {self.quote(table.name)} ({names}) VALUES "
        kept = [[self.kept(value) for value in row] for row in rows]
        with plain_cursor(self.connection) as cursor:
            if self.is_sqlite:
                cursor.executemany(into + one, kept)
            else:
                values = [value for row in kept for value in row]
                cursor.execute(into + ", ".join([one] * len(kept)), values)

    def kept(self, value: Any) -> Any:
        form = self.forms.get(type(value))
        return form(value) if form else value

    def highest(self, table: Table) -> int:
        """The highest number that was ever given in this table, also to a row that is gone:
        the next one must not get the number under which another was read or erased."""
        key, name = self.quote(table.key), self.quote(table.name)
        most = self.ask(f"SELECT MAX({key}) FROM {name}")[0][0] or 0
        if self.is_sqlite:
            noted = self.ask("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            return max(most, noted[0][0] if noted else 0)
        sequence = self.sequence(table)
        last, is_called = self.ask(f"SELECT last_value, is_called FROM {sequence}")[0]
        return max(most, last if is_called else last - 1)

    def set_highest(self, table: Table, number: int) -> None:
        if self.is_sqlite:
            self.ask("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            self.ask(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number]
            )
            return
        facts = [self.sequence(table), max(number, 1), number > 0]
        self.ask("SELECT setval(%s, %s, %s)", facts)

    def sequence(self, table: Table) -> str:
        found = self.ask(
            "SELECT pg_get_serial_sequence(%s, %s)", [self.quote(table.name), table.key]
        )
        return str(found[0][0])

    def guards(self) -> set[str]:
        """The names of triggers that both databases have."""
        found = {name for (name,) in self.ask(PRESENT[self.connection.vendor])}
        return {name for name in found if not name.endswith("_truncate")}

    def refuse_company(self) -> None:
        """Another machine, a forgotten psql, a pool: whoever is connected may write."""
        others = 0 if self.is_sqlite else self.ask(OTHERS)[0][0]
        if others:
            raise MoveRefused(
                f"{others} other connection(s) to {self.called()} are open. Stop web and mail on"
                " every machine, and what else is connected: a pool (PgBouncer), psql, a move that"
                " was stopped just now."
            )

    def called(self) -> str:
        """For people. Never a password."""
        facts = self.connection.settings_dict
        if self.is_sqlite:
            return f"sqlite {facts['NAME']}"
        return f"postgresql {database_settings.named(facts)}/{facts['NAME']}"


def without_password(url: str) -> str:
    """The same address with `PASSWORD` where one stands."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    person, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{person.partition(':')[0]}:PASSWORD@{place}").geturl()
