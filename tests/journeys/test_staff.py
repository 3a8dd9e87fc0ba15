"""Staff in a real browser: connect a phone, read what came in, test the mail, publish a page."""

import re
import time
from collections.abc import Iterator
from email import message_from_string
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from referrals.intake.spam import YOUNGEST_FORM
from tests.journeys.signing_in import PASSWORD, code_for, line_of, make_account, sign_in
from tests.journeys.test_referral import PATIENT, fill_referral, wait_for_mail
from tests.makers import sample_pdf
from tests.running_site import PATIENCE, Mailbox, RunningSite


@pytest.fixture(scope="module")
def staff(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A page signed in as an administrator who has just connected a phone."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "robin")
    expect(page.get_by_role("heading", name="Mail")).to_be_visible()
    yield page
    context.close()


def refer(page: Page, site: RunningSite) -> str:
    """Send a referral; its reference."""
    page.goto(f"{site.url}/refer/")
    letter = {
        "name": "letter.pdf",
        "mimeType": "application/pdf",
        "buffer": sample_pdf(uuid4().hex),
    }
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    page.wait_for_timeout(YOUNGEST_FORM.total_seconds() * 1000)  # a person is never faster
    page.get_by_role("button", name="Sign and send").click()
    return page.locator(".reference").inner_text()


def link_in(mail: str) -> str:
    text = message_from_string(mail).get_payload(0).get_payload(decode=True).decode()
    return re.search(r"http\S+/admin/\S+", text)[0]


def test_the_link_in_the_mail_leads_to_the_enquiry_after_password_and_phone(
    browser: Browser, site: RunningSite, mailbox: Mailbox
):
    context = browser.new_context()
    page = context.new_page()
    link = link_in(wait_for_mail(mailbox, refer(page, site)))
    make_account(site, "sandy")
    page.goto(link)
    page.get_by_label("Username").fill("sandy")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("code").fill(code_for(page.locator("#authenticator-secret").inner_text()))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Go to the staff site").click()
    expect(page).to_have_url(link)
    expect(page.get_by_role("heading", name=PATIENT)).to_be_visible()
    page.locator("summary", has_text="What happened").click()
    expect(page.get_by_text("Opened by staff (sandy)")).to_be_visible()
    context.close()


def test_a_link_on_a_foreign_page_opens_nothing_and_one_in_the_inbox_does(
    staff: Page, site: RunningSite
):
    reference = refer(staff, site)
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    link = line_of(staff, reference)
    address = f"{site.url}{link.get_attribute('href')}"
    staff.goto(f"data:text/html,<a href='{address}'>Click</a>")
    staff.get_by_role("link", name="Click").click()
    expect(staff.get_by_role("button", name=f"Open {reference}")).to_be_visible()
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")
    staff.goto(f"{site.url}/admin/referrals/enquiry/?q={reference}")
    row = staff.locator("#result_list tr", has_text=reference)
    expect(row).to_contain_text("Read by")
    line_of(staff, reference).click()
    expect(staff.get_by_role("heading", name=PATIENT)).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_referral_is_worked_through_from_the_inbox(
    staff: Page, site: RunningSite, mailbox: Mailbox, width: int
):
    staff.set_viewport_size({"width": width, "height": 900})
    reference = refer(staff, site)
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    line_of(staff, reference).click()
    staff.locator("summary", has_text="Ask for more information").click()
    staff.get_by_label("What do you need to know?").fill("Which side is it?")
    staff.get_by_role("button", name="Ask", exact=True).click()
    expect(staff.locator(".enquiry-timeline blockquote")).to_have_text("Which side is it?")
    staff.get_by_role("button", name="Accept").click()
    staff.locator("summary", has_text="File").click()
    staff.get_by_label("Booked").check()
    staff.get_by_role("button", name="File it").click()
    expect(staff.get_by_text("Filed: booked")).to_be_visible()
    news = wait_for_mail(mailbox, f"{reference}: more information needed", to="sam@")
    assert "Which side" not in news
    wait_for_mail(mailbox, f"{reference}: visit booked", to="sam@")
    staff.goto(f"{site.url}/admin/referrals/enquiry/?show=filed")
    expect(line_of(staff, reference)).to_be_visible()
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 1280])
def test_an_opened_step_shows_the_button_that_sends_and_none_that_passes_for_it(
    staff: Page, site: RunningSite, width: int
):
    staff.set_viewport_size({"width": width, "height": 800})
    reference = refer(staff, site)
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    line_of(staff, reference).click()
    opener = staff.locator(".enquiry-decide summary", has_text="Return with advice")
    opener.click()
    send = staff.get_by_role("button", name="Return with advice", exact=True)
    expect(send).to_be_in_viewport(ratio=1)
    expect(send).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(opener).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_a_test_message_reaches_the_mail_server(staff: Page, site: RunningSite, mailbox: Mailbox):
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    staff.get_by_role("button", name="Send a test message").click()
    expect(staff.get_by_text("A test message is on its way")).to_be_visible()
    deadline = time.monotonic() + PATIENCE
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
    expect(staff.get_by_text(re.compile(r"^Published\."))).to_be_visible()
    staff.goto(f"{site.url}/conditions/causes/")
    expect(staff.get_by_role("main").locator("p", has_text=words)).to_be_visible()
    assert complaints == []
