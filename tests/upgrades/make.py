"""Makes the stored database of a release: `python -m tests.upgrades.make VERSION`, once for each
database, on the commit that is released.

    .venv/bin/python -m tests.upgrades.make 0.2.0                       SQLite
    url=$(.ci/postgres /tmp/upgrades)                                   PostgreSQL: a server of
    DATABASE_URL=$url .venv/bin/python -m tests.upgrades.make 0.2.0     one's own, and its pg_dump
    .ci/postgres /tmp/upgrades stop

Under tests/upgrades/VERSION/ it writes, for each database, `clinic.sqlite3.gz` (the file itself) or
`clinic.sql.gz` (plain SQL for any PostgreSQL from 13 on, loaded by any role that owns a database),
the folder `private/` with sealed files, and `known.json`: what `test_upgrade.py` expects to
find. A folder that is there is replaced; that of an earlier release is never made again.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).parent
# Sample keys, for sample people alone: they open nothing but the databases in this folder.
SAMPLE_DATA_KEY = "c2FtcGxlLWtleS1vZi10ZXN0cy91cGdyYWRlcy8xMjM="
SAMPLE_SECRET_KEY = "sample-of-tests-upgrades-0123456789-abcdefghijklmnopqrstuvwxyz"
STARTER_PAGES = ["site-home", "guides-recovery-after-fusion", "treatments-compare"]
DATABASE = "clinic_upgrade_sample"
# What pg_dump writes for servers of its own age alone, and what only psql understands.
OF_ONE_SERVER = re.compile(r"^(SET |SELECT pg_catalog\.set_config|\\|--|CREATE SCHEMA|COMMENT )")


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = os.environ.get("DATABASE_URL", "")
        database = create_postgresql(server) if server else f"sqlite:///{folder / 'clinic.sqlite3'}"
        set_environment(folder, database)
        try:
            known = tell_story(folder)
            kind = "postgresql" if server else "sqlite"
            target = HERE / version / kind
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            if server:
                write_packed(target / "clinic.sql.gz", plain_sql(database).encode())
            else:
                write_packed(target / "clinic.sqlite3.gz", whole_file(folder))
            shutil.copytree(folder / "private", target / "private")
            (target / "known.json").write_text(json.dumps(known, indent=1) + "\n")
        finally:
            if server:
                run_on(server, f"DROP DATABASE {DATABASE}")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target}: {size // 1024} KB")


def set_environment(folder: Path, database: str) -> None:
    """Before Django reads its settings; nothing of this machine's own counts."""
    import tests.environment  # noqa: F401  what tests have in common

    os.environ.update(
        VAR_DIR=str(folder),
        DATABASE_URL=database,
        CLINIC_DATA_KEYS=SAMPLE_DATA_KEY,
        SECRET_KEY=SAMPLE_SECRET_KEY,
        DJANGO_SETTINGS_MODULE="clinic_site.settings",
    )


def tell_story(folder: Path) -> dict[str, object]:
    """Set up the site with a few of the starter pages, and let the story happen."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from clinic_site.management.commands import prepare_site
    from conditions.publishing.starter_files import load_all
    from tests.upgrades import story

    few = partial(load_all, folder=some_starter_pages(folder / "starter"))
    with (
        mock.patch.object(prepare_site.Command, "collect_static_files"),
        mock.patch("conditions.management.commands.load_starter.load_all", few),
    ):
        call_command("prepare_site", verbosity=0)
    story.tell()
    known = {**story.known(), "rows": rows_of_each_table(), "migrations": applied()}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{folder / 'whole.sqlite3'}'")
    connection.close()
    return known


def some_starter_pages(folder: Path) -> Path:
    from conditions.publishing.starter_files import STARTER_DIR

    shutil.copytree(STARTER_DIR / "lists", folder / "lists")
    for name in STARTER_PAGES:
        shutil.copy(STARTER_DIR / f"{name}.toml", folder)
    return folder


def rows_of_each_table() -> dict[str, int]:
    """How many rows there are of each model, by its label."""
    from django.apps import apps

    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"clinic_site", "conditions", "referrals", "auth", "mfa"}
    }


def applied() -> list[str]:
    """The site's own migrations in this database, as `app.name`."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    own = {"clinic_site", "conditions", "referrals"}
    found = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in found if app in own)


def whole_file(folder: Path) -> bytes:
    return (folder / "whole.sqlite3").read_bytes()


def plain_sql(database: str) -> str:
    """Statements alone, without an owner, that a server of another age understands too."""
    options = ["--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"]
    options += ["--inserts", "--rows-per-insert=100", "--schema=public"]
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    program = str(binaries[-1]) if binaries else "pg_dump"
    dumped = subprocess.run(
        [program, *options, database.replace("postgres://", "postgresql://")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return "\n".join(statements(dumped)) + "\n"


def statements(dumped: str) -> list[str]:
    """Lines of a dump without those of one server. What stands inside a value or a function stays
    as it is."""
    kept, is_inside = [], False
    for line in dumped.split("\n"):
        if is_inside or not (OF_ONE_SERVER.match(line) or not line.strip()):
            kept.append(line)
            is_inside ^= (line.count("'") + line.count("$$")) % 2 == 1
    return kept


def write_packed(path: Path, data: bytes) -> None:
    path.write_bytes(gzip.compress(data, 9, mtime=0))


def create_postgresql(server: str) -> str:
    run_on(server, f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))


def run_on(server: str, *commands: str) -> None:
    import psycopg2

    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for command in commands:
            cursor.execute(command)
    connection.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
