"""People who send referrals to a site on several hosts, and what each press came to."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.on_hosts import NAME, Line, SiteOnHosts
from tests.faults.senders import LETTER, RECEIPT, Crowd, Form, Sender


@dataclass
class Try:
    """One press of the button: how it was answered, and after how long. 0: not at all."""

    status: int
    page: str
    seconds: float


class ByOwnLine(urllib.request.HTTPSHandler):
    def __init__(self, line: Callable[..., Line]) -> None:
        super().__init__()
        self.line = line

    def https_open(self, request):
        return self.do_open(self.line, request)


class Person(Sender):
    """At HAProxy, from an address of her own; remembers what every press came to."""

    patience, gives_up = 100, 300

    def __init__(self, site: SiteOnHosts, number: int) -> None:
        super().__init__(f"https://{NAME}", number)
        self.address = f"198.18.{number // 250}.{number % 250 + 1}"
        self.tries: list[Try] = []
        trusted, door = site.tls / "fullchain.pem", site.hosts["door"].address

        def line(_: str, timeout: float) -> Line:
            return Line(door, trusted, self.address, timeout=timeout)

        cookies = urllib.request.HTTPCookieProcessor()
        self.opener = urllib.request.build_opener(cookies, ByOwnLine(line))
        self.opener.addheaders = [("Origin", f"https://{NAME}")]

    def open(self, path: str, form: Form | None = None) -> str:
        began = time.monotonic()
        status, page = 0, ""
        try:
            page = super().open(path, form)
            status = 200
            return page
        except urllib.error.HTTPError as refused:
            status, page = refused.code, refused.read().decode()
            raise
        finally:
            if form:
                self.tries.append(Try(status, page, time.monotonic() - began))


@dataclass
class People(Crowd):
    """Each with a referral and a letter; whoever is refused tries again."""

    site: SiteOnHosts
    people: list[Person] = field(default_factory=list)

    def fill(self, number: int, *, letters: bool) -> tuple[Sender, Form]:
        self.people.append(person := Person(self.site, number))
        if not letters:
            return person, person.message()
        letter = LETTER + f"% {number}\n".encode() * 200 + b"%%EOF\n"
        return person, person.referral(file=(f"letter-{number}.pdf", letter))

    def refused(self) -> list[Try]:
        return [
            one for person in self.people for one in person.tries if not RECEIPT.search(one.page)
        ]
