"""Signing in with a real browser: two at one account, a code, another phone, who stays out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.codes import code_for, wrong_code
from tests.journeys.signing_in import PASSWORD, make_account, sign_in
from tests.running_site import Mailbox, RunningSite


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """Somebody at another computer."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def type_password(page: Page, site: RunningSite, username: str) -> None:
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def type_code(page: Page, code: str, button: str = "Sign in") -> None:
    page.get_by_label("code").fill(code)
    page.get_by_role("button", name=button, exact=True).click()


def secret_on(page: Page) -> str:
    return page.locator("#authenticator-secret").inner_text()


def sign_out(page: Page, site: RunningSite) -> None:
    page.goto(f"{site.url}/admin/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def test_of_two_who_know_the_password_the_second_to_connect_is_out(
    page: Page, stranger: Page, site: RunningSite
):
    make_account(site, "pair")
    type_password(stranger, site, "pair")
    secret = secret_on(stranger)
    type_password(page, site, "pair")
    type_code(page, code_for(secret_on(page)), "Connect")
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    type_code(stranger, code_for(secret), "Connect")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    for way in [
        "2fa/recovery-codes/",
        "2fa/totp/replace/",
        "2fa/totp/activate/",
        "reauthenticate/",
    ]:
        stranger.goto(f"{site.url}/admin/account/{way}")
        expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    type_password(stranger, site, "pair")
    expect(stranger.get_by_role("heading", name="Type your code")).to_be_visible()


def test_codes_are_shown_once_and_a_phone_is_replaced(
    page: Page, site: RunningSite, mailbox: Mailbox
):
    sign_in(page, site, "mover")
    page.get_by_role("link", name="Your sign-in").click()
    expect(page.get_by_text("You have 10 left")).to_be_visible()
    page.goto(f"{site.url}/admin/account/2fa/recovery-codes/")
    expect(page.locator(".recovery-codes")).to_have_count(0)
    page.goto(f"{site.url}/admin/account/")
    page.get_by_role("link", name="Connect another phone").click()
    secret = secret_on(page)
    type_code(page, wrong_code(secret), "Connect")
    expect(page.get_by_text("That is not the code")).to_be_visible()
    assert secret_on(page) == secret
    type_code(page, code_for(secret), "Connect")
    expect(page.get_by_text("Your new phone is connected")).to_be_visible()
    sign_out(page, site)
    type_password(page, site, "mover")
    type_code(page, code_for(secret, later=1))
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()


def test_wrong_codes_make_wait_and_a_recovery_code_lets_her_in(
    page: Page, stranger: Page, site: RunningSite
):
    make_account(site, "typo")
    type_password(page, site, "typo")
    secret = secret_on(page)
    type_code(page, code_for(secret), "Connect")
    recovery = page.locator(".recovery-codes code").first.inner_text()
    type_password(stranger, site, "typo")
    for _ in range(6):
        type_code(stranger, wrong_code(secret))
    expect(stranger.get_by_text("Too many wrong codes. Wait")).to_be_visible()
    type_code(stranger, recovery)
    expect(stranger.get_by_text("You used a recovery code. You have 9 left.")).to_be_visible()


def test_without_scripts_one_signs_in_as_well(browser: Browser, site: RunningSite):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context.new_page(), site, "plain")
    context.close()


AN_HOUR_LATER = """
from datetime import timedelta
from django.utils import timezone
from clinic_site.models import StaffSession
then = timezone.now() - timedelta(hours=1)
StaffSession.objects.filter(ended_at=None).update(last_used_at=then)
"""
WORDS = "A bone low in the back.\nThe pelvis hangs on it."


def connect(page: Page, site: RunningSite, username: str) -> list[str]:
    """A first day; her recovery codes."""
    make_account(site, username)
    type_password(page, site, username)
    type_code(page, code_for(secret_on(page)), "Connect")
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    return page.locator(".recovery-codes code").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_sent_an_hour_later_is_kept_and_sent_by_one_button(
    browser: Browser, site: RunningSite, scripts: bool
):
    context = browser.new_context(java_script_enabled=scripts)
    page, name = context.new_page(), f"late{scripts}".lower()
    code = connect(page, site, name)[0]
    page.goto(f"{site.url}/admin/conditions/glossaryterm/add/")
    page.locator("[name=term]").fill(name)
    page.locator("[name=definition]").fill(WORDS)
    site.manage("shell", "-c", AN_HOUR_LATER)
    page.locator("[name=_save]").click()
    expect(page.get_by_text("What you sent is kept for an hour")).to_be_visible()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    type_code(page, code)
    expect(page.get_by_text("Glossary term, add")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    page.locator("#result_list").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[name=definition]")).to_have_value(WORDS)
    context.close()


def test_typing_tells_the_site_once_a_minute_and_looking_does_not(page: Page, site: RunningSite):
    told: list[str] = []
    connect(page, site, "typist")
    page.on("request", lambda r: told.append(r.method) if "account/session/" in r.url else None)
    page.goto(f"{site.url}/admin/conditions/glossaryterm/add/")
    page.mouse.move(200, 200)
    page.locator("[name=term]").focus()
    assert told == []
    with page.expect_response("**/account/session/") as answer:
        page.locator("[name=definition]").press_sequentially("A bone low in the back.")
    assert answer.value.status == 200
    assert told == ["POST"]
