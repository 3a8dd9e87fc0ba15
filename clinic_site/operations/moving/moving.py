"""The move itself: refuse, close, copy, compare, and only then let go."""

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import Error, connection
from django.utils.module_loading import import_string

from clinic_site.operations.moving.columns import WrongValue
from clinic_site.operations.moving.ends import End, Row
from clinic_site.operations.moving.refusing import MoveRefused, reason
from clinic_site.operations.moving.standing_still import (
    closed_for_writing,
    stopped_site,
)
from clinic_site.operations.moving.tables import (
    Table,
    refuse_strange,
    refuse_unfinished,
    site_tables,
)
from clinic_site.operations.moving.targets import Target, target_of
from clinic_site.running.moved_away import MovedAway, mark_as_moved, refuse_moved
from clinic_site.sealing.keys import check_keys

NOTHING_CHANGED = "Nothing was moved: the site’s database is as it was."


class Tally(NamedTuple):
    """How many rows a table has, and a digest of all of them in whatever order: the sum of the
    SHA-256 of each. `highest` is the highest number ever given, None where keys are no numbers."""

    rows: int
    digest: int
    highest: int | None

    def short(self) -> str:
        return f"{self.digest:064x}"[:12]


class Sum:
    """Grows to a `Tally`."""

    def __init__(self) -> None:
        self.rows = self.digest = 0

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows += 1
            self.digest += int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big")

    def tally(self, highest: int | None) -> Tally:
        return Tally(self.rows, self.digest % 2**256, highest)


def move(*, to: str, leave: Iterable[str] = ()) -> dict[str, Tally]:
    """Copy the whole database to `to`, a DATABASE_URL of an empty one; the tally of each table.

    Raises `MoveRefused`, with the source as it was and the target empty.
    """
    source, target = End(connection), target_of(to)
    with stopped_site():
        in_words(source, lambda: refuse_source(source, leave=leave))
        in_words(target, target.refuse_if_unusable)
        try:
            with closed_for_writing(source):
                hold_mail(source, target)
                mark_as_moved(to=target.called())
                return carried(source, target)
        except Error as error:  # from beginning or ending the transaction itself
            target.clear()
            raise MoveRefused(f"{source.called()}: {reason(error)}.") from error
        except BaseException:
            target.clear()
            raise


Result = TypeVar("Result")


def in_words(end: End, do: Callable[[], Result], *, about: str = "") -> Result:
    """What the database refuses becomes a sentence that names it."""
    try:
        return do()
    except (Error, OSError, UnicodeError) as error:
        table = f", table {about}" if about else ""
        raise MoveRefused(f"{end.called()}{table}: {reason(error)}.") from error


def refuse_source(source: End, *, leave: Iterable[str]) -> None:
    try:
        refuse_moved()
    except MovedAway as moved:
        raise MoveRefused(str(moved)) from None
    refuse_unfinished(connection)
    check_keys()
    refuse_strange(connection, leave=leave)
    source.refuse_company()


def hold_mail(source: End, target: Target) -> None:
    """In both: the row is copied with the others. So whichever of the two is started by mistake
    sends nothing a second time."""
    why = f"the database was moved from {source.called()} to {target.called()}"
    import_string(settings.BACKUP_ASKS["hold_mail"])(why=why)


def carried(source: End, target: Target) -> dict[str, Tally]:
    in_words(target, target.make_tables)
    in_words(target, target.begin)
    tables = site_tables()
    for table in tables:  # what migrations put there
        sql = f"DELETE FROM {target.quote(table.name)}"
        in_words(target, partial(target.ask, sql), about=table.name)
    before = {table.name: copied(source, target, table) for table in tables}
    for table in tables:
        compare(before[table.name], counted(target, table), table)
    if missing := source.guards() - target.guards():
        raise MoveRefused(f"{target.called()} lacks the triggers {', '.join(sorted(missing))}.")
    in_words(target, target.commit)
    in_words(target, lambda: target.run(*settings.MADE_ANEW.values()))
    in_words(target, target.finish)
    return before


def copied(source: End, target: Target, table: Table) -> Tally:
    total = Sum()
    batches = source.batches(table)
    while rows := in_words(source, lambda: next(batches, None), about=table.name):
        plain = [plain_row(table, row) for row in rows]
        total.add(plain)
        in_words(target, partial(target.add, table, plain), about=table.name)
    highest = None
    if table.counts:
        highest = in_words(source, lambda: source.highest(table), about=table.name)
        in_words(target, lambda: target.set_highest(table, highest), about=table.name)
    return total.tally(highest)


def counted(target: Target, table: Table) -> Tally:
    def count() -> Tally:
        total = Sum()
        for rows in target.batches(table):
            total.add(plain_row(table, row) for row in rows)
        return total.tally(target.highest(table) if table.counts else None)

    return in_words(target, count, about=table.name)


def compare(before: Tally, after: Tally, table: Table) -> None:
    if before != after:
        raise MoveRefused(
            f"The table {table.name} is not the same there: {before.rows} rows, digest"
            f" {before.short()} here; {after.rows} rows, digest {after.short()} there."
        )


def plain_row(table: Table, row: Row) -> Row:
    """Raises `MoveRefused` with table, row and column, and never with what stands there."""
    try:
        return tuple(column.read(value) for column, value in zip(table.columns, row, strict=True))
    except (ValueError, TypeError, ArithmeticError):
        raise MoveRefused(wrong_value(table, row)) from None


def wrong_value(table: Table, row: Row) -> str:
    for column, value in zip(table.columns, row, strict=True):
        try:
            column.read(value)
        except (ValueError, TypeError, ArithmeticError) as error:
            said = str(error) if isinstance(error, WrongValue) else "it cannot be read"
            return f"The table {table.name}, row {row[0]}, column {column.name}: {said}."
    return f"The table {table.name}, row {row[0]}: it cannot be read."
