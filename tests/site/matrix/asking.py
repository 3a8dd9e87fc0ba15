"""Every person asks for every address: what came back, and what was written meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.test import Client

from conditions.publishing import offers
from referrals.files import records
from tests.site.matrix.addresses import Address, all_addresses
from tests.site.matrix.watching import COUNTED_ANYWAY, taken_back, watched
from tests.site.matrix.world import World

OPEN, SIGN_IN, NO_SUCH_VERB = "open", "sign in first", "405"
WAYS_TO_SIGN_IN = {
    "/admin/login/",
    "/admin/account/login/",
    "/admin/account/2fa/reauthenticate/",
    "/admin/account/2fa/totp/activate/",
    "/admin/account/2fa/choose/",
}
# What any button of the site asks for, as a person would fill it in ...
SENSIBLE = {
    "post": "yes",
    "confirmed": "on",
    "note": "Words.",
    "reason": "Words.",
    "outcome": "booked",
    "html": "<p>Words.</p>",
    "decision": "take",
    "family_name": "Samplepatient",
    "title": "Words",
    "action": "delete_selected",
}
# ... and so that each way out of a form is walked where something is wrong with it.
NONSENSE = dict.fromkeys([*SENSIBLE, "live_from", "seen", "piece", "action"], "\x00�[" * 3)


@dataclass(frozen=True)
class Answer:
    verdict: str
    status: int
    text: str
    written: frozenset[str]
    response: Any


@contextmanager
def quick() -> Iterator[None]:
    """Without what takes a second and has tests of its own: PDFs, and a whole release."""
    some: dict[str, Any] = {}
    for piece in offers.of_this_release():
        some.setdefault(piece.kind, piece)
    with ExitStack() as stack:
        for name in ("record_pdf", "receipt_pdf"):
            stack.enter_context(mock.patch.object(records, name, return_value=b"%PDF-"))
        stack.enter_context(mock.patch.object(records, "child", return_value=b"%PDF-"))
        stack.enter_context(
            mock.patch.object(offers, "of_this_release", return_value=tuple(some.values()))
        )
        logging.disable()  # each refusal would be a line with all its places in the code
        stack.callback(logging.disable, logging.NOTSET)
        yield


def ask(
    browser: Client, method: str, url: str, data: dict[str, Any] | None = None, **more: Any
) -> Answer:
    """One request, of which nothing stays: neither rows nor cookies."""
    before = dict(browser.cookies)
    with taken_back(), watched() as tables:
        response = getattr(browser, method)(url, data or {}, **more)
        body = response.getvalue() if response.streaming else response.content
    browser.cookies.clear()
    browser.cookies.update(before)
    return Answer(
        verdict_of(response),
        response.status_code,
        body.decode(errors="replace"),
        frozenset(tables - COUNTED_ANYWAY),
        response,
    )


def verdict_of(response: Any) -> str:
    status = response.status_code
    if status == 302 and urlsplit(response["Location"]).path in WAYS_TO_SIGN_IN:
        return OPEN if was_signed_out(response) else SIGN_IN
    if status == 401:
        return SIGN_IN
    return str(status) if status in {403, 404, 405} else OPEN


def was_signed_out(response: Any) -> bool:
    match = response.wsgi_request.resolver_match
    is_post = response.wsgi_request.method == "POST"
    return is_post and match.view_name in {"account_logout", "admin:logout"}


def ask_everything(
    world: World,
    who: str,
    method: str,
    data: dict[str, Any] | None = None,
    addresses: list[Address] | None = None,
) -> dict[Address, Answer]:
    """`who` opens, or posts the same to, every address there is, or each of these."""
    browser = world.browsers[who]
    browser.raise_request_exception = False
    with quick():
        return {
            address: ask(browser, method, address.url(world), filled_in(world, address, data))
            for address in addresses or all_addresses()
        }


def filled_in(world: World, address: Address, data: dict[str, Any] | None) -> dict[str, Any]:
    if data is not SENSIBLE:
        return data or {}
    row = world.rows.get(address.kind)
    return {**data, "piece": world.words["piece"], "_selected_action": row.pk if row else ""}
