"""Mail that shall go by TLS goes by TLS to the right server, or it waits."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from referrals.mail import delivery
from referrals.models import Notification
from tests.makers import make_clinic, submitted
from tests.running_site import Mailbox, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_certificate(tmp_path):
    """One that anybody can make: (file, TLS of a server that shows it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
    path = tmp_path / "server.pem"
    as_pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    secret = key.private_bytes(*as_pem, serialization.NoEncryption())
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(as_pem[0]) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


@pytest.fixture
def smtp(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    server = {"host": "localhost", "port": free_port(), "timeout": 5, "use_tls": True}
    server |= {"username": "website", "password": "secret word"}
    settings.MAIL_SERVER = {**settings.MAIL_SERVER, **server}
    return settings.MAIL_SERVER


@pytest.fixture
def listening(smtp) -> Iterator[dict]:
    """What a server on the way heard: mails, and whether a password was offered."""
    heard = {"mails": Mailbox(), "passwords": []}

    def sign_in(server, session, envelope, mechanism, data):
        heard["passwords"].append(data)
        return AuthResult(success=True)

    started = []

    def start(**options):
        controller = Controller(
            heard["mails"], "localhost", smtp["port"], authenticator=sign_in, **options
        )
        controller.start()
        started.append(controller)
        return heard

    yield start
    for controller in started:
        controller.stop()


def deliver_one():
    make_clinic()
    submitted()
    found = delivery.deliver_one()
    found.refresh_from_db()
    return found


def test_a_server_that_has_no_tls_hears_neither_mail_nor_password(listening):
    """Somebody on the way who takes STARTTLS out of the greeting."""
    heard = listening(auth_require_tls=False)
    assert deliver_one().state == Notification.State.QUEUED
    assert heard["mails"].messages == []
    assert heard["passwords"] == []


def test_a_certificate_that_nobody_signed_is_refused(listening, own_certificate):
    heard = listening(tls_context=own_certificate[1])
    assert deliver_one().state == Notification.State.QUEUED
    assert heard["mails"].messages == []
    assert heard["passwords"] == []


def test_a_certificate_that_this_machine_trusts_is_taken(listening, own_certificate, monkeypatch):
    path, context = own_certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    heard = listening(tls_context=context)
    assert deliver_one().state == Notification.State.SENT
    assert heard["mails"].messages
    assert heard["passwords"]
