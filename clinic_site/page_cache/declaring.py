"""How a view says that its answer is the same bytes for every visitor."""

from collections.abc import Callable
from typing import Any

from django.urls import Resolver404, resolve
from django.views.decorators.cache import cache_control

FRESH = 1  # seconds that a cache in front of the site may not ask, and again while it asks
AT_MOST = 24 * 60 * 60  # seconds for which an old page is better than an error

# A browser asks each time (304 by ETag), and never shows an old page while it asks: whoever
# publishes sees it at once. The two times of RFC 5861 are for a proxy such as nginx.
RULES: dict[str, Any] = {
    "public": True,
    "max_age": 0,
    "must_revalidate": True,
    "s_maxage": FRESH,
    "stale_while_revalidate": FRESH,
    "stale_if_error": AT_MOST,
}


def readable_by_all(view: Callable[..., Any]) -> Any:
    """The decorated view reads no cookie, nothing of its visitor, and no query without which its
    address would be asked."""
    decorated: Any = cache_control(**RULES)(view)
    decorated.is_readable_by_all = True
    return decorated


def is_readable_by_all(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return getattr(view, "is_readable_by_all", False)
