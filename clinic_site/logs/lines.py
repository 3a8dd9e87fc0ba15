"""One JSON object per line, in ASCII: whatever a stranger sent, it cannot end a line or begin one.

Django is not needed to write a line, so gunicorn and the supervisor write the same.
"""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from clinic_site.logs.doing import doing_now
from clinic_site.logs.foreign import is_ours, kept_of_others
from clinic_site.logs.paths import without_secrets

LONGEST = 1000


def line_of(facts: dict[str, Any]) -> str:
    """All but ASCII is escaped, also what some readers take for the end of a line (U+2028)."""
    return json.dumps(facts, ensure_ascii=True, default=str)


def time_of(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


class PrivateFormatter(logging.Formatter):
    """Our own words are kept, of others' only what is known to quote nobody."""

    def format(self, record: logging.LogRecord) -> str:
        return line_of(self.facts(record))

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        line: dict[str, Any] = {
            "at": time_of(record.created),
            "level": record.levelname,
            "logger": record.name,
            **doing_now(),
        }
        if is_ours(record.name):
            line["message"] = without_secrets(record.getMessage())[:LONGEST]
        else:
            line |= kept_of_others(record)
        error = record.exc_info[1] if record.exc_info else None
        if error:
            line |= described(error)
        if error and getattr(record, "at_start", False):
            line["words"] = str(error)[:LONGEST]  # before anybody asked for anything
        return line


def described(error: BaseException) -> dict[str, Any]:
    """A line is written in any case: with a broken set-up, without more than the kind."""
    try:
        from clinic_site.logs.exceptions import described  # needs Django and the drivers

        return described(error)
    except Exception:
        return {"exception": type(error).__name__}


def log_settings() -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"private": {"()": "clinic_site.logs.lines.PrivateFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "private"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            **{name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "pikepdf")},
        },
    }


def log_all_that_ends_a_process() -> None:
    """What nobody caught goes into the log too, not with all its words to stderr.

    For processes that serve; whoever types a command sees what Python shows.
    """
    logging.captureWarnings(True)
    sys.excepthook = log_uncaught
    threading.excepthook = log_uncaught_in_thread


def log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    where = logging.getLogger(__name__)
    where.critical("this process ends: nobody caught this", exc_info=(kind, error, trace))


def log_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is None or issubclass(told.exc_type, SystemExit):
        return
    trace = (told.exc_type, told.exc_value, told.exc_traceback)
    logging.getLogger(__name__).critical("a thread ended: nobody caught this", exc_info=trace)
