"""Asks SITE_URL as a visitor would. What a proxy does wrong shows here and nowhere else."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.urls import reverse
from django.utils import timezone

from clinic_site.operations.doctor import answering, asking
from clinic_site.operations.doctor.asking import Reply
from clinic_site.operations.doctor.finding import Finding, Needs, NotAsked, asks, well, within
from clinic_site.web.proxies import forgotten

SECONDS = 5
LETTER = 5 * 1024 * 1024
CLOCK_SECONDS = 60
FEW_DAYS = 14
CANNOT = (OSError, http.client.HTTPException, ValueError)
CIRCLE = (
    "Write the address of the proxy into TRUSTED_PROXIES, for example 127.0.0.1, let it send"
    " X-Forwarded-Proto (deploy/nginx.conf), and start the site again."
)
FORGOTTEN_PROXY_WAITS = "300"  # what the page of a forgotten proxy says in Retry-After
BY_STATUS = {  # status: (name, what it means, its mend)
    400: (
        "host refused",
        "the site is asked under a name that it does not know",
        "Let the proxy hand on the name: proxy_set_header Host $host (deploy/nginx.conf).",
    ),
    413: ("large letter", "", ""),
    502: (
        "web process",
        "the proxy is there, and the site behind it is not",
        "Start the web process (systemctl start clinic-web), and let the proxy ask its port.",
    ),
}
BY_STATUS[504] = BY_STATUS[502]


@asks(
    "Does SITE_URL lead to this site?",
    mend="Start the proxy and open ports 80 and 443. If this machine alone cannot reach its own"
    " name, write a line 127.0.0.1 and the name into /etc/hosts.",
    needs=Needs.NETWORK,
)
def site_url() -> Iterator[Finding]:
    try:
        first = within(SECONDS, lambda: asking.ask("GET", "/"))
        problem = problem_of_page(first)
        if problem is None:
            yield from problems_of_way(proven())
            yield from clock_of(first)
    except CANNOT as error:
        problem = unreachable(error)
    if problem:
        yield problem


def problem_of_page(reply: Reply) -> Finding | None:
    """What is wrong with the answer to a question for the first page."""
    if reply.status in {301, 302, 303, 307, 308}:
        return problem_of_redirect(reply)
    if reply.status in BY_STATUS:
        name, says, mend = BY_STATUS[reply.status]
        return Finding(name, f"{settings.SITE_URL} answers {reply.status}: {says}.", mend)
    if reply.status == 503 and reply.headers.get("retry-after") == FORGOTTEN_PROXY_WAITS:
        says = "The site does not trust the proxy in front of it: visitors get an error page."
        return Finding("proxy not trusted", says, CIRCLE)
    if reply.status == 503:
        says = f"{settings.SITE_URL} answers 503: its database is away, or it is too busy."
        return Finding("site unwell", says, "See the log of the web process.")
    if reply.status != 200:
        says = f"{settings.SITE_URL} answers {reply.status} instead of the first page."
        return Finding("first page", says, "See the log of the proxy and of the web process.")
    return None


def problem_of_redirect(reply: Reply) -> Finding:
    to = urljoin(f"{settings.SITE_URL}/", reply.headers.get("location", ""))
    own, other = urlsplit(f"{settings.SITE_URL}/"), urlsplit(to)
    if (own.scheme, own.netloc, own.path) == (other.scheme, other.netloc, other.path):
        says = "Every page leads back to itself for ever: the site does not see that it is https."
        return Finding("redirect loop", says, trusting(CIRCLE))
    says = f"{settings.SITE_URL} leads away to {other.scheme}://{other.netloc}."
    return Finding(
        "leads away",
        says,
        "Let SITE_URL be the address at which pages are shown, or mend the proxy.",
    )


def trusting(cure: str) -> str:
    """With the address of the proxy, where the site has seen it."""
    with suppress(AnyDatabaseError):
        if address := forgotten():
            return cure.replace("for example 127.0.0.1", f"here {address}")
    return cure


def proven(*, body: bytes = b"") -> dict[str, Any] | Reply:
    """How a request arrived at this very site; the answer where it did not."""
    word, headers = answering.question()
    headers = {**headers, "Content-Type": "application/octet-stream"}
    path = reverse("doctor")
    reply = within(SECONDS, lambda: asking.ask("POST", path, headers=headers, body=body))
    facts = None
    if reply.status == 200:
        with suppress(ValueError, AttributeError):
            facts = answering.read_answer(json.loads(reply.body).get("proof"), word)
    return reply if facts is None else facts


def problems_of_way(found: dict[str, Any] | Reply) -> Iterator[Finding]:
    if isinstance(found, Reply):
        yield Finding(
            "another site",
            f"Something answers at {settings.SITE_URL}, and it is not this site with these"
            " settings.",
            "Let the name in the DNS lead to this machine and the proxy to this site. Were the"
            " settings changed? Start web and mail again.",
        )
        return
    own = urlsplit(settings.SITE_URL)
    if found["host"] != own.netloc:
        says = f"The proxy tells the site another name than {own.netloc}: forms are refused."
        yield Finding("wrong host", says, BY_STATUS[400][2])
    if own.scheme == "https" and not found["https"]:
        says = "The site does not see that visitors come by https."
        yield Finding("https not seen", says, CIRCLE)
    if found["by_proxy"] and not found["visitor_is_told"]:
        yield Finding(
            "visitors are one",
            "The proxy does not say who asks, so all visitors count as one.",
            "proxy_set_header X-Forwarded-For $remote_addr (deploy/nginx.conf).",
        )
    yield well("site", f"{settings.SITE_URL} is this site.")


def clock_of(reply: Reply) -> Iterator[Finding]:
    """The web server's clock against ours."""
    with suppress(ValueError, TypeError):
        theirs = parsedate_to_datetime(reply.headers.get("date", ""))
        apart = abs((timezone.now() - theirs).total_seconds())
        if apart > CLOCK_SECONDS:
            yield Finding(
                "clock of the web server",
                f"The clock of {settings.SITE_URL} and ours differ by {apart:.0f} seconds.",
                "Let both machines keep their clocks: timedatectl set-ntp true.",
            )


def unreachable(error: BaseException) -> Finding:
    host = urlsplit(settings.SITE_URL).hostname
    if isinstance(error, socket.gaierror):
        cure = "Make a record for it in the DNS of your domain, or correct SITE_URL."
        return Finding("name unknown", f"The name {host} leads nowhere.", cure)
    if isinstance(error, ssl.SSLError):
        raise NotAsked("see the certificate")
    words = [
        (ConnectionRefusedError, "nobody listens there"),
        (TimeoutError, f"nobody answers in {SECONDS} seconds"),
        (http.client.HTTPException, "what answers is no web server"),
    ]
    why = next((said for kind, said in words if isinstance(error, kind)), type(error).__name__)
    return Finding("not reached", f"{settings.SITE_URL} is not reached: {why}.")


@asks(
    "Does a letter of 5 MB come through?",
    mend="The proxy refuses what the site would take: client_max_body_size 64m below /refer/ and"
    " /answer/ (deploy/nginx.conf). Doctors see its error page instead of ours.",
    needs=Needs.NETWORK,
    daily=False,
)
def large_letter() -> Iterator[Finding]:
    """To an address that keeps nothing of it."""
    try:
        if isinstance(within(SECONDS, proven), Reply):
            raise NotAsked("SITE_URL does not lead to this site")
    except CANNOT:
        raise NotAsked("SITE_URL was not reached") from None
    try:
        found = proven(body=bytes(LETTER))
    except CANNOT as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else "it was cut off"
        yield Finding("large letter", f"A letter of 5 MB does not come through: {why}.")
        return
    if isinstance(found, Reply):
        yield Finding("large letter", f"A letter of 5 MB is refused with {found.status}.")
    elif found["bytes"] != LETTER:
        yield Finding("large letter", "A letter of 5 MB arrives cut off.")


@asks(
    "Is the certificate valid for a while?",
    mend="Renew it (certbot renew), let the proxy load it again, and see that its timer runs.",
    needs=Needs.NETWORK,
)
def certificate() -> Iterator[Finding]:
    if not settings.SITE_IS_HTTPS:
        yield well("certificate", "None: the site is plain http on this machine.")
        return
    try:
        ends = within(SECONDS, last_moment)
    except ssl.SSLCertVerificationError as error:
        says, cure = CERTIFICATE.get(error.verify_code, (error.verify_message, ""))
        yield Finding("certificate", f"The certificate of {settings.SITE_URL} {says}.", cure)
    except ssl.SSLError:
        yield Finding("certificate", f"{settings.SITE_URL} answers, and not by https.")
    except CANNOT:
        raise NotAsked("SITE_URL was not reached") from None
    else:
        days = (ends - timezone.now()).days
        says = f"The certificate is valid until {ends:%d %B %Y} ({days} days)."
        yield Finding("certificate ends", says) if days < FEW_DAYS else well("certificate", says)


NOT_TRUSTED = (
    "comes from nobody that browsers trust",
    "Get one of Let’s Encrypt (certbot), and let the proxy send the whole chain (fullchain.pem).",
)
ANOTHER_NAME = (
    "is for another name",
    "Get one for the name in SITE_URL: run deploy/install again, which asks for it (with a"
    " certificate of your own: --certificate FILE --key FILE).",
)
CERTIFICATE = {  # OpenSSL's code: what it means, and its mend where it is another
    9: ("is not valid yet", "See that the clock of this machine is right."),
    10: ("has run out", ""),
    18: NOT_TRUSTED,
    19: NOT_TRUSTED,
    20: NOT_TRUSTED,
    21: NOT_TRUSTED,
    62: ANOTHER_NAME,
    64: ANOTHER_NAME,
}


def last_moment() -> datetime:
    link = asking.connection()
    try:
        link.connect()
        shown = link.sock.getpeercert()  # type: ignore[union-attr]
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    finally:
        link.close()
