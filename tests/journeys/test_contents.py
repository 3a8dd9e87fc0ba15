"""What is on a long page stays in reach and shows where one is; nothing moves for it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running_site import RunningSite

LONG = "/treatments/minimally-invasive-fusion/"
SECTION = 4  # of those that the list names, from 0


def read_on(page: Page) -> str:
    """Scrolls to a section far down and returns its heading."""
    link = page.locator(".contents a").nth(SECTION)
    name = link.get_attribute("href")
    page.evaluate("name => document.querySelector(name).scrollIntoView({block: 'start'})", name)
    return link.text_content() or ""


@pytest.mark.parametrize("width", [390, 1280])
def test_it_stays_in_the_window_and_names_the_section(page: Page, site: RunningSite, width: int):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site.url}{LONG}")
    heading = read_on(page)
    expect(page.locator(".contents [aria-current=location]")).to_have_text(heading)
    expect(page.locator(".contents summary")).to_be_in_viewport()
    if width < 960:
        expect(page.locator(".contents summary")).to_contain_text(heading)


def test_on_a_telephone_it_opens_over_the_text_and_shuts_when_one_chooses(
    page: Page, site: RunningSite
):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}{LONG}")
    read_on(page)
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    page.locator(".contents summary").click()
    assert page.evaluate(height) == before
    page.locator(".contents a").first.click()
    expect(page.locator(".contents a").first).not_to_be_visible()


def test_escape_shuts_it(page: Page, site: RunningSite):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}{LONG}")
    page.locator(".contents summary").click()
    page.locator(".contents a").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".contents a").first).not_to_be_visible()
    expect(page.locator(".contents summary")).to_be_focused()


def test_on_a_telephone_it_leaves_the_fact_that_is_compared_in_sight(page: Page, site: RunningSite):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}/treatments/compare/")
    fact = page.locator(".compare tbody th").nth(1)
    fact.evaluate("th => window.scrollTo(0, th.closest('tr').getBoundingClientRect().top + 300)")
    list_ends = page.locator(".contents").evaluate("e => e.getBoundingClientRect().bottom")
    begins = fact.evaluate("e => e.getBoundingClientRect().top")
    assert list_ends - 2 <= begins <= list_ends + 4


def test_without_scripts_it_is_a_list(browser: Browser, site: RunningSite):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}{LONG}")
    page.locator(".contents summary").click()
    expect(page.locator(".contents a").first).to_be_visible()
    context.close()
