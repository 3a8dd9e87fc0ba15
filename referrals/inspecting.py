"""Looks inside one file, in a process of its own that may take little memory and little time.

`python -m referrals.inspecting <content type> < file` prints a JSON list of codes, empty for an
ordinary file. Knows neither Django nor the clinic: whatever a file does to it, it can reveal
nothing and stop nobody. `uploads.inspect` starts it.
"""

import json
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from referrals.sniffing import DOCX, HEIC, JPEG, PDF, PNG, RTF, TIFF

MEMORY_LIMIT = 512 * 1024 * 1024
CPU_SECONDS = 10
MOST_PIXELS = 50_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000

# In two pieces, so that no scanner takes this source for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PDF_NAMES = {
    "/JavaScript": "javascript",
    "/JS": "javascript",
    "/Launch": "launch",
    "/EmbeddedFile": "embedded_file",
    "/EmbeddedFiles": "embedded_file",
    "/EF": "embedded_file",
    "/RichMedia": "rich_media",
    "/AA": "automatic_action",
}
# Looked for in the bare text as well, where a table of contents may not lead to them. Too long
# to stand there by chance.
LONG_NAMES = [name for name in PDF_NAMES if len(name) > 6]
HARMLESS_OPEN_ACTIONS = {"/GoTo"}


def codes_of(kind: str, data: bytes) -> set[str]:
    """Codes of everything in the file that is more than a letter needs."""
    found = {"eicar"} if EICAR in data else set()
    if is_two_things(kind, data):
        found.add("polyglot")
    try:
        found |= INSPECTORS.get(kind, lambda _: set())(data)
    except Exception:  # a broken file may break any reader, in any way
        found.add("could_not_inspect")
    return found


def is_two_things(kind: str, data: bytes) -> bool:
    """Whether another program would take the same bytes for another kind of file."""
    head = data[:1024].lower()
    if kind == PDF and not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return True
    if kind != PDF and b"%pdf-" in head:
        return True
    if any(mark in head for mark in (b"<script", b"<html", b"<?php")):
        return True
    return kind != DOCX and zipfile.is_zipfile(BytesIO(data))


def pdf_codes(data: bytes) -> set[str]:
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        return {"encrypted"}
    found = names_in_bare_text(data)
    numbers = [(n, generation) for generation, of in reader.xref.items() for n in of]
    numbers += [(n, 0) for n in reader.xref_objStm]
    for number, generation in numbers:
        for key, value in entries(reader.get_object(IndirectObject(number, generation, reader))):
            found |= {PDF_NAMES[name] for name in (key, str(value)) if name in PDF_NAMES}
            if key == "/OpenAction" and acts(value):
                found.add("open_action")
    return found


def entries(root: Any) -> Iterator[tuple[str, Any]]:
    """Each key with its value, and each member of a list, at any depth of one PDF object."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from dict.items(value)
            waiting += dict.values(value)
        elif isinstance(value, list):
            yield from (("", member) for member in list.__iter__(value))
            waiting += list.__iter__(value)


def acts(value: Any) -> bool:
    """Whether opening the file does more than turn to a page."""
    action = value.get_object() if hasattr(value, "get_object") else value
    return isinstance(action, dict) and action.get("/S") not in HARMLESS_OPEN_ACTIONS


def names_in_bare_text(data: bytes) -> set[str]:
    """Telling names outside of the packed streams, with `#4a` read as `J`."""
    text = re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL)
    text = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text)
    return {
        PDF_NAMES[name]
        for name in LONG_NAMES
        if re.search(re.escape(name.encode()) + rb"(?![A-Za-z0-9])", text)
    }


def docx_codes(data: bytes) -> set[str]:
    found = set()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or unpacked_size(archive) > MOST_UNPACKED:
            return {"zip_bomb"}
        names = [part.filename.lower() for part in parts]
        if any(name.endswith("vbaproject.bin") for name in names):
            found.add("macros")
        if b"macroenabled" in archive.read("[Content_Types].xml").lower():
            found.add("macros")
        if any("/embeddings/" in name or "/activex/" in name for name in names):
            found.add("embedded_file")
    return found


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Bytes when unpacked, really counted: the list of contents may lie. Stops past the limit."""
    size = 0
    for part in archive.infolist():
        with archive.open(part) as file:
            while chunk := file.read(1024 * 1024):
                size += len(chunk)
                if size > MOST_UNPACKED:
                    return size
    return size


def picture_codes(data: bytes) -> set[str]:
    """Reads the headers of each frame; no picture is unpacked."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    bomb = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(data)) as picture:
            for frame in range(getattr(picture, "n_frames", 1)):
                picture.seek(frame)
                if picture.width * picture.height > MOST_PIXELS:
                    return {"image_bomb"}
    except bomb:
        return {"image_bomb"}
    return set()


def heic_codes(data: bytes) -> set[str]:
    """The sizes that the file announces: four bytes each after the mark `ispe`."""
    for match in re.finditer(rb"ispe....(....)(....)", data, re.DOTALL):
        width, height = (int.from_bytes(match[n], "big") for n in (1, 2))
        if width * height > MOST_PIXELS:
            return {"image_bomb"}
    return set()


def rtf_codes(data: bytes) -> set[str]:
    found = re.search(rb"\\obj(data|ocx|emb|link|autlink|update)", data)
    return {"embedded_file"} if found else set()


INSPECTORS: dict[str, Callable[[bytes], set[str]]] = {
    PDF: pdf_codes,
    DOCX: docx_codes,
    JPEG: picture_codes,
    PNG: picture_codes,
    TIFF: picture_codes,
    HEIC: heic_codes,
    RTF: rtf_codes,
}


def bound() -> None:
    """From here on this process ends itself when it takes too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> None:
    bound()
    print(json.dumps(sorted(codes_of(sys.argv[1], sys.stdin.buffer.read()))))


if __name__ == "__main__":
    main()
