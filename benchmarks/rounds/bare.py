"""The least that gunicorn can do: one stored answer, and the access line that the site writes.

`BARE_ANSWER` is a file: headers as lines, an empty line, the body.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
django.setup(set_prefix=False)  # the line's digest of an address needs the key

from clinic_site.logs.access_lines import REQUEST_ID  # noqa: E402
from clinic_site.logs.doing import begin, new_number  # noqa: E402

_head, _, BODY = Path(os.environ["BARE_ANSWER"]).read_bytes().partition(b"\n\n")
HEADERS = [
    (name, value)
    for name, _, value in (line.partition(": ") for line in _head.decode().splitlines())
]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    number = new_number()
    begin(request=number)
    environ[REQUEST_ID] = number
    start_response("200 OK", [*HEADERS, ("X-Request-ID", number)])
    return [BODY]
