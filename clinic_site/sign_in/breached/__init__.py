"""Passwords of 15 characters and more that were stolen somewhere, asked without a network.

The file holds the first six bytes of the SHA-256 of each, sorted: 13,000 passwords in 80 kB, and
none can be read from it. `make.py` makes it; `NOTICE.txt` says where the lists are from.
"""

from bisect import bisect_left
from functools import cache
from hashlib import sha256
from pathlib import Path

SIZE = 6  # bytes: a good password is taken for a stolen one once in 20,000 million
FILE = Path(__file__).with_name("long_passwords.bin")


def digest(password: str) -> bytes:
    """Capitals do not make a password another one."""
    return sha256(password.casefold().encode("utf-8", "surrogatepass")).digest()[:SIZE]


@cache
def digests() -> list[bytes]:
    data = FILE.read_bytes()
    return [data[start : start + SIZE] for start in range(0, len(data), SIZE)]


def was_stolen(password: str) -> bool:
    wanted, known = digest(password), digests()
    place = bisect_left(known, wanted)
    return place < len(known) and known[place] == wanted
