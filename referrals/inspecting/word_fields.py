"""Fields of Word, the same in DOCX and RTF: a few words that say what Word puts in their place."""

import re
from urllib.parse import unquote

CLICKED = "HYPERLINK"
STARTS_PROGRAMS = {"DDE", "DDEAUTO"}
FETCHES = {"INCLUDETEXT", "INCLUDE", "IMPORT", "RD", "DATABASE"}
FETCHES_PICTURES = {"INCLUDEPICTURE"}
LINKS = {"LINK"}
# `http:`, `file:` and the like, `\\server`, `//server`. A letter and a colon is a drive.
REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]+:|[\\/]{2}|[\\/]\?\?[\\/])", re.IGNORECASE)
# Quotation marks of any code page, and what a program that fetches leaves out of an address.
IN_FRONT = re.compile(r"^[^A-Za-z0-9\\/%.]+")
LEFT_OUT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff\u00ad]+")
MAIL_PART = "cid:"  # a picture of the mail that the text was copied from: nothing is fetched


def leads_away(target: str) -> bool:
    """Whether an address lies on another machine: not on a drive, and not beside the file."""
    return any(is_remote(spelling) for spelling in (target, *decoded(target)))


def decoded(target: str) -> list[str]:
    """The same address with its `%5C` as signs, and those that come out of it."""
    once = unquote(target)
    return [once, unquote(once), unquote(unquote(once))]


def is_remote(target: str) -> bool:
    plain = IN_FRONT.sub("", LEFT_OUT.sub("", target)).strip()
    local = re.sub(r"^file:/{2,3}(?=[a-z][:|])", "", plain, flags=re.IGNORECASE)
    return bool(REMOTE.match(local)) and not plain.lower().startswith(MAIL_PART)


def codes_of_field(words: str) -> set[str]:
    """Codes of one field; `words` as Word reads them, joined from the pieces they are cut into."""
    parts = [part.strip("\"“”'") for part in words.split()]
    first = parts[0].upper() if parts else ""
    if first == CLICKED:
        return set()
    if STARTS_PROGRAMS.intersection(part.upper() for part in parts):
        return {"dde"}
    goes_far = any(leads_away(part.replace("\\\\", "\\")) or leads_away(part) for part in parts[1:])
    if first in FETCHES:
        return {"include_field"}
    if first in FETCHES_PICTURES:
        return {"include_field" if goes_far else "linked_picture"}
    if first in LINKS:
        return {"external_object" if goes_far else "ole_picture"}
    return set()


def spelled(words: str) -> str:
    """What `QUOTE 68 68 69` stands for: a way to write a word that a search does not find."""
    first, *codes = words.split() or [""]
    if (
        first.upper() != "QUOTE"
        or not codes
        or not all(re.fullmatch("[0-9]{1,5}", c) for c in codes)
    ):
        return ""
    return "".join(chr(int(code)) for code in codes if 0 < int(code) < 0x10000)
