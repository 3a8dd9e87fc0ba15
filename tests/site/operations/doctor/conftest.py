"""A public site behind a real web server of its own, and a real mail server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.site.operations.doctor.front import Front


@pytest.fixture
def public(settings: Any) -> Any:
    """Settings of a site that others reach."""
    settings.SITE_IS_LOOPBACK = False
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    return settings


@pytest.fixture
def front(public: Any) -> Iterator[Front]:
    """Plain http, as the doctor asks the same. It does everything right until told not to."""
    found = Front()
    found.start()
    public.SITE_URL = found.url
    yield found
    found.stop()


def make_certificate(
    folder: Path, *, name: str = "localhost", days: float = 90, since: float = -1
) -> Path:
    """A self-made certificate and its key in one file, valid from `since` days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now + timedelta(since)).not_valid_after(now + timedelta(days))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(encoding, form, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(encoding) + secret)
    return path
