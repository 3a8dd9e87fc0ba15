"""What a passkey is asked, and whether its answer is right.

Each question is good for one answer, five minutes and one purpose. It is asked when somebody
presses the button, so that no page that is only looked at puts anything into a session. Every
passkey asks its owner for a finger, a face or a PIN: the device she has, and what opens it.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from clinic_site.models import Clinic
from clinic_site.sign_in.passkeys.address import all_passkeys, host, origin, passkeys

NEW, SIGN_IN, CODE, CONFIRM = "new", "sign_in", "code", "confirm"  # what a question is for
ASKED = "passkey_asked"  # where in the session the question waits for its answer
GOOD_FOR_SECONDS = 5 * 60
HANDLE_BYTES = 32  # random: it tells nothing of the person, and no two people have the same
LONGEST_ID = 1023  # bytes; so says the standard

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Refused(Exception):
    """`words` say so to the person, `why` to the log; `user` is whose it was, where known."""

    why = "the answer was not right"
    words = "That passkey could not be checked. Press the button again, or use your codes."

    def __init__(self, user: User | None = None) -> None:
        super().__init__(self.why)
        self.user = user


class TooLate(Refused):
    why = "too late, or asked for something else"
    words = "That took too long. Press the button again."


class Unknown(Refused):
    why = "it opens nothing here"
    words = (
        "This passkey opens nothing here. It was removed, or it belongs to somebody else."
        " Use another one, or your codes."
    )


class Unverified(Refused):
    why = "without finger, face or PIN"
    words = (
        "This passkey did not ask for your finger, your face or a PIN. Here it has to."
        " Turn on the lock of your device, then try again."
    )


class Copied(Refused):
    why = "its counter went back"
    words = (
        "This passkey may have been copied, so it was not taken. Touch it once more. If you read"
        " this again, use your codes and remove it on the page “Your sign-in”."
    )


class Closed(Refused):
    why = "the account is closed"
    words = "This account is closed. Ask the person who looks after this site to open it again."


def server() -> Fido2Server:
    """It takes an answer from this very origin, not from a neighbour of the same domain."""
    clinic = PublicKeyCredentialRpEntity(id=host(), name=Clinic.current().name)
    return Fido2Server(clinic, verify_origin=lambda where: where == origin())


def ask_for_new(request: HttpRequest, user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey, as JSON."""
    handle = handle_of(user)
    entity = PublicKeyCredentialUserEntity(
        id=handle,
        name=user.get_username(),
        display_name=user.get_full_name() or user.get_username(),
    )
    question, state = server().register_begin(
        entity,
        credentials=[credential_of(one) for one in passkeys(user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    remember_question(request, NEW, user, {**state, "handle": websafe_encode(handle)})
    return dict(question)


def ask(request: HttpRequest, purpose: str, user: User | None) -> dict[str, Any]:
    """What a browser needs to ask a passkey, as JSON. None: any person's that it knows."""
    known = [credential_of(one) for one in passkeys(user)] if user else None
    required = UserVerificationRequirement.REQUIRED
    question, state = server().authenticate_begin(known, user_verification=required)
    remember_question(request, purpose, user, state)
    return dict(question)


def remember_question(
    request: HttpRequest, purpose: str, user: User | None, state: dict[str, Any]
) -> None:
    facts = {"for": purpose, "user": user.pk if user else None, "at": timezone.now().timestamp()}
    request.session[ASKED] = {**state, **facts}


def take_question(request: HttpRequest, purpose: str, user: User | None) -> dict[str, Any]:
    """Out of the session, whatever becomes of the answer."""
    state = request.session.pop(ASKED, None)
    if not state or (state["for"], state["user"]) != (purpose, user.pk if user else None):
        raise TooLate(user)
    if not 0 <= timezone.now().timestamp() - state["at"] < GOOD_FOR_SECONDS:
        raise TooLate(user)
    return dict(state)


def handle_of(user: User) -> bytes:
    """The same for all of a person's, so that no device holds two of hers."""
    first = all_passkeys(user).first()
    return websafe_decode(first.data["handle"]) if first else secrets.token_bytes(HANDLE_BYTES)


def credential_of(passkey: Authenticator) -> AttestedCredentialData:
    found: AttestedCredentialData = passkey.wrap().authenticator_data.credential_data
    return found


def read(reader: Callable[[], T], user: User | None = None) -> T:
    """What strangers send makes a reader raise anything at all: none of it is a right answer."""
    try:
        return reader()
    except Exception as error:
        logger.info("an answer of a passkey was refused: %s", type(error).__name__)
        raise Refused(user) from error


def check_new(request: HttpRequest, user: User, answer: Any) -> dict[str, Any]:
    """What is kept of a passkey that was just made. Raises `Refused`.

    The public key and what came with it are no secrets: they open nothing.
    """
    state = take_question(request, NEW, user)
    response = read(lambda: RegistrationResponse.from_dict(answer), user)
    made = read(lambda: server().register_complete(state, response), user)
    found = made.credential_data
    if found is None or not made.is_user_verified() or is_framed(response.response.client_data):
        raise Refused(user)
    is_odd = isinstance(found.public_key, UnsupportedKey)
    if is_odd or not 0 < len(found.credential_id) <= LONGEST_ID:
        raise Refused(user)
    return {
        "credential": as_allauth_keeps_it(response),
        "credential_id": websafe_encode(found.credential_id),
        "handle": state["handle"],
        "host": host(),
        "counter": made.counter,
    }


def as_allauth_keeps_it(response: RegistrationResponse) -> dict[str, Any]:
    """Only what is needed, whatever else the browser sent."""
    return {
        "id": websafe_encode(response.raw_id),
        "rawId": websafe_encode(response.raw_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(response.response.client_data),
            "attestationObject": websafe_encode(response.response.attestation_object),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def check(request: HttpRequest, purpose: str, user: User | None, answer: Any) -> Authenticator:
    """The passkey whose answer this is: one of `user`, or of anybody. Raises `Refused`."""
    state = take_question(request, purpose, user)
    response = read(lambda: AuthenticationResponse.from_dict(answer), user)
    with transaction.atomic():
        passkey = find(response, user)
        owner = passkey.user
        known = [credential_of(passkey)]
        said = response.response.authenticator_data
        if not said.is_user_verified():
            raise Unverified(owner)
        read(lambda: server().authenticate_complete(state, known, response), owner)
        if is_framed(response.response.client_data):
            raise Refused(owner)
        if not may_come_in(owner):
            raise Closed(owner)
        note_answer(passkey, state["challenge"], said.counter)
    return passkey


def find(response: AuthenticationResponse, user: User | None) -> Authenticator:
    """The row of its name, locked. Without a person the answer must say whose it is."""
    rows = Authenticator.objects.select_for_update().filter(
        type=Authenticator.Type.WEBAUTHN,
        data__credential_id=websafe_encode(response.raw_id),
        data__host=host(),
    )
    found = list(rows[:2])
    handle = response.response.user_handle
    if len(found) != 1 or (user and found[0].user_id != user.pk):
        raise Unknown(user)
    if handle is None and user is None:
        raise Unknown
    if handle is not None and websafe_encode(handle) != found[0].data["handle"]:
        raise Unknown(user)
    return found[0]


def may_come_in(owner: User) -> bool:
    """Who takes a colleague's password away means to keep her out, so no passkey goes round it."""
    return owner.is_active and owner.is_staff and owner.has_usable_password()


def is_framed(client_data: CollectedClientData) -> bool:
    """Asked by a page of somebody else that holds ours."""
    return bool(client_data.cross_origin)


def note_answer(passkey: Authenticator, challenge: str, counter: int) -> None:
    """Each answer counts once, also where a session was put back; a counter never goes back.

    Passkeys that are kept in step on several devices always say 0.
    """
    digest = hashlib.sha256(challenge.encode()).hexdigest()
    before = passkey.data.get("counter", 0)
    if passkey.data.get("answered") == digest:
        raise TooLate(passkey.user)
    if (counter or before) and counter <= before:
        raise Copied(passkey.user)
    passkey.data |= {"answered": digest, "counter": counter}
    passkey.save(update_fields=["data"])
