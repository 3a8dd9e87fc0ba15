"""Sees what a request writes into the database."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Beside what counts and remembers: a refusal is a line of the sign-in log.
COUNTED_ANYWAY = {"clinic_site_staffsession", "clinic_site_ratecount", "clinic_site_cache"}
COUNTED_ANYWAY |= {"clinic_site_signinevent"}


@contextmanager
def watched() -> Iterator[set[str]]:
    """The tables that are written to, even where it is taken back later."""
    tables: set[str] = set()

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(str(sql)):
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield tables


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written in here is undone at its end, as Django undoes what a test writes."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def fingerprint() -> dict[str, str]:
    """How many rows each table has, and a digest of them."""
    prints = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in COUNTED_ANYWAY:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(map(repr, cursor.fetchall()))
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            prints[table] = f"{len(rows)} rows, {digest[:16]}"
    return prints
