"""Who stands between us and the mail server reads neither mail nor password: mail waits instead."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from referrals.mail import delivery
from referrals.models import Notification
from tests.makers import submitted
from tests.running_site import Mailbox, free_port

pytestmark = pytest.mark.django_db
NAME = "localhost"


def certificate(folder: Path, *, name: str = NAME) -> Path:
    """Signed by nobody but itself, as an eavesdropper makes one; with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


class Eavesdropper(Mailbox):
    """Takes every mail and every password that it is given."""

    passwords: list[object]

    def take(self, server: object, session: object, envelope: object, way: str, given: object):
        self.passwords.append(given)
        return AuthResult(success=True)


@contextmanager
def listening(settings, pem: Path | None, *, from_the_start: bool = False) -> Iterator[Mailbox]:
    mailbox = Eavesdropper()
    mailbox.passwords = []
    context = None
    if pem:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem)
    options = {"ssl_context" if from_the_start else "tls_context": context}
    if not from_the_start:
        options["auth_require_tls"] = False
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), authenticator=mailbox.take, **options
    )
    controller.start()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_SERVER = {
        **settings.MAIL_SERVER,
        "host": NAME,
        "port": controller.port,
        "timeout": 5,
        "username": "rooms",
        "password": "plum",
        "use_ssl": from_the_start,
        "use_tls": not from_the_start,
    }
    try:
        yield mailbox
    finally:
        controller.stop()


def sent_to(mailbox: Mailbox) -> tuple[str, str]:
    submitted()
    state = delivery.deliver_one().state
    return state, Notification.objects.exclude(attempts=0).get().last_error


@pytest.mark.parametrize("from_the_start", [False, True])
def test_a_certificate_that_nobody_signed_gets_neither_mail_nor_password(
    settings, tmp_path, from_the_start
):
    with listening(settings, certificate(tmp_path), from_the_start=from_the_start) as mailbox:
        state, why = sent_to(mailbox)
    words = "The mail server’s certificate is not to be trusted (SSLCertVerificationError)"
    assert (state, why) == ("queued", words)
    assert (mailbox.messages, mailbox.passwords) == ([], [])


def test_a_server_that_takes_the_encryption_away_gets_neither(settings):
    with listening(settings, None) as mailbox:
        state, why = sent_to(mailbox)
    assert state == "queued"
    assert why.startswith("The mail server offers no encryption")
    assert (mailbox.messages, mailbox.passwords) == ([], [])


@pytest.mark.parametrize(("name", "state"), [(NAME, "sent"), ("other.example", "queued")])
def test_a_signed_one_counts_for_its_own_name_alone(settings, tmp_path, monkeypatch, name, state):
    pem = certificate(tmp_path, name=name)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with listening(settings, pem) as mailbox:
        assert sent_to(mailbox)[0] == state
    assert len(mailbox.messages) == (state == "sent")
