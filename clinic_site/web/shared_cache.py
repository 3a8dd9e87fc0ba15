"""The cache in a Redis that several machines share, where CACHE_URL names one.

It holds what a process may forget: how often somebody tried, and which code was used already.
While it is away each process remembers by itself, as with a missing table (caching.py): people can
still sign in, and still not without end. Its library is loaded only here, when it is first asked.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from clinic_site.health import Health, asks

logger = logging.getLogger(__name__)
SHARED = f"{__name__}.SharedCache"


@asks(
    "Does the shared cache answer?",
    mend="Start Redis, or correct CACHE_URL. Until then each process counts tries by itself.",
)
def shared_cache() -> Health:
    if settings.CACHES["default"]["BACKEND"] != SHARED:
        return Health("shared cache", ok=True, detail={"used": "no"})
    cache: Any = caches["default"]
    return Health("shared cache", cache.answers(), {"used": "yes"})


class AsJson:
    """Values as JSON: what Django writes by itself could run code here, if another wrote it."""

    def dumps(self, value: Any) -> bytes | int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return value if is_number else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SharedCache(RedisCache):
    """As Django's; what fails is asked of this process instead, and said in the log."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._process = LocMemCache("while the shared cache is away", params)

    @property
    def _redis(self) -> Any:
        return self._cache

    @property
    def troubles(self) -> tuple[type[Exception], ...]:
        return (self._redis._lib.exceptions.RedisError, OSError)

    def answers(self) -> bool:
        try:
            return bool(self._redis.get_client().ping())
        except self.troubles:
            return False

    def _or_here(self, ask: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return ask(*args, **kwargs)
        except self.troubles as error:
            logger.error("the shared cache does not answer: %s", type(error).__name__)
            return getattr(self._process, name)(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().get, "get", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().get_many, "get_many", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().set, "set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().add, "add", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().touch, "touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().delete, "delete", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().has_key, "has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._or_here(super().incr, "incr", *args, **kwargs)

    def clear(self) -> Any:
        return self._or_here(super().clear, "clear")
