"""RTF: groups in braces, words after a backslash. Ordinary letters hold pictures of other
programs; attacks hide an object, a template or a field behind odd spelling."""

import re

from referrals.inspecting.objects import OLE, codes_of_ole, is_harmful_name
from referrals.inspecting.seen import Seen
from referrals.inspecting.word_fields import codes_of_field, leads_away

WORDS = re.compile(
    rb"\\(objhtml|objautlink|objlink|objupdate|objocx|objdata|objclass|template|fldinst"
    rb"|subdocument)(?![a-z])"
)
CODES = {
    b"objhtml": "html_object",
    b"objautlink": "external_object",
    b"objlink": "external_object",
    b"subdocument": "external_object",
    b"objupdate": "package",
    b"objocx": "control",
}
TOKEN = re.compile(
    rb"\\u(?P<code>-?\d{1,6}) ?\??|\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<mark>[\\{}])"
    rb"|\\[a-zA-Z]{1,32}(?:-?\d{1,10})? ?|\\[^a-zA-Z]|(?P<brace>[{}])|(?P<plain>[^\\{}]+)",
    re.DOTALL,
)
NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
LOCAL_TEMPLATE = re.compile(r"(?:[A-Za-z]:[\\/](?![\\/]))?[^:\\/]+(?:[\\/]+[^:\\/]+)*", re.DOTALL)
OBJECT_VERSIONS = {b"\x01\x05\x00\x00", b"\x02\x05\x00\x00"}
EMBEDDED, PICTURE = 2, 5


def inspect_rtf(data: bytes) -> Seen:
    found: set[str] = set()
    read_to: dict[bytes, int] = {}
    for match in WORDS.finditer(data):
        word, start = match[1], match.end()
        if word in CODES:
            found.add(CODES[word])
        elif start >= read_to.get(word, 0):  # a group inside one that was read is part of it
            content, read_to[word] = group_from(data, start, raw=word == b"objdata")
            found |= codes_of_group(word, content)
    return Seen(found)


def codes_of_group(word: bytes, content: bytes) -> set[str]:
    if word == b"objdata":
        return codes_of_object(content)
    if word == b"objclass":
        return {"package"} if is_harmful_name(content) else set()
    text = content.decode("utf-8", "replace").replace("\r", "").replace("\n", "").strip()
    if word == b"template":
        return set() if is_local(text) else {"remote_template"}
    return codes_of_field(text)


def is_local(template: str) -> bool:
    return not template or (
        not leads_away(template) and LOCAL_TEMPLATE.fullmatch(template) is not None
    )


def group_from(data: bytes, start: int, *, raw: bool) -> tuple[bytes, int]:
    """What stands from `start` to the end of the group, and where that is. `raw` without the
    marks that stand for a letter: only the digits of an object count."""
    depth, pieces = 1, []
    end = start
    for token in TOKEN.finditer(data, start):
        end = token.end()
        if token["brace"] == b"{":
            depth += 1
        elif token["brace"] == b"}":
            depth -= 1
            if depth == 0:
                break
        else:
            pieces.append(token["plain"] or (b"" if raw else letter(token)))
    return b"".join(pieces), end


def letter(token: re.Match[bytes]) -> bytes:
    """The letter that an escape stands for; nothing for a word of layout."""
    if token["code"]:
        return chr(int(token["code"]) % 0x10000).encode("utf-8", "replace")
    if token["hex"]:
        return bytes([int(token["hex"], 16)])
    return token["mark"] or b""


def codes_of_object(digits: bytes) -> set[str]:
    """An object as old Windows wrote it: version, kind, the name of its program, its bytes."""
    plain = NOT_HEX.sub(b"", digits)
    packed = bytes.fromhex(plain[: len(plain) // 2 * 2].decode())
    kind = int.from_bytes(packed[4:8], "little")
    length = int.from_bytes(packed[8:12], "little")
    name = packed[12 : 12 + length]
    if packed[:4] not in OBJECT_VERSIONS or kind not in {EMBEDDED, PICTURE} or length > 100:
        return {"package"}  # spelled so that a scanner does not see what it is
    if is_harmful_name(name):
        return {"package"}
    at = packed.find(OLE)
    return codes_of_ole(packed[at:]) if at >= 0 else {"ole_picture"}
