"""What may be said of an exception: never its own words, which may quote a patient.

Databases quote the values of a row they refuse, mail servers an address, Django what was typed.
So each kind has its own way to say what is ours to read: a table, a column, a constraint, a code, a
file of ours. What fits no pattern here is left out; type and places in the code are always there.
"""

import errno
import re
import smtplib
import socket
import sqlite3
import ssl
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from itertools import chain, islice
from typing import Any

from django.apps import apps
from django.conf import global_settings, settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as AnyDatabaseError
from django.template import TemplateDoesNotExist
from django.urls import NoReverseMatch

from clinic_site.logs.ours import database_server, mail_server, our_file

LONGEST = 500
CHAIN_AT_MOST = 6
FRAMES = 6
OTHER_TABLES = {"django_migrations"}
NAME = r"[\w.]{1,130}"
SQLITE_WORDS = {
    "attempt to write a readonly database",
    "cannot rollback - no transaction is active",
    "cannot start a transaction within a transaction",
    "database disk image is malformed",
    "database is locked",
    "database or disk is full",
    "database schema has changed",
    "database schema is locked: main",
    "database table is locked",
    "disk I/O error",
    "file is not a database",
    "FOREIGN KEY constraint failed",
    "interrupted",
    "locking protocol",
    "out of memory",
    "too many SQL variables",
    "unable to open database file",
}
SQLITE_NAMED = [
    *("no such table", "no such column", "no such index", "duplicate column name"),
    *("UNIQUE constraint failed", "NOT NULL constraint failed", "CHECK constraint failed"),
]
DATABASE_NAMED = [
    re.compile(rf"(?P<words>{'|'.join(SQLITE_NAMED)}): (?P<names>{NAME}(?:, {NAME})*)"),
    re.compile(rf"(?P<words>UNIQUE constraint failed: index) '(?P<names>{NAME})'"),
    re.compile(rf"table (?P<names>{NAME}) (?P<words>has no column named) (?P<more>{NAME})"),
    re.compile(rf'relation "(?P<names>{NAME})" (?P<words>does not exist|already exists)'),
    re.compile(rf'column "?(?P<names>{NAME})"? (?P<words>does not exist)'),
    re.compile(
        rf'column "(?P<names>{NAME})" of relation "(?P<more>{NAME})" (?P<words>does not exist)'
    ),
    re.compile(rf"(?P<words>permission denied for \w+) (?P<names>{NAME})"),
    re.compile(rf"(?P<names>{NAME}) (?P<words>is append-only)"),
]
# What a server says that has no code for it yet: while it is reached.
CONNECTING = {
    "Connection refused": "connection refused",
    "No such file or directory": "no socket there",
    "Connection timed out": "timeout",
    "timeout expired": "timeout",
    "could not translate host name": "no such host",
    "password authentication failed": "password refused",
    "no pg_hba.conf entry": "refused by pg_hba.conf",
    "server closed the connection unexpectedly": "server closed the connection",
    "SSL connection has been closed unexpectedly": "server closed the connection",
    "connection already closed": "connection already closed",
    "certificate verify failed": "certificate refused",
    "the database system is starting up": "starting up",
    "the database system is shutting down": "shutting down",
    "too many clients already": "too many clients",
    "remaining connection slots are reserved": "too many clients",
    "unsupported startup parameter": "PgBouncer needs ignore_startup_parameters = options",
    "No route to host": "no route to host",
    "Network is unreachable": "network unreachable",
    "the database system is in recovery mode": "recovering",
    "server does not support SSL": "no TLS there",
}
NO_SUCH = re.compile(r'FATAL:  (database|role) "[^"]*" does not exist')
# OpenSSL's numbers of why a certificate is not taken.
CERTIFICATE = {
    9: "not valid yet",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "of an unknown authority",
    62: "of another host",
    64: "of another host",
}
NO_ADDRESS = {
    getattr(socket, name): name for name in dir(socket) if re.fullmatch("EAI_[A-Z]+", name)
}
NOT_COLLECTED = re.compile(
    r"Missing staticfiles manifest entry for '((?:[a-z0-9_-]+/)*[a-z0-9_.-]+\.[a-z0-9]{2,5})'"
)
TEMPLATE = re.compile(r"[a-z0-9_/-]{1,120}\.(?:html|txt|xml|svg)")
MODULE = re.compile(r"[A-Za-z_][\w.]{0,120}")
VIEW = re.compile(r"Reverse for '([\w:.-]{1,120})'")


def described(error: BaseException) -> dict[str, Any]:
    """`exception`, `said` where anything may be said, `places`; `because` of what was behind it."""
    behind = [told(other) for other in islice(causes(error), CHAIN_AT_MOST)]
    facts = {"exception": kind(error), "said": said(error), "places": places(error)}
    return {name: value for name, value in {**facts, "because": behind}.items() if value}


def told(error: BaseException) -> str:
    """Kind, words and the last place of what stands behind another exception."""
    words = said(error)
    place = places(error).rpartition("; ")[2]
    return f"{kind(error)}{f': {words}' if words else ''}{f' ({place})' if place else ''}"


def kind(error: BaseException) -> str:
    return type(error).__name__[:60]


def places(error: BaseException) -> str:
    """The last places in our own code, and the last two of all."""
    every = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in every if "site-packages" not in frame.filename][-FRAMES:]
    frames = ours + [frame for frame in every[-2:] if frame not in ours]
    return "; ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def causes(error: BaseException) -> Iterator[BaseException]:
    """What stands behind an exception, as Python shows it, each once; and the parts of a group."""
    seen, waiting = {id(error)}, behind_it(error)
    while waiting:
        other = waiting.pop(0)
        if id(other) not in seen:
            seen.add(id(other))
            yield other
            waiting += behind_it(other)


def behind_it(error: BaseException) -> list[BaseException]:
    other = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return [*([other] if other else []), *parts]


def said(error: BaseException) -> str:
    """What is ours to read in it; empty for what may quote anybody."""
    if isinstance(error, errors_of_postgresql()):
        return of_postgresql(error)[:LONGEST]
    for kinds, way in WAYS:
        if isinstance(error, kinds):
            return way(error)[:LONGEST]
    return ""


def errors_of_postgresql() -> tuple[type[BaseException], ...]:
    """Those of its driver; none where it is not loaded. A site on SQLite has no room for it."""
    driver = sys.modules.get("psycopg2")
    return (driver.Error,) if driver else ()


def of_database(error: Any) -> str:
    """Django's own exception wraps the driver's, which knows more; both say the same."""
    cause = error.__cause__
    drivers: tuple[type[BaseException], ...] = (sqlite3.Error, *errors_of_postgresql())
    if isinstance(cause, drivers):
        return said(cause)
    return database_words(first_words(error))


def of_sqlite(error: Any) -> str:
    return database_words(first_words(error))


def of_postgresql(error: Any) -> str:
    """Code, severity and names. The detail quotes values, so it is never asked for."""
    words = first_words(error)
    if not error.pgcode:
        return while_connecting(words)
    diag = error.diag
    severity = diag.severity_nonlocalized or ""
    facts = [
        error.pgcode if re.fullmatch(r"[0-9A-Z]{5}", error.pgcode) else "",
        name_of_code(error.pgcode),
        severity if re.fullmatch(r"[A-Z]{3,10}", severity) else "",
        database_words(diag.message_primary or ""),
        *[
            f"{label} {known(name)}"
            for label, name in [
                ("table", diag.table_name),
                ("column", diag.column_name),
                ("constraint", diag.constraint_name),
            ]
            if name
        ],
    ]
    return ", ".join(filter(None, facts))


def while_connecting(words: str) -> str:
    """Why there is no connection, and to which server, where it is the one of the settings."""
    why = next((ours for theirs, ours in CONNECTING.items() if theirs in words), "")
    if not why and (missing := NO_SUCH.search(words)):
        why = f"no such {missing[1]}"
    return ", ".join(filter(None, [why, database_server(words) if why else ""]))


def name_of_code(code: str) -> str:
    try:
        return str(import_module("psycopg2.errorcodes").lookup(code))
    except KeyError:
        return ""


def database_words(words: str) -> str:
    """One of the sentences above, with the names of our own tables, columns and constraints."""
    if words in SQLITE_WORDS:
        return words
    for found in filter(None, (pattern.fullmatch(words) for pattern in DATABASE_NAMED)):
        names = [*found["names"].split(", "), *filter(None, [found.groupdict().get("more")])]
        return f"{found['words']}: {', '.join(map(known, names))}"
    return ""


def known(name: str) -> str:
    """The name, as far as each of its parts is ours; `…` stands for any other."""
    return ".".join(part if is_ours(part) else "…" for part in name.split("."))


def is_ours(name: str) -> bool:
    """A name of our models, or one that Django made of them: `referrals_enquiry_pkey`."""
    if not apps.models_ready or not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        return False
    return name in names_of_models() or name.startswith(beginnings())


@cache
def names_of_models() -> frozenset[str]:
    """Tables, columns, constraints and indexes that the code knows."""
    models = apps.get_models(include_auto_created=True)
    found = [
        [model._meta.db_table for model in models],
        [str(f.column) for model in models for f in model._meta.local_concrete_fields],
        [c.name for model in models for c in model._meta.constraints],
        [i.name for model in models for i in model._meta.indexes],
        [cache["LOCATION"] for cache in settings.CACHES.values() if cache.get("LOCATION")],
        OTHER_TABLES,
    ]
    return frozenset(map(str, chain.from_iterable(found)))


@cache
def beginnings() -> tuple[str, ...]:
    return tuple(f"{config.label}_" for config in apps.get_app_configs())


def of_system(error: Any) -> str:
    """The name of the error, with the file or the server where it is one of ours."""
    files = [our_file(path) for path in (error.filename, error.filename2) if path]
    return " ".join(filter(None, [name_of_system(error), *files, mail_server(error)]))


def name_of_system(error: Any) -> str:
    if isinstance(error, ssl.SSLError):
        reason = str(getattr(error, "reason", "") or "")
        why = CERTIFICATE.get(getattr(error, "verify_code", 0), "")
        known = reason if re.fullmatch(r"[A-Z0-9_]{3,60}", reason) else ""
        return f"{known}: {why}" if known and why else known
    if isinstance(error, socket.gaierror):
        return NO_ADDRESS.get(error.errno or 0, "")
    return errno.errorcode.get(error.errno or 0, "")


def of_mail(error: Any) -> str:
    """The server's code, and which server. Its words may hold an address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(answer[0]) for answer in error.recipients.values()})
    else:
        codes = [str(getattr(error, "smtp_code", ""))]
    known = [code for code in codes if re.fullmatch(r"\d{3}", code)]
    return " ".join([*known, *filter(None, [mail_server(error)])])


def of_template(error: Any) -> str:
    words = first_words(error)
    return words if TEMPLATE.fullmatch(words) else ""


def of_import(error: Any) -> str:
    name = error.name or ""
    return name if MODULE.fullmatch(name) else ""


def of_address(error: Any) -> str:
    found = VIEW.match(first_words(error))
    return found[1] if found else ""


def of_setting(error: Any) -> str:
    """A key that is missing, where it is the name of a setting."""
    name = first_words(error)
    is_setting = hasattr(global_settings, name) or name in dir(settings) if name else False
    return name if name.isupper() and is_setting else ""


def of_static_file(error: Any) -> str:
    """A file of ours that was never collected. Only Django's own storage says so."""
    frames = traceback.extract_tb(error.__traceback__)
    is_its_own = bool(frames) and frames[-1].filename.endswith("/staticfiles/storage.py")
    found = NOT_COLLECTED.match(first_words(error)) if is_its_own else None
    return f"not collected: {found[1]}" if found else ""


def of_set_up(error: Any) -> str:
    """Ours, for whoever sets the site up."""
    return " ".join(first_words(error).split())


def first_words(error: BaseException) -> str:
    words = error.args[0] if error.args else ""
    return words.strip()[:2000] if isinstance(words, str) else ""


# The first that fits speaks: an SMTPException is an OSError too.
WAYS: list[tuple[Any, Callable[[Any], str]]] = [
    (AnyDatabaseError, of_database),
    (sqlite3.Error, of_sqlite),
    (smtplib.SMTPException, of_mail),
    (UnicodeError, lambda _: ""),
    (TemplateDoesNotExist, of_template),
    (ImproperlyConfigured, of_set_up),
    (NoReverseMatch, of_address),
    (ImportError, of_import),
    (OSError, of_system),
    (KeyError, of_setting),
    (ValueError, of_static_file),
]
