"""DOCX: a zip of XML parts, whose relationships say what is fetched when it is opened."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree

from referrals.inspecting.objects import OLE, ZIP, codes_of_ole, is_harmful_name
from referrals.inspecting.seen import Seen
from referrals.inspecting.word_fields import leads_away
from referrals.inspecting.word_text import codes_of_xml

MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
CHUNK = 1024 * 1024
CONTENT_TYPES = "[content_types].xml"
MACRO_TYPES = (b"macroenabled", b"vbaproject")
CONTROL_TYPE = b"controlproperties"
WORKSHEETS = (".xlsx", ".xlsm", ".xlsb")
# What a person clicks, and what Word only remembers: nothing is fetched by opening the letter.
NOT_FETCHED = {"hyperlink", "mailMergeSource", "mailMergeHeaderSource", "recipientData"}
CODES_OF_RELATIONS = {"attachedTemplate": "remote_template", "aFChunk": "alt_chunk"}
# A part without any of these holds no field; `<!DOCTYPE` may spell an element in pieces.
MAY_HOLD_FIELDS = re.compile(rb"instr|fldchar|altchunk|<!doctype", re.IGNORECASE)
PROGRAM_NAME = re.compile(rb"progid\s{0,9}=\s{0,9}[\"']([^\"'<]{1,80})", re.IGNORECASE)


class Part(NamedTuple):
    name: str  # in small letters, as Word takes them
    data: bytes


class TooLarge(Exception):
    """More parts, or more bytes when unpacked, than a letter has."""


def inspect_word(data: bytes) -> Seen:
    found: set[str] = set()
    worksheets = charts = 0
    try:
        for part in parts_of(data):
            found |= codes_of_part(part)
            worksheets += is_worksheet(part)
            charts += "/charts/chart" in part.name
    except TooLarge:
        return Seen({"zip_bomb"})
    if worksheets:
        found.add("worksheet" if worksheets <= charts else "embedded_file")
    return Seen(found)


def parts_of(data: bytes) -> Iterator[Part]:
    """Each part, unpacked. Bytes are counted as they come: the list of contents may lie."""
    room = MOST_UNPACKED
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if len(archive.infolist()) > MOST_PARTS:
            raise TooLarge
        for entry in archive.infolist():
            name = entry.filename.replace("\\", "/").lower()
            keep = wants_all(name)
            content, size = unpacked(archive, entry, room, keep=keep)
            room -= size
            yield Part(name, content)


def wants_all(name: str) -> bool:
    """Pictures and fonts are only counted; of everything else the whole is read."""
    return not name.startswith(("word/media/", "word/fonts/"))


def unpacked(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, *, keep: bool
) -> tuple[bytes, int]:
    chunks: list[bytes] = []
    size = 0
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > room:
                raise TooLarge
            if keep or not chunks or chunks[0].startswith(OLE):
                chunks.append(chunk)
    return b"".join(chunks), size


def codes_of_part(part: Part) -> set[str]:
    if part.name == CONTENT_TYPES:
        return codes_of_types(part.data)
    if part.name.endswith(".rels"):
        return codes_of_relations(part.data)
    if part.name.endswith("vbaproject.bin") or part.name.endswith("vbadata.xml"):
        return {"macros"}
    if part.data.startswith(OLE):
        return codes_of_ole(part.data)
    if part.data.startswith(ZIP) and wants_all(part.name):
        return codes_of_packed(part)
    found = {"control"} if "/activex/" in part.name else set()
    if is_xml(part.data):
        found |= codes_of_text(part.data)
    elif "/embeddings/" in part.name and not is_worksheet(part):
        found.add("embedded_file")
    return found


def codes_of_types(data: bytes) -> set[str]:
    plain = data.replace(b"\x00", b"").lower()
    found = {"macros"} if any(mark in plain for mark in MACRO_TYPES) else set()
    return found | ({"control"} if CONTROL_TYPE in plain else set())


def is_worksheet(part: Part) -> bool:
    return "/embeddings/" in part.name and part.name.endswith(WORKSHEETS)


def codes_of_packed(part: Part) -> set[str]:
    """A document within the document: the numbers of a chart, or something to look at."""
    try:
        names = zipfile.ZipFile(BytesIO(part.data)).namelist()
    except zipfile.BadZipFile:
        names = []
    if part.name.endswith((".xlsm", ".xlsb", ".docm", ".pptm")):
        return {"macros"}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return {"macros"}
    return set() if is_worksheet(part) else {"embedded_file"}


def is_xml(data: bytes) -> bool:
    head = data[:100].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")


def codes_of_relations(data: bytes) -> set[str]:
    found = set()
    for relation in ElementTree.fromstring(data).iter():  # noqa: S314 - expat bounds entities
        kind = relation.get("Type", "").rsplit("/", 1)[-1]
        is_elsewhere = relation.get("TargetMode", "").lower() == "external"
        if kind == "aFChunk":
            found.add("alt_chunk")
        elif is_elsewhere and kind not in NOT_FETCHED:
            found |= codes_of_fetching(kind, relation.get("Target", ""))
    return found


def codes_of_fetching(kind: str, target: str) -> set[str]:
    if leads_away(target):
        return {CODES_OF_RELATIONS.get(kind, "external_object")}
    if kind == "image":
        return {"linked_picture"}
    return {"ole_picture"} if kind == "oleObject" else set()


def codes_of_text(data: bytes) -> set[str]:
    found = set()
    if any(is_harmful_name(match[1]) for match in PROGRAM_NAME.finditer(data)):
        found.add("package")
    is_ascii = b"\x00" not in data[:100]
    if is_ascii and not MAY_HOLD_FIELDS.search(data):
        return found
    return found | codes_of_xml(data)
