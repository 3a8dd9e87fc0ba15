"""A passkey in software, for the test client: what a browser and its device would answer.

`Device` holds one key, as a telephone does; each part of an answer can be made wrong.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ADD = "/admin/account/2fa/passkeys/add/"
NEW = "/admin/account/2fa/passkeys/new/"
OPTIONS = "/admin/account/passkey/options/"
ALONE = "/admin/account/passkey/"
CHOOSE = "/admin/account/2fa/choose/"
FLAG = AuthenticatorData.FLAG
SITE = "http://localhost:8000"


@dataclass
class Device:
    """`verifies` is whether it asks for finger, face or PIN; `step` what its counter grows by."""

    origin: str = SITE
    host: str = "localhost"
    verifies: bool = True
    step: int = 1
    counter: int = 0
    handle: str | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def flags(self, *more: FLAG) -> Any:
        flags = FLAG.UP | (FLAG.UV if self.verifies else 0)
        for one in more:
            flags |= one
        return flags

    def data(self, *more: FLAG, credential: bytes = b"") -> AuthenticatorData:
        self.counter += self.step
        digest = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(digest, self.flags(*more), self.counter, credential)

    def client(self, kind: str, challenge: str, **more: Any) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin, **more)

    def make(self, question: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A new credential, as a browser would send it."""
        asked = question["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = self.data(FLAG.AT, credential=credential)
        return self.answer(
            clientDataJSON=self.client("webauthn.create", asked["challenge"], **more),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def touch(self, question: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Its owner agrees."""
        client = self.client("webauthn.get", question["publicKey"]["challenge"], **more)
        data = self.data()
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        if self.handle is not None:
            parts["userHandle"] = websafe_decode(self.handle)
        return self.answer(**parts)

    def answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.id)
        response = {part: websafe_encode(value) for part, value in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def asked(client: Client, purpose: str = "sign_in") -> dict[str, Any]:
    question: dict[str, Any] = client.post(OPTIONS, {"for": purpose}).json()
    return question


def send(client: Client, answer: Any, url: str = ALONE, **more: Any) -> Any:
    return client.post(url, {"credential": json.dumps(answer), **more})


def touch(client: Client, device: Device, url: str = ALONE, purpose: str = "sign_in") -> Any:
    """Press the button, agree on the device."""
    return send(client, device.touch(asked(client, purpose)), url)


def add(client: Client, device: Device, name: str = "My telephone") -> Any:
    return send(client, device.make(client.post(NEW).json()), ADD, name=name)


def give_passkey(user: User, **facts: Any) -> Device:
    """A person who has a passkey already, made as `add_passkey` keeps it."""
    device = Device(**facts)
    question = {
        "publicKey": {
            "challenge": websafe_encode(secrets.token_bytes(32)),
            "user": {"id": websafe_encode(secrets.token_bytes(32))},
        }
    }
    made = device.make(question)
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": "My telephone",
            "credential": {**made, "clientExtensionResults": {"credProps": {"rk": True}}},
            "credential_id": made["id"],
            "handle": device.handle,
            "host": device.host,
            "counter": device.counter,
        },
    )
    return device
