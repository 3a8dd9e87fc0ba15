"""In a real browser, with a real mail server: invited, forgotten, and an old link."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.codes import code_for
from tests.journeys.signing_in import make_account, sign_in
from tests.running_site import PATIENCE, Mailbox, RunningSite

NEW, NEWER = "seven green kettles hum", "nine purple ladders sing"
LINK = re.compile(r"http://\S+/admin/account/link/(\w+)/")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def hers(browser: Browser) -> Iterator[Page]:
    """Her own computer, at home."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def link_to(mailbox: Mailbox, address: str, *, number: int = 1) -> str:
    """The link in the so-maniest mail to an address that holds one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        bodies = [body_of(m) for m in mailbox.messages if address in str(m["To"])]
        links = [found[0] for body in bodies if (found := LINK.search(body))]
        if len(links) >= number:
            return links[number - 1]
        time.sleep(0.1)
    raise TimeoutError(address)


def body_of(message) -> str:
    return (message.get_payload(decode=True) or b"").decode()


def fill_invitation(page: Page, site: RunningSite, email: str, name: str) -> None:
    page.goto(f"{site.url}/admin/auth/user/")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("First name").fill(name)
    page.get_by_label("Last name").fill("Sample")
    page.get_by_label("Email address").fill(email)


def invite(page: Page, site: RunningSite, mailbox: Mailbox, name: str) -> str:
    email = f"{name.lower()}@sample.example"
    fill_invitation(page, site, email, name)
    page.get_by_label("Receptionist").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"An invitation is on its way to {email}")).to_be_visible()
    return link_to(mailbox, email)


def choose(page: Page, password: str, button: str) -> None:
    page.get_by_label("Your new password", exact=True).fill(password)
    page.get_by_label("Your new password again").fill(password)
    page.get_by_role("button", name=button).click()


def connect(page: Page) -> str:
    secret = page.locator("#authenticator-secret").inner_text()
    page.get_by_label("code").fill(code_for(secret))
    page.get_by_role("button", name="Connect").click()
    return secret


def test_from_the_invitation_to_the_first_sign_in(
    page: Page, hers: Page, stranger: Page, site: RunningSite, mailbox: Mailbox
):
    sign_in(page, site, "inviter")
    fill_invitation(page, site, "maya@sample.example", "Maya")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Tick at least one.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Maya")
    link = invite(page, site, mailbox, "Maya")
    stranger.goto(link)  # a program that looks at links before she does
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is for somebody else")).to_be_visible()
    hers.goto(link)
    expect(hers.get_by_text("inviter invited you to the staff site")).to_be_visible()
    expect(hers.get_by_label("Your username")).to_have_value("maya.sample")
    choose(hers, "short", "Go on")
    expect(hers.get_by_text("too short")).to_be_visible()
    choose(hers, NEW, "Go on")
    connect(hers)
    expect(hers.get_by_role("heading", name="Keep these codes")).to_be_visible()
    expect(hers.locator(".recovery-codes code")).to_have_count(10)
    hers.get_by_role("link", name="Go to the staff site").click()
    expect(hers.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    assert hers.goto(f"{site.url}/admin/auth/user/invite/").status == 403  # a receptionist
    assert LINK.search(link)[1].encode() not in site.traces()


def test_a_stranger_with_an_old_link_gets_nowhere_and_hears_what_to_do(
    page: Page, hers: Page, stranger: Page, site: RunningSite, mailbox: Mailbox
):
    sign_in(page, site, "oldlinks")
    used, taken_back, left = (invite(page, site, mailbox, n) for n in ("Una", "Tess", "Lena"))
    hers.goto(used)
    choose(hers, NEW, "Go on")
    expect(hers.get_by_role("heading", name="Connect your phone")).to_be_visible()
    page.goto(f"{site.url}/admin/auth/user/")
    page.get_by_role("link", name="Tess Sample").click()
    page.get_by_role("button", name="Take the invitation back").click()
    expect(page.get_by_text("is taken back")).to_be_visible()
    page.goto(f"{site.url}/admin/auth/user/")
    page.get_by_role("link", name="Lena Sample").click()
    page.get_by_role("link", name="Has left").click()
    page.get_by_role("button", name="She has left: close the account").click()
    expect(page.get_by_text("This account is closed")).to_be_visible()
    for link, heading in {
        used: "You have a password already",
        taken_back: "This link has ended",
        left: "This account is closed",
        f"{site.url}/admin/account/link/{'0' * 40}/": "This link does not work",
    }.items():
        stranger.goto(link)
        expect(stranger.get_by_role("heading", name=heading)).to_be_visible()
        expect(stranger.locator("input[type=password]")).to_have_count(0)
        stranger.goto(f"{site.url}/admin/")
        expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_forgotten_password_and_the_phone_that_is_still_asked_for(
    page: Page, hers: Page, stranger: Page, site: RunningSite, mailbox: Mailbox
):
    sign_in(page, site, "forgetter-chief")
    hers.goto(invite(page, site, mailbox, "Vera"))
    choose(hers, NEW, "Go on")
    secret = connect(hers)
    expect(hers.get_by_role("heading", name="Keep these codes")).to_be_visible()
    answers = set()
    for typed in ("nobody.at.all", "vera.sample"):
        stranger.goto(f"{site.url}/admin/")
        stranger.get_by_role("link", name="Forgot your password?").click()
        stranger.get_by_label("Username or email address").fill(typed)
        stranger.get_by_role("button", name="Send me a link").click()
        expect(stranger.get_by_role("heading", name="Look into your mail")).to_be_visible()
        answers.add(stranger.get_by_role("main").inner_text())
    assert len(answers) == 1
    stranger.goto(link_to(mailbox, "vera@sample.example", number=2))
    choose(stranger, NEWER, "Change password")
    expect(stranger.get_by_text("Your password is changed")).to_be_visible()
    hers.goto(f"{site.url}/admin/")
    expect(hers.get_by_role("heading", name="Sign in")).to_be_visible()
    stranger.get_by_label("Username").fill("vera.sample")
    stranger.get_by_label("Password").fill(NEWER)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("heading", name="Type your code")).to_be_visible()
    stranger.goto(f"{site.url}/admin/account/2fa/totp/activate/")  # who read her mail, no more
    expect(stranger.get_by_role("heading", name="Type your code")).to_be_visible()
    hers.get_by_label("Username").fill("vera.sample")
    hers.get_by_label("Password").fill(NEWER)
    hers.get_by_role("button", name="Sign in").click()
    hers.get_by_label("code").fill(code_for(secret, later=1))
    hers.get_by_role("button", name="Sign in", exact=True).click()
    expect(hers.get_by_role("heading", name="What would you like to do?")).to_be_visible()


def test_a_closed_account_is_answered_alike_and_gets_no_mail(
    stranger: Page, site: RunningSite, mailbox: Mailbox
):
    make_account(site, "gone")
    closing = "from django.contrib.auth.models import User\nUser.objects.filter(username='gone')"
    address = "gone@sample.example"
    site.manage("shell", "-c", f"{closing}.update(is_active=False, email='{address}')")
    stranger.goto(f"{site.url}/admin/account/forgot/")
    stranger.get_by_label("Username or email address").fill("gone")
    stranger.get_by_role("button", name="Send me a link").click()
    expect(stranger.get_by_role("heading", name="Look into your mail")).to_be_visible()
    links = f"SELECT count(*) FROM clinic_site_accountlink WHERE sent_to = '{address}'"
    assert site.rows(links) == [(0,)]
