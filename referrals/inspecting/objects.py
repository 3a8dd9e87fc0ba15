"""Objects of other programs inside a letter (OLE): which are pictures, and which are attacks."""

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


# What every folder of macros holds, as it is called inside an OLE file.
MACRO_PART = utf16("_VBA_PROJECT")
# Classes whose objects carry programs, or are known for what their editors let in: a packed
# file of any kind, the old equation editor, links that fetch, scripts and web pages.
HARMFUL_NAMES = re.compile(
    rb"(?:Package|Equation\.[23]|OLE2Link|htmlfile|HTML:?file|ScriptletFile|script(?:let)?file"
    rb"|Shell\.Explorer|WScript|ms-its|Forms\.HTML)",
    re.IGNORECASE,
)
HARMFUL_CLASSES = [
    bytes.fromhex("0c00030000000000c000000000000046"),  # Package
    bytes.fromhex("02ce020000000000c000000000000046"),  # Equation.3
    bytes.fromhex("0003000000000000c000000000000046"),  # a link to a file elsewhere
    bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b"),  # an address (URL moniker)
]


def codes_of_ole(data: bytes) -> set[str]:
    """An OLE file that stands inside a letter."""
    if MACRO_PART in data:
        return {"macros"}
    if any(identifier in data for identifier in HARMFUL_CLASSES):
        return {"package"}
    return {"ole_picture"}


def is_harmful_name(name: bytes) -> bool:
    return bool(HARMFUL_NAMES.match(name.strip(b"\x00 \r\n\t")))
