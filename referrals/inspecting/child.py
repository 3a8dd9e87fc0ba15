"""Looks inside one file, in a process of its own that may take little memory and little time.

`python -m referrals.inspecting.child <content type> < file` prints {"codes": […], "pages": …}.
The codes are those of `findings.FINDINGS`, none for an ordinary file; `pages` is null where they
are not quickly counted. Knows neither Django nor the clinic: whatever a file does to it, it can
reveal nothing and stop nobody. `bounded.run` starts it.
"""

import importlib
import json
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO

from referrals.inspecting.seen import Seen
from referrals.inspecting.sniffing import DOCX, FIRST_BYTES, HEIC, JPEG, PDF, PNG, RTF, TIFF

# In two pieces, so that no scanner takes this source for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PICTURES = {JPEG, PNG, TIFF, HEIC}
# Other kinds of file that may stand in front of a PDF and open as what they are. A printer's
# or a mail's own lines may stand there as well: those are no file of another kind.
OTHER_KINDS = (
    *(magic for magic, _ in FIRST_BYTES),
    b"GIF8",
    b"BM",
    b"PK\x03\x04",
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"<",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xca\xfe\xba\xbe",
)
WEB_PAGE = (b"<script", b"<html", b"<?php")
MODULES = {
    PDF: "pdf:inspect_pdf",
    DOCX: "word:inspect_word",
    JPEG: "pictures:inspect_picture",
    PNG: "pictures:inspect_picture",
    TIFF: "pictures:inspect_picture",
    HEIC: "pictures:inspect_heic",
    RTF: "rtf:inspect_rtf",
}


def inspect(kind: str, data: bytes) -> Seen:
    """Codes of everything in the file that is more than a letter needs, and its pages."""
    found = {"eicar"} if EICAR in data else set()
    if is_two_things(kind, data):
        found.add("polyglot")
    try:
        seen = inspector_of(kind)(data)
    except Exception:  # a broken file may break any reader, in any way
        return Seen(found | {"could_not_inspect"})
    return Seen(found | seen.codes, seen.pages)


def inspector_of(kind: str) -> Callable[[bytes], Seen]:
    """The function for a kind. Only its own module is loaded: a child lives a moment."""
    if kind not in MODULES:
        return lambda _: Seen(set())
    module, name = MODULES[kind].split(":")
    return getattr(importlib.import_module(f"referrals.inspecting.{module}"), name)


def is_two_things(kind: str, data: bytes) -> bool:
    """Whether another program would take the same bytes for another kind of file."""
    head = data[:1024]
    start = head.lower().find(b"%pdf-")
    if kind == PDF and head[: max(start, 0)].removeprefix(b"\xef\xbb\xbf").strip():
        before = head[:start].removeprefix(b"\xef\xbb\xbf").lstrip()
        if before.startswith(OTHER_KINDS) or any(mark in before.lower() for mark in WEB_PAGE):
            return True
    if kind != PDF and start >= 0:
        return True
    if kind in PICTURES and any(mark in head.lower() for mark in WEB_PAGE):
        return True
    return kind != DOCX and ends_as_zip(kind, data)


def ends_as_zip(kind: str, data: bytes) -> bool:
    """A zip is read from its end. One that is packed inside a PDF ends before the PDF does."""
    end = data.rfind(b"%%EOF") if kind == PDF else 0
    tail = data[max(end, 0) :]
    return b"PK\x05\x06" in tail and zipfile.is_zipfile(BytesIO(tail))


def main() -> None:
    seen = inspect(sys.argv[1], sys.stdin.buffer.read())
    print(json.dumps({"codes": sorted(seen.codes), "pages": seen.pages}))


if __name__ == "__main__":
    main()
