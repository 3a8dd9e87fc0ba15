"""Where a database is moved to: empty before, and empty again if anything goes wrong.

Until all is there and compared, nothing is committed. A SQLite file is written under another name;
on PostgreSQL a table marks a move that is not finished, so that the next one may clear it away.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error

from clinic_site.operations.moving.ends import End, connection_to
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.running.unsafe import urls

MARK = "move_database_under_way"
ENDS = ("-wal", "-shm", "-journal")  # what SQLite lays beside a file
RUN = """
import sys
import django
django.setup()
from django.core.management import call_command
for name in sys.argv[1:]:
    call_command(name, verbosity=0)
"""


class Target(End):
    """Raises `MoveRefused` where it cannot be used."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(connection_to(url))

    def make_tables(self) -> None:
        self.run("migrate", "createcachetable")

    def run(self, *commands: str) -> None:
        """Commands of the site, in a process of its own: much of it knows one database only. The
        address goes by its environment, as a list of processes shows what stands in a line."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
        }
        done = subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-c", RUN, *commands],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            password = str(self.connection.settings_dict["PASSWORD"] or "")
            said = said.replace(password, "…") if password else said
            raise MoveRefused(f"{self.called()}: {' and '.join(commands)} failed: {said}")

    def refuse_if_unusable(self) -> None:
        raise NotImplementedError

    def begin(self) -> None:
        """Everything from here to `finish` is one transaction."""
        raise NotImplementedError

    def commit(self) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """From now on it is a database of the site."""
        raise NotImplementedError

    def clear(self) -> None:
        """Empty it again; silent where it cannot be reached any more."""
        raise NotImplementedError


class SqliteTarget(Target):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.path = Path(self.connection.settings_dict["NAME"]).absolute()
        self.begun = self.path.with_name(f"{self.path.name}.moving")
        self.url = f"sqlite:///{self.begun}"
        self.connection = connection_to(self.url)

    def called(self) -> str:
        return f"sqlite {self.path}"

    def refuse_if_unusable(self) -> None:
        if self.path.exists() and self.path.stat().st_size:
            raise MoveRefused(f"{self.path} is there and holds something. Name a new file.")
        for end in ENDS:
            if (beside := self.path.with_name(self.path.name + end)).exists():
                raise MoveRefused(
                    f"{beside} lies there, with what was written into a database of that name."
                    " Name a new file, or move this one away."
                )
        if not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise MoveRefused(f"This user cannot write a file into {self.path.parent}.")
        self.clear()  # what an earlier move left that was killed

    def begin(self) -> None:
        self.ask("BEGIN IMMEDIATE")
        self.ask("PRAGMA defer_foreign_keys = ON")

    def commit(self) -> None:
        if broken := self.ask("PRAGMA foreign_key_check"):
            raise MoveRefused(f"{broken[0][0]}: a row belongs to another one that is not there.")
        self.ask("COMMIT")
        self.connection.close()

    def finish(self) -> None:
        self.ask("PRAGMA user_version = 1")  # nothing in it was ever deleted (deleted_rows.py)
        self.connection.close()  # which folds the log back into the file
        self.begun.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def clear(self) -> None:
        self.connection.close()
        for end in ("", *ENDS):
            self.begun.with_name(self.begun.name + end).unlink(missing_ok=True)


class PostgresqlTarget(Target):
    def refuse_if_unusable(self) -> None:
        if (found := self.ask("SHOW server_encoding")[0][0]) != "UTF8":
            raise MoveRefused(
                f"{self.called()} keeps text as {found}, which has no room for every name. Make it"
                " anew: createdb --encoding=UTF8 --template=template0 NAME"
            )
        if self.ask("SELECT current_schema()")[0][0] is None:
            raise MoveRefused(f"{self.called()} has no schema that this user may write to.")
        names = self.names("table")
        if MARK in names:  # what an earlier move left that was killed
            self.refuse_company()
            self.clear()
        elif names:
            raise MoveRefused(
                f"{self.called()} is not empty: it holds {len(names)} tables ({names[0]} …). Name"
                " an empty database."
            )

    def make_tables(self) -> None:
        self.ask(f"CREATE TABLE {MARK} (since timestamptz DEFAULT now())")
        super().make_tables()

    def begin(self) -> None:
        self.ask("BEGIN")
        self.ask("SET LOCAL statement_timeout = 0")
        self.ask("SET CONSTRAINTS ALL DEFERRED")

    def commit(self) -> None:
        self.ask("SET CONSTRAINTS ALL IMMEDIATE")
        self.ask("COMMIT")

    def finish(self) -> None:
        self.ask(f"DROP TABLE {MARK}")
        with suppress(Error):
            self.ask("BEGIN")
            self.ask("SET LOCAL statement_timeout = 0")
            self.ask("ANALYZE")  # so that it finds its indexes from the first question on
            self.ask("COMMIT")
        self.connection.close()

    def clear(self) -> None:
        self.connection.close()  # which takes back what was not committed
        with suppress(Error):
            self.ask("BEGIN")
            self.ask("SET LOCAL statement_timeout = 0")
            for kind in ("table", "function"):
                for name in self.names(kind):
                    self.ask(f"DROP {kind} {self.quote(name)} CASCADE")
            self.ask("COMMIT")
        self.connection.close()

    def names(self, kind: str) -> list[str]:
        """Tables or functions of the schema in which this user makes hers; none of an extension."""
        catalog, name, schema, also = {
            "table": ("pg_class", "relname", "relnamespace", "c.relkind IN ('r', 'p', 'f')"),
            "function": ("pg_proc", "proname", "pronamespace", "TRUE"),
        }[kind]
        rows = self.ask(
            f"SELECT {name} FROM {catalog} c WHERE {also}"
            f" AND {schema} = current_schema()::regnamespace AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend WHERE objid = c.oid AND deptype = 'e') ORDER BY 1"
        )
        return [row[0] for row in rows]


def target_of(url: str) -> Target:
    """Raises `MoveRefused` in words for an address that cannot be read."""
    if problem := urls.database_problem(url):
        raise MoveRefused(problem.replace("DATABASE_URL", "--to"))
    return SqliteTarget(url) if url.strip().startswith("sqlite") else PostgresqlTarget(url)
