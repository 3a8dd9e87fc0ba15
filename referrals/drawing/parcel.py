"""Several pieces of bytes in one stream: how parent and child hand each other files."""

import struct
from collections.abc import Iterable

LENGTH = struct.Struct(">Q")


def packed(pieces: Iterable[bytes]) -> bytes:
    return b"".join(part for piece in pieces for part in (LENGTH.pack(len(piece)), piece))


def unpacked(data: bytes) -> list[bytes]:
    """The pieces again. Raises ValueError where the stream ends too early."""
    pieces, place = [], 0
    while place < len(data):
        start = place + LENGTH.size
        (length,) = LENGTH.unpack(data[place:start].ljust(LENGTH.size, b"\xff"))
        place = start + length
        if place > len(data):
            raise ValueError("a piece is missing")
        pieces.append(data[start:place])
    return pieces
