"""The search index inside the database: FTS5 of SQLite, full text of PostgreSQL.

One row per publication, whether it is live or not: what is live is a question of time. The index
holds no word that is not in a payload, so it can be dropped and made again at any moment.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from conditions.search.wording import Concept, plain_words

TABLE = "conditions_search"
Columns = tuple[str, str, str]  # title, key words, body


class Index(Protocol):
    """What both databases can do."""

    def create(self) -> None:
        """Make the empty index, in place of one that is there."""

    def drop(self) -> None: ...

    def add(self, key: int, columns: Columns) -> None:
        """Index a publication, in place of what was there under its key."""

    def remove(self, key: int) -> None:
        """Forget a publication, its words included."""

    def keys(self) -> set[int]:
        """The publications that are in the index."""

    def holding(self, concepts: Sequence[Concept], *, every: bool) -> list[int]:
        """All publications that hold every concept, or at least one; in no order."""

    def likeliest(
        self, concepts: Sequence[Concept], keys: AbstractSet[int], *, every: bool, most: int
    ) -> list[int]:
        """Of `keys`, which all hold them, the likeliest first, as far as title and headings tell.
        They may be fewer than `most`."""


def find(
    concepts: Sequence[Concept], keys: AbstractSet[int], *, every: bool, most: int
) -> tuple[list[int], int]:
    """Of `keys` those that hold every concept, or at least one; and how many there are. Of more
    than `most` the likeliest, without weighing all: filled up with those published first."""
    index = index_of()
    found = keys & set(index.holding(concepts, every=every))
    if len(found) <= most:
        return sorted(found), len(found)
    best = index.likeliest(concepts, found, every=every, most=most)
    more = sorted(found - set(best))
    return [*best, *more][:most], len(found)


def index_of(database: Any = connection) -> Index:
    kinds: dict[str, type[Any]] = {"sqlite": SQLiteIndex, "postgresql": PostgreSQLIndex}
    return kinds[database.vendor](database)


def not_in_step() -> int:
    """How many publications the index lacks, or holds although they are gone."""
    from conditions.models import Publication  # of which nothing else here knows

    published = set(Publication.objects.exclude(payload={}).values_list("pk", flat=True))
    return len(published ^ index_of().keys())


class SQLiteIndex:
    """A virtual table of FTS5 whose row ids are the keys of publications."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self.database = database

    def create(self) -> None:
        self.drop()
        with self.database.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
                "title, keys, body, tokenize = 'porter unicode61 remove_diacritics 2')"
            )

    def drop(self) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")

    def add(self, key: int, columns: Columns) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [key])
            cursor.execute(
                f"INSERT INTO {TABLE} (rowid, title, keys, body) VALUES (%s, %s, %s, %s)",
                [key, *columns],
            )

    def remove(self, key: int) -> None:
        """FTS5 keeps the words of a deleted row until its parts are merged: merge them now."""
        with self.database.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [key])
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")

    def keys(self) -> set[int]:
        with self.database.cursor() as cursor:
            cursor.execute(f"SELECT rowid FROM {TABLE}")
            return {row[0] for row in cursor.fetchall()}

    def holding(self, concepts: Sequence[Concept], *, every: bool) -> list[int]:
        with self.database.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s",
                [fts5_queries(concepts, every=every)],
            )
            return [row[0] for row in cursor.fetchall()]

    def likeliest(
        self, concepts: Sequence[Concept], keys: AbstractSet[int], *, every: bool, most: int
    ) -> list[int]:
        """The text below the headings is not weighed: that takes longer than all else. Versions
        that are not live are left out here, as FTS5 would search anew for each key it is told."""
        best: list[int] = []
        with self.database.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY bm25({TABLE}, 8, 3, 0)",
                [f"{{title keys}} : ({fts5_queries(concepts, every=every)})"],
            )
            while len(best) < most and (rows := cursor.fetchmany(most)):
                best += [key for (key,) in rows if key in keys]
        return best[:most]


def fts5_queries(concepts: Iterable[Concept], *, every: bool) -> str:
    return (" AND " if every else " OR ").join(map(fts5_query, concepts))


def fts5_query(concept: Concept) -> str:
    """Every phrase in double quotes, so that no word of a visitor is an operator."""
    phrases = (" ".join(words).replace('"', '""') for words in concept.phrases)
    return "(" + " OR ".join(f'"{phrase}"' for phrase in phrases) + ")"


class PostgreSQLIndex:
    """A table of text vectors: titles weigh A, key words B, all else D."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self.database = database

    def create(self) -> None:
        self.drop()
        with self.database.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {TABLE} (publication bigint PRIMARY KEY, words tsvector NOT NULL)"
            )
            cursor.execute(f"CREATE INDEX {TABLE}_words ON {TABLE} USING gin (words)")

    def drop(self) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")

    def add(self, key: int, columns: Columns) -> None:
        vector = " || ".join(
            f"setweight(to_tsvector('english', %s), '{weight}')" for weight in "ABD"
        )
        with self.database.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} (publication, words) VALUES (%s, {vector}) "
                "ON CONFLICT (publication) DO UPDATE SET words = excluded.words",
                [key, *map(as_plain_text, columns)],
            )

    def remove(self, key: int) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE publication = %s", [key])

    def keys(self) -> set[int]:
        with self.database.cursor() as cursor:
            cursor.execute(f"SELECT publication FROM {TABLE}")
            return {row[0] for row in cursor.fetchall()}

    def holding(self, concepts: Sequence[Concept], *, every: bool) -> list[int]:
        query, phrases = tsquery(concepts, every=every)
        with self.database.cursor() as cursor:
            cursor.execute(f"SELECT publication FROM {TABLE} WHERE words @@ ({query})", phrases)
            return [row[0] for row in cursor.fetchall()]

    def likeliest(
        self, concepts: Sequence[Concept], keys: AbstractSet[int], *, every: bool, most: int
    ) -> list[int]:
        query, phrases = tsquery(concepts, every=every)
        with self.database.cursor() as cursor:
            cursor.execute(
                f"SELECT publication FROM {TABLE}, (SELECT {query} AS asked) AS query "
                "WHERE words @@ asked AND publication = ANY(%s) "
                "ORDER BY ts_rank('{0.05, 0.1, 0.4, 1.0}', words, asked) DESC, publication "
                "LIMIT %s",
                [*phrases, list(keys), most],
            )
            return [row[0] for row in cursor.fetchall()]


def tsquery(concepts: Iterable[Concept], *, every: bool) -> tuple[str, list[str]]:
    """SQL of a query and its parameters. PostgreSQL parses the words: none is an operator."""
    parts, phrases = [], []
    for concept in concepts:
        one = " || ".join(["phraseto_tsquery('english', %s)"] * len(concept.phrases))
        parts.append(f"({one})")
        phrases += [" ".join(words) for words in concept.phrases]
    return (" && " if every else " || ").join(parts), phrases


def as_plain_text(text: str) -> str:
    """Folded words alone: PostgreSQL reads more into hyphens, slashes and dots."""
    return " ".join(plain_words(text))
