"""Browsers that send forms while things break, and what they saw."""

import http.client
import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from tests.makers import message_post, referral_post
from tests.running_site import Mailbox, RunningSite

GIVE_UP_SECONDS = 90
RECEIPT = re.compile(r'class="reference"[^>]*>\s*([^<\s]+)')
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')
REFERENCE = re.compile(r"SIJ-[0-9A-Z]{8}")
LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
PATIENCE_WITH_FORMS = 3.2  # seconds; a person is never faster

File = tuple[str, bytes]


@dataclass
class Form:
    """One filled form: where it goes, its fields and its letter, if any."""

    path: str
    fields: dict[str, object]
    file: File | None = None


class Sender:
    """A browser in a practice of its own that resends the same form until it sees a receipt."""

    patience = 15  # seconds for one answer
    gives_up = GIVE_UP_SECONDS

    def __init__(self, url: str, number: int) -> None:
        self.url, self.number = url, number
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.address = f"10.{number // 62500 % 250}.{number // 250 % 250}.{number % 250}"

    def message(self) -> Form:
        sender = {"name": f"Sample {self.number}", "email": f"sample{self.number}@sample.example"}
        words = {**sender, "phone": f"02 5550 {self.number:04}"}
        return self.filled("/contact/", message_post(**words))

    def referral(self, *, file: File | None = None) -> Form:
        sender = {"email": f"gp{self.number}@practice.example"}
        return self.filled("/refer/", referral_post(**sender), file)

    def filled(self, path: str, fields: dict[str, object], file: File | None = None) -> Form:
        hidden = dict(HIDDEN.findall(self.until_answered(lambda: self.open(path))))
        return Form(path, {**fields, **hidden}, file)

    def send(self, form: Form) -> str:
        """Send until there is a receipt; its reference."""

        def try_once() -> str:
            found = RECEIPT.search(self.open(form.path, form))
            if found is None:
                raise ConnectionError("no receipt yet")
            return found[1]

        return self.until_answered(try_once)

    def until_answered(self, action: Callable[[], str]) -> str:
        deadline = time.monotonic() + self.gives_up
        while time.monotonic() < deadline:
            try:
                return action()
            except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
                last = error
                time.sleep(0.2)
        raise AssertionError(f"no receipt for {self.number}: {last}")

    def open(self, path: str, form: Form | None = None) -> str:
        body, kind = encoded(form) if form else (None, "")
        request = urllib.request.Request(self.url + path, body)  # noqa: S310
        request.add_header("X-Forwarded-For", self.address)
        if kind:
            request.add_header("Content-Type", kind)
        with self.opener.open(request, timeout=self.patience) as response:
            return response.read().decode()


def encoded(form: Form) -> tuple[bytes, str]:
    """The body of a POST as a browser writes it, and its content type."""
    if form.file is None:
        plain = urllib.parse.urlencode(form.fields, doseq=True).encode()
        return plain, "application/x-www-form-urlencoded"
    boundary = uuid4().hex
    parts = [part(boundary, name, str(v).encode()) for name, v in pairs(form.fields)]
    name, content = form.file
    parts.append(part(boundary, "letter", content, filename=name))
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def pairs(fields: dict[str, object]) -> Iterable[tuple[str, object]]:
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            yield name, one


def part(boundary: str, name: str, content: bytes, *, filename: str = "") -> bytes:
    more = f'; filename="{filename}"\r\nContent-Type: application/pdf' if filename else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


@dataclass
class Crowd:
    """Several senders at once; what they were told."""

    site: RunningSite
    acknowledged: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def send(
        self, numbers: range, *, clients: int = 4, seconds: float = 0, letters: bool = False
    ) -> list[str]:
        """Each fills its forms first, as people do, then sends them spread over some seconds."""
        ready = [self.fill(number, letters=letters) for number in numbers]
        time.sleep(PATIENCE_WITH_FORMS)
        pause = seconds * clients / len(numbers)
        shares = [ready[i::clients] for i in range(clients)]
        threads = [threading.Thread(target=self.work, args=(mine, pause)) for mine in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.failures, self.failures[:3]
        return self.acknowledged

    def fill(self, number: int, *, letters: bool) -> tuple[Sender, Form]:
        sender = Sender(self.site.url, number)
        if letters and number % 2:
            letter = LETTER + f"% {number}\n".encode() * 200 + b"%%EOF\n"
            return sender, sender.referral(file=(f"letter-{number}.pdf", letter))
        return sender, sender.message()

    def work(self, mine: list[tuple[Sender, Form]], pause: float) -> None:
        try:
            for sender, form in mine:
                self.acknowledged.append(sender.send(form))
                time.sleep(pause)
        except BaseException as error:
            self.failures.append(error)


def references(site: RunningSite) -> set[str]:
    return {str(row[0]) for row in site.rows("SELECT reference FROM referrals_enquiry")}


def mailed(mailbox: Mailbox, *, to: str = "rooms@clinic.example") -> set[str]:
    """References of which an address has heard."""
    subjects = [m["Subject"] for m in mailbox.messages if to in m["To"]]
    return {found[0] for found in map(REFERENCE.search, subjects) if found}


def duplicates(mailbox: Mailbox) -> int:
    """Mails that arrived more than once, told by their Message-ID."""
    return sum(count - 1 for count in mailbox.message_ids().values())


def wait_until_delivered(site: RunningSite, *, seconds: float = 180) -> None:
    """Until nothing waits any more: all is sent, or visibly failed."""
    deadline = time.monotonic() + seconds
    waiting = "SELECT count(*) FROM referrals_notification WHERE state IN ('queued', 'sending')"
    while site.rows(waiting) != [(0,)]:
        assert time.monotonic() < deadline, site.rows(
            "SELECT state, failure, count(*) FROM referrals_notification GROUP BY 1, 2"
        )
        time.sleep(0.5)
