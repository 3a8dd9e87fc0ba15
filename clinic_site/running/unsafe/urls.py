"""Variables that hold a URL with user and password. Read wrongly, they name another server.

A sign that a URL cannot hold is refused wherever it stands, so that there is one rule to remember.
The value itself is never repeated: it holds a password.
"""

import re
from urllib.parse import urlsplit

FROM_DATABASE = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
MAIL_SERVER = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
NO_MAIL_SERVER = ("filemail", "dummymail", "memorymail", "consolemail")
SIGNS = "In user and password write @ as %40, / as %2F, # as %23, ? as %3F, % as %25."
LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
EMAIL_EXAMPLE = "smtp+tls://user:password@mail.host:587"
DATABASE_EXAMPLE = "postgres://user:password@host/name"
SERVERS_EXAMPLE = "postgres://user:password@one:5432,two:5432/name"


def email_problem(text: str) -> str:
    """A sentence, or empty."""
    scheme, rest = parts_of(text)
    if scheme in NO_MAIL_SERVER:
        return ""
    if scheme not in MAIL_SERVER:
        return f"EMAIL_URL names no way to send mail that is known: write {EMAIL_EXAMPLE}."
    if is_misread(rest) or after_host(rest).strip("/"):
        return f"EMAIL_URL would be misread. {SIGNS}"
    return server_problem("EMAIL_URL", rest, EMAIL_EXAMPLE, "mail server")


def database_problem(text: str) -> str:
    """A sentence, or empty."""
    scheme, rest = parts_of(text)
    if scheme not in FROM_DATABASE:
        return f"DATABASE_URL names no PostgreSQL and no SQLite: write {DATABASE_EXAMPLE}."
    if scheme == "sqlite":
        return sqlite_problem(text)
    if is_misread(rest):
        return f"DATABASE_URL would be misread. {SIGNS}"
    path = after_host(rest).partition("?")[0].strip("/")
    if "/" in path:
        return f"DATABASE_URL would be misread. {SIGNS}"
    if problem := servers_problem(rest):
        return problem
    if not path:
        return f"DATABASE_URL names no database: write {DATABASE_EXAMPLE}."
    return ""


def servers_problem(rest: str) -> str:
    """Of one server, or of several with a comma between them, each with its own port or none."""
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    servers = authority.rpartition("@")[2].split(",")
    problems = (port_problem("DATABASE_URL", server, DATABASE_EXAMPLE) for server in servers)
    if problem := next(filter(None, problems), ""):
        return problem
    if len(servers) > 1 and not all(servers):
        return f"DATABASE_URL has a comma without a server: write {SERVERS_EXAMPLE}."
    if len({bool(re.search(r":\d+$", server)) for server in servers}) > 1:
        return f"DATABASE_URL has a port for some servers alone: write {SERVERS_EXAMPLE}."
    return ""


def sqlite_problem(text: str) -> str:
    path = text.partition("://")[2].strip("/")
    if path and path != ":memory:":
        return ""
    return "DATABASE_URL names no file, so nothing would be kept: write sqlite:////folder/file."


def parts_of(text: str) -> tuple[str, str]:
    """The scheme in small letters, and all behind `://`; empty where there is no such sign."""
    scheme, sign, rest = text.strip().partition("://")
    return (scheme.casefold(), rest) if sign else ("", "")


def is_misread(rest: str) -> bool:
    """Whether user or password hold a sign that ends them, or that means something else."""
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    behind = rest[len(authority) :]
    person = authority.rpartition("@")[0]
    return (
        "@" in behind  # a sign before it ended the password
        or "#" in behind
        or "@" in person
        or bool(re.search(r"[\[\]\s]", person))
        or bool(LONE_PERCENT.search(person))
        or ("@" not in authority and not behind.startswith("/") and bool(behind))
    )


def after_host(rest: str) -> str:
    return rest[len(re.split("[/?#]", rest, maxsplit=1)[0]) :]


def port_problem(name: str, rest: str, example: str) -> str:
    try:
        _ = urlsplit(f"//{rest}").port
    except ValueError:
        return f"{name} has a port that is no number from 0 to 65535: write {example}. {SIGNS}"
    return ""


def server_problem(name: str, rest: str, example: str, what: str) -> str:
    if problem := port_problem(name, rest, example):
        return problem
    return "" if urlsplit(f"//{rest}").hostname else f"{name} names no {what}: write {example}."
