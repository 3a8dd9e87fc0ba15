"""What is kept of lines that others write: Django quotes headers and paths, warnings quote values.

Allowed is what is known. Of an unknown line the words of its source are kept, without what was put
into them; where both are one text, nothing.
"""

import logging
import re
from http import HTTPStatus
from typing import Any

from clinic_site.logs.paths import logged_path, without_secrets

REASONS = {status.phrase.lower() for status in HTTPStatus} | {"invalid http_host header"}
OURS = {"clinic_site", "conditions", "referrals", "__main__"}
LONGEST = 300
NOTHING = "(words left out)"
REFUSED = re.compile(r"Forbidden \(([A-Za-z ,.]{3,80}?)(?: - .*)?\.?\): ", re.DOTALL)
WARNING = re.compile(r"([^\s:]{1,300}:\d+): (\w{1,60}): ")
# Lines of gunicorn's whose values are its own: addresses it listens at, process ids, signals.
OF_THE_SERVER = (
    *("Starting gunicorn ", "Listening at: ", "Using worker: ", "Booting worker with pid: "),
    *("Worker ", "WORKER TIMEOUT", "Handling signal: ", "Shutting down: ", "Hang up: "),
    *("Exception in worker process", "Unhandled exception in main loop", "Autorestarting worker"),
    *("Connection in use: ", "Invalid address: ", "connection to ", "Can't connect to "),
)


def is_ours(logger: str) -> bool:
    return logger.partition(".")[0] in OURS


def kept_of_others(record: logging.LogRecord) -> dict[str, Any]:
    """`message`, and what else may be known of a line that is not ours."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if record.name.startswith("django.") and path is not None:
        method = str(getattr(request, "method", ""))[:20]
        return {"message": reason(record), "method": method, "path": logged_path(path)}
    if record.name == "py.warnings":
        found = WARNING.match(record.getMessage())
        return {"message": f"{found[2]} at {found[1]}" if found else NOTHING}
    if record.name == "gunicorn.error":
        return {"message": of_the_server(record)}
    return {"message": template_of(record)}


def reason(record: logging.LogRecord) -> str:
    """“Not Found” and the like, which stand in front of a path; of a refused form, why."""
    words = record.getMessage()[:2000]
    refused = REFUSED.match(words)
    if refused:
        return f"Forbidden: {refused[1]}"
    first = words.partition(":")[0].partition(" (")[0]
    return first if first.lower() in REASONS else NOTHING


def of_the_server(record: logging.LogRecord) -> str:
    words = record.getMessage()
    if words.startswith("Invalid request from ip="):
        return "Invalid request"  # the rest is an address, and what was sent
    if words.startswith(OF_THE_SERVER):
        return without_secrets(words)[:LONGEST]
    return template_of(record)


def template_of(record: logging.LogRecord) -> str:
    """The words of the source: what takes values has a place for them, `%s`."""
    words = str(record.msg)
    has_places = bool(record.args) and "%" in words
    return without_secrets(words)[:LONGEST] if has_places else NOTHING
