"""The cache in the database, which outlives its table.

Without the table nobody could sign in, as each code is noted there. Until it is back, each process
remembers by itself; health and a check say so, and `prepare_site` makes the table.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import BaseDatabaseCache, DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection

from clinic_site.health import Health, asks

logger = logging.getLogger(__name__)


def missing_tables() -> list[str]:
    """Names of cache tables that are not in the database. Raises `django.db.Error`."""
    backend = f"{__name__}.{LastingCache.__name__}"
    wanted = [str(c["LOCATION"]) for c in settings.CACHES.values() if c["BACKEND"] == backend]
    there = connection.introspection.table_names() if wanted else []
    return [table for table in wanted if table not in there]


@asks(
    "Is the cache table there?",
    mend="Run python manage.py prepare_site. Pages are slower until then.",
)
def cache_table() -> Health:
    return Health("cache table", ok=not missing_tables(), detail={})


class LastingCache(BaseDatabaseCache):
    """Looks for the table first: a failed question would spoil a transaction on PostgreSQL."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._name = table
        self._database = DatabaseCache(table, params)
        self._process = LocMemCache(table, params)

    @property
    def _place(self) -> BaseCache:
        if self._name not in missing_tables():
            return self._database
        logger.error("The table %s is missing: run manage.py prepare_site.", self._name)
        return self._process

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.get(*args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.get_many(*args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.set(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.add(*args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.touch(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.delete(*args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._place.has_key(*args, **kwargs)

    def clear(self) -> None:
        self._place.clear()
