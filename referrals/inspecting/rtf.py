"""RTF: groups in braces, words after a backslash. Ordinary letters hold pictures of other
programs; attacks hide an object, a template or a field behind odd spelling."""

import re

from referrals.inspecting.objects import OLE, codes_of_ole, is_harmful_name
from referrals.inspecting.rtf_groups import Group, Way, group_from, skips_of, ways_to_read, words_of
from referrals.inspecting.rtf_tokens import tokens
from referrals.inspecting.seen import Seen
from referrals.inspecting.word_fields import codes_of_field, leads_away

WORDS = re.compile(
    rb"\\(objhtml|objautlink|objlink|objupdate|objocx|objdata|objclass|template|fldinst"
    rb"|subdocument)(?![a-zA-Z])(?:-?\d{1,10})? ?"
)
CODES = {
    b"objhtml": "html_object",
    b"objautlink": "external_object",
    b"objlink": "external_object",
    b"subdocument": "external_object",
    b"objupdate": "package",
    b"objocx": "control",
}
NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
# A second set of words in the same field: Word may join the two.
GOES_ON = re.compile(rb"\s{0,99}\{\s{0,99}(?:\\\*)?\s{0,99}\\fldinst(?![a-zA-Z])")
LOCAL_TEMPLATE = re.compile(r"(?:[A-Za-z]:[\\/](?![\\/]))?[^:\\/]+(?:[\\/]+[^:\\/]+)*", re.DOTALL)
OBJECT_VERSIONS = {b"\x01\x05\x00\x00", b"\x02\x05\x00\x00"}
EMBEDDED, PICTURE = 2, 5
MOST_STEPS = 200_000  # half a second; a file with more of this is shown as a copy


def inspect_rtf(data: bytes) -> Seen:
    found: set[str] = set()
    read_to: dict[bytes, int] = {}
    skips, room = skips_of(data), MOST_STEPS
    for match in WORDS.finditer(data):
        word, start = match[1], match.end()
        if word in CODES:
            found.add(CODES[word])
        elif start < read_to.get(word, 0):
            continue  # a group inside one that was read is part of it
        elif word == b"objdata":
            digits, read_to[word] = digits_from(data, start)
            found |= codes_of_object(digits)
        elif room > 0:
            group = group_from(data, start)
            read_to[word] = group.end
            ways = ways_to_read(group, skips)
            room -= len(ways) * (len(group.tokens) + 5)
            found |= codes_of_group(word, group, ways) if room > 0 else {"odd_spelling"}
            if word == b"fldinst" and GOES_ON.match(data, group.end):
                found.add("odd_spelling")
    return Seen(found)


def codes_of_group(word: bytes, group: Group, ways: list[Way]) -> set[str]:
    found = {"odd_spelling"} if group.is_odd else set()
    for fields in (words_of(group, way) for way in ways):
        if word == b"fldinst":
            found |= set().union(*map(codes_of_field, fields))
        elif word == b"template":
            found |= set() if is_local(fields[-1].strip()) else {"remote_template"}
        elif is_harmful_name(fields[-1].encode("latin-1", "replace")):
            found.add("package")
    return found


def is_local(template: str) -> bool:
    return not template or (
        not leads_away(template) and LOCAL_TEMPLATE.fullmatch(template) is not None
    )


def digits_from(data: bytes, start: int) -> tuple[bytes | None, int]:
    """The digits of an object and where they end; None where anything else stands among them."""
    end, parts = start, []
    for token in tokens(data, start):
        end = token.end
        if token.kind == "close":
            break
        if token.kind != "text":
            return None, end
        parts.append(token.data)
    return b"".join(parts), end


def codes_of_object(digits: bytes | None) -> set[str]:
    """An object as old Windows wrote it: version, kind, the name of its program, its bytes."""
    if digits is None:
        return {"package"}  # a scanner would stumble over what stands in between
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
