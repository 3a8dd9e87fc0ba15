"""Somebody who took a copy of a site without its keys, and looks closely."""

import base64
import gzip
import hashlib
import re
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from tests.running_site import SQLITE, RunningSite

KEPT_ELSEWHERE = "secrets.env"  # on a real site the keys lie outside VAR_DIR
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{32,}")
HASHES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"]
TRIED_WITH = ["", "address", "ip", "all", "feedback", "contact", "test"]  # purposes as a salt


def take(site: RunningSite, folder: Path) -> "Copy":
    """Every file of the site as it lies on the disk now, its database as text, and its log."""
    shutil.copytree(site.folder / "var", folder / "var", symlinks=True)
    for path in site.folder.glob("clinic.sqlite3*"):
        shutil.copy(path, folder)
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    del found[f"var/{KEPT_ELSEWHERE}"]
    log = site.log_path.read_bytes()
    return Copy({**found, "dump": dump(site, folder), "log": log})


def dump(site: RunningSite, folder: Path) -> bytes:
    if not site.database_url.startswith(SQLITE):
        command = ["pg_dump", "--inserts", site.database_url]
        return subprocess.run(command, capture_output=True, check=True).stdout
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as copy:
        return "\n".join(copy.iterdump()).encode()


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes, and what they are once unpacked or read as Base64."""
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
    for token in set(BASE64.findall(data)):
        padded = token.rstrip(b"=") + b"=" * (-len(token.rstrip(b"=")) % 4)
        with suppress(ValueError):
            opened = base64.b64decode(padded, altchars=b"-_" if b"-" in token else None)
            yield opened
            with suppress(zlib.error):
                yield zlib.decompress(opened)


class Copy:
    """What was taken, laid out so that many values are looked for quickly."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.texts = {name: b"\n".join(layers(data)).lower() for name, data in files.items()}
        self.digests = {name: set(digests_in(data)) for name, data in files.items()}

    def places_of(self, value: str, *, also_hashed: bool = False) -> list[str]:
        """Where it lies: as it is, without spaces, or as a digest that can be guessed."""
        plain = {value, "".join(value.split())}
        wanted = [text.lower().encode() for text in plain]
        guessed = set(guessable(plain)) if also_hashed else set()
        return [
            name
            for name, text in self.texts.items()
            if any(want in text for want in wanted) or not guessed.isdisjoint(self.digests[name])
        ]


def digests_in(data: bytes) -> Iterator[bytes]:
    """The beginnings of all that may be a digest: in a dump each value stands by itself."""
    yield from (found[:32].lower() for found in HEXADECIMAL.findall(data))
    yield from (found[:22] for found in BASE64.findall(data))


def guessable(values: Iterable[str]) -> Iterator[bytes]:
    """Digests without a key: whoever tries all addresses there are finds which it is."""
    for value in values:
        for text in [f"{word}:{value}" if word else value for word in TRIED_WITH]:
            for name in HASHES:
                digest = hashlib.new(name, text.encode()).digest()
                yield digest.hex()[:32].encode()
                yield base64.b64encode(digest)[:22]
                yield base64.urlsafe_b64encode(digest)[:22]
