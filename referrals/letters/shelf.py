"""What was drawn lately, in the memory of this process alone: never on a disk, never for long.

A web process keeps the harmless PDF of a letter and its pictures while somebody turns its pages.
Whoever asks has shown her right to see the enquiry before: this holds bytes and no rights.
"""

import threading
import time
from collections import OrderedDict
from typing import NamedTuple

KEPT_FOR = 15 * 60.0  # seconds since it was drawn
MOST_TOGETHER = 48 * 1024 * 1024  # bytes, of one process
Key = tuple[object, ...]


class Kept(NamedTuple):
    data: bytes
    until: float  # by the monotonic clock


class Shelf:
    """Oldest out first, by age and by size. A clock of its own empties it when nobody asks."""

    def __init__(self) -> None:
        self.kept: OrderedDict[Key, Kept] = OrderedDict()
        self.size = 0
        self.lock = threading.RLock()
        self.clock: threading.Timer | None = None

    def get(self, key: Key) -> bytes | None:
        with self.lock:
            self.let_go_of_old()
            if key not in self.kept:
                return None
            self.kept.move_to_end(key)
            return self.kept[key].data

    def put(self, key: Key, data: bytes) -> None:
        """What alone is more than half of the shelf is not kept."""
        if len(data) > MOST_TOGETHER // 2:
            return
        with self.lock:
            self.take(key)
            self.kept[key] = Kept(data, time.monotonic() + KEPT_FOR)
            self.size += len(data)
            while self.size > MOST_TOGETHER:
                self.take(next(iter(self.kept)))
            self.wind()

    def take(self, key: Key) -> None:
        if gone := self.kept.pop(key, None):
            self.size -= len(gone.data)

    def let_go_of_old(self) -> None:
        now = time.monotonic()
        for key in [key for key, kept in self.kept.items() if kept.until <= now]:
            self.take(key)

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()
            self.size = 0

    def wind(self) -> None:
        if self.kept and not self.clock:
            self.clock = threading.Timer(KEPT_FOR / 3, self.strike)
            self.clock.daemon = True
            self.clock.start()

    def strike(self) -> None:
        with self.lock:
            self.clock = None
            self.let_go_of_old()
            self.wind()


shelf = Shelf()
