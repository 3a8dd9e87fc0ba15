"""Questions that are asked at nearly every request: Django writes their SQL once.

Writing it takes up to forty times as long as the database takes to answer it. Only for questions
whose words never change: what differs from one time to the next is `Given`.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands for a value, of the kind of a field, that is told when the question is asked."""

    def __init__(self, name: str, kind: Any) -> None:
        super().__init__(output_field=kind)
        self.name, self.kind = name, kind

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Written:
    """A question as any connection to the same kind of database asks it. `names` are those of its
    columns, in their order. It keeps no connection: that is closed with its thread."""

    def __init__(self, question: "QuerySet[Any]", connection: Any) -> None:
        compiler = question.query.get_compiler(connection=connection)
        self.vendor, self.query = connection.vendor, question.query
        self.sql, self.parameters = compiler.as_sql()
        self.columns = [column for column, *_ in compiler.select]
        self.names = [alias or column.target.attname for column, _, alias in compiler.select]
        self.info, self.annotated = compiler.klass_info, compiler.annotation_col_map
        self._here = threading.local()

    def answers(self, given: dict[str, Any]) -> Iterable[list[Any]]:
        """Rows of values as fields make them of what the database gives."""
        connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        parameters = [
            one.kind.get_db_prep_value(given[one.name], connection)
            if isinstance(one, Given)
            else one
            for one in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        compiler, converters = self.converting(connection)
        return compiler.apply_converters(rows, converters)

    def converting(self, connection: Any) -> tuple[Any, Any]:
        """What makes the values of fields of what this thread's connection gives."""
        known: tuple[Any, Any] | None = getattr(self._here, "converting", None)
        if known is None or known[0].connection is not connection:
            compiler: Any = self.query.get_compiler(connection=connection)
            self._here.converting = known = compiler, compiler.get_converters(self.columns)
        return known


class WrittenOnce(Generic[Row]):
    """`write` makes the queryset: once in each process, whichever thread asks first."""

    def __init__(self, write: "Callable[[], QuerySet[Row, Any]]") -> None:
        self.write = write
        self._written: Written | None = None

    def rows(self, **given: Any) -> list[dict[str, Any]]:
        """Each row by the names of its columns, annotations among them."""
        written = self.written()
        return [dict(zip(written.names, row, strict=True)) for row in written.answers(given)]

    def objects(self, **given: Any) -> list[Row]:
        """As the queryset itself gives them, but for `select_related`."""
        written = self.written()
        info, annotated = written.info, written.annotated
        fields = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        found: list[Row] = []
        for row in written.answers(given):
            one = info["model"].from_db(DEFAULT_DB_ALIAS, written.names[fields], row[fields])
            vars(one).update({name: row[place] for name, place in annotated.items()})
            found.append(one)
        return found

    def written(self) -> Written:
        connection = connections[DEFAULT_DB_ALIAS]
        known = self._written
        if known is None or known.vendor != connection.vendor:
            self._written = known = Written(self.write(), connection)
        return known
