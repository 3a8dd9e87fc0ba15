"""Asks clamd, the virus scanner of Debian, about a file. Off unless CLAMD_SOCKET names its socket.

The bytes go over a local socket and are written nowhere.
"""

import socket
import struct

from django.conf import settings

CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
CLEAN = b"stream: OK"
FOUND = b" FOUND"


class ScannerSilent(RuntimeError):
    """The scanner is not there, takes too long, or says nothing that can be relied on."""


def is_used() -> bool:
    return bool(settings.CLAMD_SOCKET)


def is_infected(data: bytes, *, seconds: float) -> bool:
    """Whether the scanner knows the file as harmful. Raises ScannerSilent where it cannot tell."""
    answer = ask(b"zINSTREAM\0", *pieces(data), seconds=seconds)
    if answer.endswith(FOUND):
        return True
    if answer != CLEAN:
        raise ScannerSilent(answer.decode("ascii", "replace")[:80])
    return False


def is_there(*, seconds: float = 1) -> bool:
    try:
        return ask(b"zPING\0", seconds=seconds) == b"PONG"
    except ScannerSilent:
        return False


def pieces(data: bytes) -> list[bytes]:
    """The file as the protocol wants it: each piece after its length, and an empty one last."""
    cut = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    return [struct.pack(">I", len(piece)) + piece for piece in [*cut, b""]]


def ask(*request: bytes, seconds: float) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as scanner:
            scanner.settimeout(seconds)
            scanner.connect(settings.CLAMD_SOCKET)
            for part in request:
                scanner.sendall(part)
            return answer_of(scanner)
    except OSError as error:
        raise ScannerSilent(type(error).__name__) from error


def answer_of(scanner: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = scanner.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n")
