"""RTF cut into groups, control words, signs and bytes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    rb"""
    \\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?  # a control word, its number, and the space that ends it
    | \\'([0-9a-fA-F]{2})                # a byte by its number
    | \\([^a-zA-Z])                      # a control sign
    | ([{}])
    | [\r\n\0]+                          # ends of lines in the file mean nothing
    | ([^\\{}\r\n\0]+)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    kind: str  # open, close, word, byte, text
    word: str = ""
    number: int | None = None
    data: bytes = b""
    end: int = 0  # where the token ends in the file


def tokens(data: bytes, place: int = 0) -> Iterator[Token]:
    """`\\bin` swallows its bytes here, so that nothing in them is taken for a sign."""
    while found := TOKEN.match(data, place):
        place = found.end()
        if token := token_of(found):
            is_data = token.word == "bin" and (token.number or 0) > 0
            place += token.number or 0 if is_data else 0
            yield token._replace(end=place)


def token_of(found: re.Match[bytes]) -> Token | None:
    word, number, code, sign, brace, text = found.groups()
    if word is not None:
        return Token("word", word.decode("ascii"), int(number) if number else None)
    if code is not None:
        return Token("byte", data=bytes([int(code, 16)]))
    if sign is not None:
        return Token("word", sign.decode("latin-1"))
    if brace is not None:
        return Token("open" if brace == b"{" else "close")
    return Token("text", data=text) if text is not None else None
