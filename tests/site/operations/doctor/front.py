"""A real web server on this machine in front of the doctor's own address, with the faults of a
proxy that was set up wrongly."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.http import Http404
from django.test import RequestFactory

from clinic_site.operations.doctor.answering import doctor_address

MEGABYTE = 1024 * 1024


@dataclass
class Front:
    """What it does with the first page and with what comes for the doctor's address."""

    first_page: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    largest: int = 64 * MEGABYTE
    hangs_up_at: int = 0  # bytes of a body
    tells_host: str = ""  # instead of the one that was asked
    tells_visitor: bool = True
    tells_https: bool = True
    is_this_site: bool = True
    asked: list[str] = field(default_factory=list)

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        handler = type("Handler", (Handler,), {"front": self})
        self.server = ThreadingHTTPServer(("localhost", 0), handler)
        self.server.daemon_threads = True
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if tls else "http"
        self.url = f"{self.scheme}://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    front: Front

    def log_message(self, *_: Any) -> None:
        """Not among the results of tests."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # who asked hung up, or trusts no such certificate
            self.close_connection = True

    def date_time_string(self, timestamp: Any = None) -> str:
        return self.front.headers.get("Date") or super().date_time_string(timestamp)

    def do_GET(self) -> None:
        self.front.asked.append(self.path)
        self.answer(self.front.first_page, b"<h1>Sample</h1>", self.front.headers)

    def do_POST(self) -> None:
        self.front.asked.append(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        if size > self.front.largest:
            self.answer(413, b"Request Entity Too Large", {})
            self.close_connection = True
            return
        if self.front.hangs_up_at and size > self.front.hangs_up_at:
            self.connection.close()
            return
        body = self.rfile.read(size)
        self.answer(*self.from_the_site(body), {})

    def from_the_site(self, body: bytes) -> tuple[int, bytes]:
        if not self.front.is_this_site:
            return 200, b'{"proof": "of another"}'
        told = {"HTTP_HOST": self.front.tells_host or self.headers["Host"]}
        told["HTTP_X_CLINIC_DOCTOR"] = self.headers["X-Clinic-Doctor"]
        if self.front.tells_visitor:
            told["HTTP_X_FORWARDED_FOR"] = "192.0.2.7"
        request = RequestFactory().post(
            self.path,
            data=body,
            content_type="application/octet-stream",
            secure=self.front.scheme == "https" and self.front.tells_https,
            **told,
        )
        try:
            return 200, doctor_address(request).content
        except Http404:
            return 404, b""

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name != "Date":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
