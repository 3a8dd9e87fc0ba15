"""Staff in a real browser: connect a phone, read what came in, test the mail, publish a page."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.signing_in import sign_in
from tests.journeys.test_referral import PATIENT, fill_referral, wait_for_mail
from tests.running_site import Mailbox, RunningSite


@pytest.fixture(scope="module")
def staff(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A page signed in as an administrator who has just connected a phone."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "robin")
    expect(page.get_by_role("heading", name="Mail")).to_be_visible()
    yield page
    context.close()


def test_the_link_in_the_mail_opens_the_enquiry(staff: Page, site: RunningSite, mailbox: Mailbox):
    staff.goto(f"{site.url}/refer/")
    fill_referral(staff)
    staff.get_by_role("button", name="Sign and send").click()
    reference = staff.locator(".reference").inner_text()
    wait_for_mail(mailbox, reference)
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    staff.get_by_role("link", name=reference).click()
    expect(staff.get_by_text(PATIENT)).to_be_visible()
    expect(staff.get_by_text("Opened by staff (robin)")).to_be_visible()
    expect(staff.get_by_role("cell", name="Handed to the mail server")).to_be_visible()


def test_a_test_message_reaches_the_mail_server(staff: Page, site: RunningSite, mailbox: Mailbox):
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    staff.get_by_role("button", name="Send a test message").click()
    expect(staff.get_by_text("A test message is on its way")).to_be_visible()
    deadline = time.monotonic() + 15
    while not any(m["Subject"].startswith("Test message") for m in mailbox.messages):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_editor_changes_a_page_and_publishes_it(staff: Page, site: RunningSite):
    complaints: list[str] = []
    staff.on("pageerror", lambda error: complaints.append(str(error)))
    staff.goto(f"{site.url}/admin/conditions/page/")
    staff.locator("#result_list a", has_text="auses").click()
    words = f"Edited in the browser at {time.time()}."
    staff.locator(".ProseMirror > p").first.click()
    staff.keyboard.press("End")
    staff.keyboard.type(f" {words}")
    staff.get_by_role("button", name="Save and preview").first.click()
    expect(staff.get_by_text("Draft saved.")).to_be_visible()
    staff.get_by_role("button", name="Publish now").click()
    expect(staff.get_by_text("This is what the public reads now")).to_be_visible()
    staff.goto(f"{site.url}/conditions/causes/")
    expect(staff.get_by_role("main").locator("p", has_text=words)).to_be_visible()
    assert complaints == []
