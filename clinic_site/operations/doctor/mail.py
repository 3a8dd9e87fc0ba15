"""Signs in to the mail server as the site would, and sends nothing unless asked to."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from clinic_site.operations.doctor.finding import Finding, Needs, asks, well, within

SECONDS = 5
SECONDS_TO_SEND = 10
TROUBLE = (smtplib.SMTPException, OSError, ValueError)
SUBJECT = "Test: mail from your website arrives"
BODY = """Somebody asked this website to send a test.

  Website   {site}
  From      {sender}

If you read this in your inbox, mail from the site arrives. If it lay among spam: let the server of
your domain say that {host} may send for it (SPF, DKIM).
"""


@asks(
    "Does the mail server let the site in?",
    mend="Correct EMAIL_URL and start web and mail again. Nothing is lost: mail waits.",
    needs=Needs.NETWORK,
)
def mail_server() -> Iterator[Finding]:
    """Connects, encrypts, signs in, and asks whether the sender is taken."""
    server = settings.MAIL_SERVER
    if not settings.MAIL_TRANSPORT.endswith("smtp.EmailBackend"):
        yield well("mail server", f"None: mail becomes files in {settings.MAIL_DIR}.")
        return
    where = f"{server['host']}:{server['port']}"
    try:
        code = within(SECONDS, sign_in)
    except TROUBLE as error:
        yield Finding("mail server", f"{where}: {trouble(error)}.")
        return
    if code >= 400:
        sender = settings.DEFAULT_FROM_EMAIL
        says = f"{where} takes no mail from {sender} (code {code})."
        yield Finding("sender", says, "Set DEFAULT_FROM_EMAIL to an address it may send for.")
    else:
        yield well("mail server", f"{where} let the site in.")


def sign_in() -> int:
    """The code with which the server answers our sender. Nothing is sent."""
    backend = transport(SECONDS)
    backend.open()
    try:
        code, _ = backend.connection.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        return int(code)
    finally:
        backend.close()


def transport(seconds: int) -> Any:
    options: dict[str, Any] = {}
    if settings.MAIL_TRANSPORT.endswith("smtp.EmailBackend"):
        options = {**settings.MAIL_SERVER, "timeout": seconds}
    return import_string(settings.MAIL_TRANSPORT)(alias="doctor", **options)


def trouble(error: BaseException) -> str:
    """In words of our own: what a server says may quote user, address and more."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it refuses the user or the password (code {error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it says no (code {error.smtp_code})"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it does not take mail for this address"
    if isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib calls a server that is silent disconnected
    words = [
        (smtplib.SMTPNotSupportedError, "it offers no encryption, or no sign-in, at this port"),
        (smtplib.SMTPServerDisconnected, "it hung up: smtp+ssl is for port 465, smtp+tls for 587"),
        (ssl.SSLCertVerificationError, "its certificate is not for this name, or not valid"),
        (ssl.SSLError, "it speaks another encryption: smtp+ssl is for port 465, smtp+tls for 587"),
        (socket.gaierror, "its name leads nowhere"),
        (ConnectionRefusedError, "nobody listens there"),
        (TimeoutError, "it said nothing in time; many providers close port 25"),
    ]
    return next((said for kind, said in words if isinstance(error, kind)), type(error).__name__)


def send_test(address: str) -> Finding:
    """One mail, past the queue, so that the server’s answer is seen at once."""
    site = urlsplit(settings.SITE_URL).hostname or "localhost"
    host, sender = settings.MAIL_SERVER["host"], settings.DEFAULT_FROM_EMAIL
    body = BODY.format(site=settings.SITE_URL, sender=sender, host=host)
    headers = {"Message-ID": make_msgid(domain=site)}
    message = EmailMessage(SUBJECT, body, sender, [address], headers=headers)
    try:
        within(SECONDS_TO_SEND, lambda: transport(SECONDS_TO_SEND).send_messages([message]))
    except TROUBLE as error:
        cure = "Correct EMAIL_URL or the address, and try again."
        return Finding("test mail", f"The test mail was not sent: {trouble(error)}.", cure)
    return well("test mail", f"A test mail went to {address}. See that it lies in the inbox.")
