"""What a doctor types to correct or add to her referral outlives Reload and Back, in this tab."""

from playwright.sync_api import Page, expect

from tests.journeys.test_staff import refer
from tests.running_site import RunningSite

WORDS = "The left side, and not the right one."
IN_THIS_TAB = "JSON.stringify(sessionStorage)"


def status_of_a_new_referral(page: Page, site: RunningSite) -> str:
    refer(page, site)
    page.get_by_role("link", name="Follow this referral").click()
    return page.url


def prove(page: Page) -> None:
    page.get_by_label("date of birth").fill("5/6/1971")
    page.get_by_role("button", name="Go on").click()
    wait_for_memory(page)


def wait_for_memory(page: Page) -> None:
    expect(page.get_by_role("button", name="Clear this form")).to_be_visible()


def begin_to_correct(page: Page, status: str) -> None:
    page.goto(status)
    page.get_by_role("button", name="Add, correct or withdraw").click()
    prove(page)


def type_a_correction(page: Page, site: RunningSite) -> None:
    begin_to_correct(page, status_of_a_new_referral(page, site))
    page.get_by_label("What is new, or wrong?").fill(WORDS)


def test_a_reload_asks_again_and_then_offers_what_was_typed(page: Page, site: RunningSite):
    type_a_correction(page, site)
    page.reload()
    expect(page.get_by_label("date of birth")).to_have_value("")
    assert WORDS not in page.content()
    prove(page)
    expect(page.get_by_label("What is new, or wrong?")).to_have_value("")
    page.get_by_role("button", name="Bring back what I typed").click()
    expect(page.get_by_label("What is new, or wrong?")).to_have_value(WORDS)
    page.get_by_role("button", name="Send to the rooms").click()
    expect(page.get_by_role("heading", name="It has arrived")).to_be_visible()


def test_back_brings_no_page_of_the_browser_and_loses_nothing(page: Page, site: RunningSite):
    type_a_correction(page, site)
    page.goto(f"{site.url}/guides/privacy/")
    page.go_back()
    prove(page)
    page.get_by_role("button", name="Bring back what I typed").click()
    expect(page.get_by_label("What is new, or wrong?")).to_have_value(WORDS)


def test_this_tab_keeps_no_key_and_forgets_the_words_once_they_are_sent(
    page: Page, site: RunningSite
):
    type_a_correction(page, site)
    kept = page.evaluate(IN_THIS_TAB)
    assert WORDS in kept
    assert page.locator("[name=pass]").input_value() not in kept
    page.get_by_role("button", name="Send to the rooms").click()
    expect(page.get_by_role("heading", name="It has arrived")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage)") == ["receipts"]
    assert WORDS not in page.evaluate(IN_THIS_TAB)


def test_nothing_of_one_referral_is_offered_in_another(page: Page, site: RunningSite):
    first = status_of_a_new_referral(page, site)
    type_a_correction(page, site)
    begin_to_correct(page, first)
    expect(page.get_by_label("What is new, or wrong?")).to_have_value("")
    expect(page.locator("[data-memory-words]")).to_be_empty()


def test_withdrawing_asks_once_more_and_keeping_it_keeps_the_words(page: Page, site: RunningSite):
    type_a_correction(page, site)
    page.get_by_role("button", name="Withdraw this referral").click()
    page.get_by_role("button", name="No, keep it").click()
    wait_for_memory(page)
    page.reload()
    prove(page)
    page.get_by_role("button", name="Bring back what I typed").click()
    expect(page.get_by_label("What is new, or wrong?")).to_have_value(WORDS)


def test_clearing_leads_back_to_the_question(page: Page, site: RunningSite):
    type_a_correction(page, site)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this form").click()
    expect(page.get_by_label("date of birth")).to_be_visible()
    assert WORDS not in page.evaluate(IN_THIS_TAB)
