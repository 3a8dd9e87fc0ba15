"""PostgreSQL's own tools: which of them fit this server, and how they are told where it is."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from clinic_site.operations.backups.problems import BackupProblem

DEBIAN = Path("/usr/lib/postgresql")
# What libpq is told by variables: nothing of it stands in a list of processes.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def server_major() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def tool(name: str) -> str:
    """The path of `pg_dump` or `pg_restore`, not older than the server."""
    wanted = server_major()
    found = {version: path for path in candidates(name) if (version := version_of(path))}
    fitting = [version for version in sorted(found) if version >= wanted]
    if fitting:
        return found[fitting[0]]
    install = f"apt install postgresql-client-{wanted}"
    if found:
        raise BackupProblem(
            f"{name} here is of PostgreSQL {max(found)}, and the server is {wanted}: an older one"
            f" cannot do it. Nothing was done: {install}."
        )
    raise BackupProblem(f"{name} is not on this machine. Nothing was done: {install}.")


def candidates(name: str) -> list[str]:
    """Debian's, each version in a folder of its own, and what is in the path."""
    debian = [str(path) for path in DEBIAN.glob(f"*/bin/{name}")]
    usual = shutil.which(name)
    return [*([usual] if usual else []), *debian]


def version_of(path: str) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\) (\d+)", said.stdout)
    return int(match[1]) if match else None


def run(name: str, *arguments: str, what: str) -> None:
    """Run a tool on this database. Raises `BackupProblem` with the server's own reason."""
    command = [tool(name), *arguments]
    done = subprocess.run(  # noqa: S603
        command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupProblem(f"{what}: {reason(done.stderr)}")


def environment() -> dict[str, str]:
    told = connection.get_connection_params()
    others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    libpq = {VARIABLES[name]: str(told[name]) for name in VARIABLES if told.get(name)}
    return {**others, **libpq, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C.UTF-8"}


def reason(said: str) -> str:
    """The line with the error. Lines of context hold rows, and are left out."""
    lines = [line for line in said.splitlines() if "error:" in line.lower()]
    if "No space left on device" in said:
        return "the disk is full."
    return (lines[0] if lines else "it ended with an error").strip()[:300]
