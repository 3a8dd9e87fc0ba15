"""A receptionist's morning in a real browser: take one, go on by keys, put one back as unread."""

import re

from playwright.sync_api import Browser, expect

from tests.journeys.signing_in import clear_inbox, shown_line_of, sign_in
from tests.journeys.test_staff import refer
from tests.running_site import RunningSite


def test_a_receptionist_takes_one_and_goes_through_the_list_by_keys(
    browser: Browser, site: RunningSite
):
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "noor")
    clear_inbox(site)
    first, second = refer(page, site), refer(page, site)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{site.url}/admin/referrals/enquiry/")
        top = page.locator("#result_list tbody tr").first
        expect(top).to_be_in_viewport(ratio=0.5)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row = page.locator("#result_list tr", has_text=first)
    row.get_by_role("button", name="Take it").click()
    expect(row).to_contain_text("You have it")
    page.keyboard.press("j")
    expect(shown_line_of(page, first)).to_be_focused()
    page.keyboard.press("j")
    expect(shown_line_of(page, second)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have it.")).to_be_visible()
    page.get_by_role("button", name="Mark as unread").click()
    expect(row).to_contain_text("Unread")
    shown_line_of(page, first).click()
    page.locator(".enquiry-decide summary", has_text=re.compile("^More$")).click()
    page.locator("summary", has_text="Hand on, remind").click()
    page.get_by_label("For which doctor").focus()
    page.keyboard.press("u")  # rests in a field
    expect(page.get_by_role("heading", name="Who has it")).to_be_visible()
    page.locator("h1").first.click()
    page.keyboard.press("u")
    expect(row).not_to_contain_text("Unread")
    context.close()
