"""Headers that no browser writes: the answer is a page with the rooms' telephone, never a fault.

Django reads the kind of a body before any middleware, and how long it is only when somebody asks.
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest

UNREADABLE = "application/octet-stream"


class TolerantRequest(WSGIRequest):
    """Takes a kind of body that cannot be read, such as `charset*=utf-8''%00`, for no form."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (ValueError, LookupError):
            meta["CONTENT_TYPE"] = UNREADABLE
            super()._set_content_type_params(meta)  # type: ignore[misc]


class TolerantHandler(WSGIHandler):
    request_class = TolerantRequest


def has_odd_length(request: HttpRequest) -> bool:
    """Whether it says how long its body is in something else than a number."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not (length.isascii() and length.isdecimal())
