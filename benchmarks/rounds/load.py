"""Asks one address over connections that stay open: `python -m benchmarks.rounds.load …`.

Runs as a process of its own on the other core and prints one line of JSON. It speaks HTTP/1.1 by
itself, since a library would cost more than most servers that are measured here.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from typing import Any, NamedTuple

from benchmarks.rounds.processes import ASKING, on_core, processor_seconds

HEAD_END = b"\r\n\r\n"
LARGEST = 262_144  # bytes taken at once


class Load(NamedTuple):
    """What one turn gave. Times in milliseconds; `processor` is the server's, for each request."""

    requests: int
    failed: int
    seconds: float
    p50: float
    p95: float
    p99: float
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Requests in a second."""
        return self.requests / self.seconds


def ask(
    address: str, path: str, *, servers: list[int], seconds: float, connections: int, coding: str
) -> Load:
    """One turn against `127.0.0.1:port`. `servers` are the processes that answer."""
    values = [address, path, str(seconds), str(connections), coding]
    before = processor_seconds(servers)
    with on_core(ASKING):
        command = [sys.executable, "-m", "benchmarks.rounds.load", *values]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    worked = processor_seconds(servers) - before
    load = Load(**json.loads(told.stdout))
    return load._replace(processor=worked * 1000 / max(load.requests, 1))


class Line:
    """One connection that asks again as soon as it was answered."""

    def __init__(self, address: str, request: bytes) -> None:
        host, _, port = address.partition(":")
        self.place, self.request = (host, int(port)), request
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self.place, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.closes = False

    def send(self) -> None:
        self.came, self.wanted, self.size, self.status = b"", -1, 0, b""
        self.began = time.perf_counter()
        self.socket.sendall(self.request)

    def take(self) -> bool:
        """Whether the answer is whole now."""
        piece = self.socket.recv(LARGEST)
        if not piece:
            raise ConnectionError(self.came[:200])
        self.size += len(piece)
        if self.wanted < 0:
            self.came += piece
            head, end, _ = self.came.partition(HEAD_END)
            if not end:
                return False
            self.status = head[9:12]
            self.wanted = len(head) + len(end) + length_in(head)
            self.closes = b"connection: close" in head.lower()
        return self.size >= self.wanted


def length_in(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ConnectionError(f"an answer without a length: {head[:300]!r}")


def request_for(address: str, path: str, coding: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {address}", "Accept: text/html"]
    lines += [f"Accept-Encoding: {coding}"] if coding else []
    return "\r\n".join([*lines, "", ""]).encode()


def turn(address: str, path: str, seconds: float, connections: int, coding: str) -> Load:
    """Asks for so long, and takes what is still to come: the server worked for that too."""
    chosen = selectors.DefaultSelector()
    for _ in range(connections):
        line = Line(address, request_for(address, path, coding))
        chosen.register(line.socket, selectors.EVENT_READ, line)
        line.send()
    took, failed, waiting = [], 0, connections
    began = now = time.perf_counter()
    while waiting:
        for key, _ in chosen.select():
            line = key.data
            if not line.take():
                continue
            now = time.perf_counter()
            took.append(now - line.began)
            failed += line.status != b"200"
            if now - began >= seconds:
                chosen.unregister(line.socket)
                waiting -= 1
                continue
            if line.closes:  # nginx ends a connection after a thousand answers
                chosen.unregister(line.socket)
                line.connect()
                chosen.register(line.socket, selectors.EVENT_READ, line)
            line.send()
    return measured(took, failed, now - began)


def measured(took: list[float], failed: int, seconds: float) -> Load:
    took = sorted(took)

    def part(share: float) -> float:
        return took[min(int(len(took) * share), len(took) - 1)] * 1000

    return Load(len(took), failed, seconds, part(0.5), part(0.95), part(0.99))


def main() -> None:
    address, path, seconds, connections, coding = sys.argv[1:]
    load: Any = turn(address, path, float(seconds), int(connections), coding)
    print(json.dumps({k: v for k, v in load._asdict().items() if k != "processor"}))


if __name__ == "__main__":
    main()
