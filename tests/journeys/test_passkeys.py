"""Passkeys with a real browser, and Chromium's own authenticator in the place of a device."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.signing_in import PASSWORD, make_account
from tests.journeys.test_signing_in import AN_HOUR_LATER, WORDS
from tests.running_site import Mailbox, RunningSite

HOME = "What would you like to do?"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[RunningSite]:
    """Passkeys belong to a name, and the other journeys' site has only a number."""
    folder: Path = tmp_path_factory.mktemp("named")
    site = RunningSite(folder, mailbox)
    site.url = site.environment["SITE_URL"] = f"http://localhost:{site.port}"
    site.prepare()
    site.start("web")
    try:
        site.wait_until_up()
        yield site
    finally:
        site.stop()


class Desk:
    """A browser of one person, with a device that holds her passkeys."""

    def __init__(self, context: BrowserContext, site: RunningSite, **device: Any) -> None:
        self.site, self.page = site, context.new_page()
        self.cdp = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        options = {"options": {**DEVICE, **device}}
        self.device = self.cdp.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"]

    def keys(self) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.device})
        return list(found["credentials"])

    def take(self, key: dict[str, Any]) -> None:
        """Put somebody's passkey onto this device."""
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.device, "credential": key})

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.url}/admin/{path}")

    def press(self, name: str, kind: Any = "button") -> None:
        self.page.get_by_role("main").get_by_role(kind, name=name, exact=True).click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    def type_password(self, name: str) -> None:
        self.go("")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")

    def begin(self, name: str) -> list[str]:
        """A first day with a passkey; her recovery codes."""
        make_account(self.site, name)
        self.type_password(name)
        self.sees("How do you want to sign in?")
        self.press("Use a passkey", "link")
        self.press("Add a passkey")
        self.sees("Keep these codes")
        codes: list[str] = self.page.locator(".recovery-codes code").all_inner_texts()
        self.page.get_by_role("link", name="Go to the staff site").click()
        self.sees(HOME)
        return codes

    def sign_out(self) -> None:
        self.go("account/logout/")
        self.press("Sign out")


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened = [browser.new_context() for _ in range(2)]
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def desk(contexts: list[BrowserContext], named_site: RunningSite) -> Desk:
    named_site.forget_visitors()
    return Desk(contexts[0], named_site)


def test_a_first_day_with_a_passkey_and_from_then_on_a_touch_opens_the_site(desk: Desk):
    desk.begin("first")
    desk.sign_out()
    desk.go("conditions/glossaryterm/")
    desk.press("Use your passkey")
    desk.page.wait_for_url("**/admin/conditions/glossaryterm/")
    desk.go("account/")
    expect(desk.page.get_by_text("Signed in: passkey")).to_be_visible()


def test_after_the_password_and_before_what_asks_again_a_touch_is_enough(desk: Desk):
    desk.begin("second")
    desk.sign_out()
    desk.type_password("second")
    desk.sees("One more step")
    desk.press("Use your passkey")
    desk.sees(HOME)
    desk.site.manage("shell", "-c", LONG_CONFIRMED.format(name="second"))
    desk.go("account/2fa/recovery-codes/generate/")
    desk.sees("Is it you?")
    desk.press("Use your passkey")
    desk.sees("Make new recovery codes")


LONG_CONFIRMED = """
from clinic_site.models import StaffSession
from clinic_site.sessions.store import SessionStore
for row in StaffSession.objects.filter(ended_at=None, user__username="{name}"):
    store = SessionStore()
    data = store.decode(row.data)
    for record in data["account_authentication_methods"]:
        record["at"] -= 3600
    row.data = store.encode(data)
    row.save()
"""


def test_words_typed_until_the_session_was_over_are_there_after_a_touch(desk: Desk):
    desk.begin("late")
    desk.go("conditions/glossaryterm/add/")
    desk.page.locator("[name=term]").fill("Late word")
    desk.page.locator("[name=definition]").fill(WORDS)
    desk.site.manage("shell", "-c", AN_HOUR_LATER)
    desk.page.locator("[name=_save]").click()
    expect(desk.page.get_by_text("What you sent is kept for an hour")).to_be_visible()
    desk.press("Use your passkey")
    expect(desk.page.get_by_text("Glossary term, add")).to_be_visible()
    desk.press("Send it now")
    link = desk.page.locator("#result_list").get_by_role("link", name="Late word", exact=True)
    link.click()
    expect(desk.page.locator("[name=definition]")).to_have_value(WORDS)


def test_a_removed_one_opens_nothing_and_the_last_one_stays(
    desk: Desk, contexts: list[BrowserContext]
):
    codes = desk.begin("remover")
    desk.go("account/")
    desk.page.get_by_role("link", name="Remove").click()
    expect(desk.page.get_by_text("It is the only thing left that lets you in.")).to_be_visible()
    second = Desk(contexts[1], desk.site, transport="usb")
    second.type_password("remover")
    second.page.get_by_label("code").fill(codes[0])
    second.press("Sign in")
    second.go("account/2fa/passkeys/add/")
    second.page.get_by_label("What do you call it?").fill("My key")
    second.press("Add a passkey")
    expect(second.page.get_by_role("link", name="Remove My key")).to_be_visible()
    second.page.get_by_role("listitem").filter(has_text="Chrome on Linux").get_by_role(
        "link", name="Remove"
    ).click()
    second.press("Remove it")
    expect(second.page.get_by_text("is removed")).to_be_visible()
    desk.go("")
    desk.press("Use your passkey")
    expect(desk.page.get_by_text("This passkey opens nothing here.")).to_be_visible()
    second.sign_out()
    second.press("Use your passkey")
    second.sees(HOME)


def test_a_colleagues_passkey_opens_nothing_of_hers(desk: Desk, contexts: list[BrowserContext]):
    desk.begin("owner")
    desk.sign_out()
    thief = Desk(contexts[1], desk.site)
    thief.begin("thief")
    key = {**thief.keys()[0], "credentialId": desk.keys()[0]["credentialId"]}
    thief.sign_out()
    thief.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": thief.device})
    thief.take(key)  # the thief's own, under the name of hers
    thief.type_password("owner")
    thief.press("Use your passkey")
    expect(thief.page.get_by_role("alert").filter(has_text="This passkey")).to_be_visible()
    thief.go("")
    expect(thief.page.get_by_role("heading", name=HOME)).to_have_count(0)


def test_a_device_that_does_not_ask_for_its_owner_makes_none(
    contexts: list[BrowserContext], named_site: RunningSite
):
    named_site.forget_visitors()
    desk = Desk(contexts[0], named_site, isUserVerified=False)
    make_account(named_site, "unlocked")
    desk.type_password("unlocked")
    desk.press("Use a passkey", "link")
    desk.press("Add a passkey")
    expect(desk.page.locator(".passkey-problem")).not_to_be_empty()
    assert desk.keys() == []


def test_without_scripts_the_app_is_offered_and_no_button_is_shown(
    browser: Browser, named_site: RunningSite
):
    named_site.forget_visitors()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    make_account(named_site, "plainly")
    page.goto(f"{named_site.url}/admin/")
    expect(page.get_by_role("button", name="Use your passkey")).to_be_hidden()
    page.get_by_label("Username").fill("plainly")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Use a passkey")).to_be_hidden()
    page.get_by_role("link", name="Use an authenticator app").click()
    expect(page.locator("#authenticator-secret")).to_be_visible()
    context.close()
