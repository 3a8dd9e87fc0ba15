"""A GP sends a referral in a real browser; the rooms hear of it through a real SMTP server."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.running_site import Mailbox, RunningSite

PATIENT = "Quillfeather"
SECRETS = [PATIENT, "Marigold", "0491 570 157", "1971", "ache deep in the left buttock"]


def fill_referral(page: Page) -> None:
    page.get_by_label("None of these").check()
    page.get_by_label("Soon: within about 4 weeks").check()
    page.get_by_label("Patient’s given names").fill("Marigold")
    page.get_by_label("Patient’s family name").fill(PATIENT)
    page.get_by_label("Date of birth").fill("5/6/1971")
    page.get_by_label("Patient’s telephone").fill("0491 570 157")
    page.get_by_label("Why do you refer").fill("An ache deep in the left buttock for a year.")
    page.get_by_label("Your name").fill("Dr Sam Samplegp")
    page.get_by_label("Provider number").fill("2426621B")
    page.get_by_label("Your email").fill("sam@practice.example")
    page.get_by_label("I sign this referral").check()


def wait_for_mail(mailbox: Mailbox, reference: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for message in mailbox.messages:
            if reference in message["Subject"]:
                return message.as_string()
        time.sleep(0.1)
    raise AssertionError(f"no mail about {reference}")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_referral_arrives(page: Page, site: RunningSite, mailbox: Mailbox, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="Refer a patient").first.click()
    fill_referral(page)
    page.get_by_role("button", name="Sign and send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your referral has arrived")
    reference = page.locator(".reference").inner_text()
    assert re.fullmatch(r"SIJ-[2-9CDFGHJKMNPRTVWXY]{8}", reference)

    mail = wait_for_mail(mailbox, reference)
    assert f"{site.url}/admin/referrals/enquiry/" in mail
    for secret in SECRETS:
        assert secret not in mail
        assert secret.encode() not in site.traces()


def test_a_mistake_takes_the_focus_and_leads_to_its_field(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    fill_referral(page)
    page.get_by_label("Date of birth").fill("31/31/1971")
    page.get_by_role("button", name="Sign and send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator(".error-summary a").click()
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_label("Date of birth")).to_have_value("31/31/1971")
    expect(page.get_by_label("Patient’s family name")).to_have_value(PATIENT)


def test_everything_works_without_javascript(browser, site: RunningSite):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/refer/")
    page.get_by_role("button", name="Sign and send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    fill_referral(page)
    page.get_by_role("button", name="Sign and send").click()
    expect(page.locator(".reference")).to_be_visible()
    context.close()
