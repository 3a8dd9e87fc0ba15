"""On a telephone: a small header, a menu that Escape and Back close, one search, room for text."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page_types import PAGES, scrolls_sideways
from tests.running_site import RunningSite

SIGN_IN = "sign-in"  # has a header of its own
PUBLIC = [name for name in PAGES if name != SIGN_IN]
SEARCHES = "[...document.querySelectorAll('[role=search]')].filter(e => e.checkVisibility()).length"


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    return page


@pytest.mark.parametrize("name", PUBLIC)
def test_the_header_leaves_room_and_names_the_search(phone: Page, site: RunningSite, name: str):
    phone.goto(f"{site.url}{PAGES[name]}")
    header = phone.locator(".site-header")
    assert header.bounding_box()["height"] <= 120
    own = phone.evaluate(SEARCHES)
    named = header.get_by_role("link", name="Search", exact=True).count()
    assert own + named == 1


@pytest.mark.parametrize("name", PUBLIC)
def test_a_wide_page_has_one_search(page: Page, site: RunningSite, name: str):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.url}{PAGES[name]}")
    assert page.evaluate(SEARCHES) == 1


@pytest.mark.parametrize("name", PUBLIC)
def test_a_number_to_ring_is_as_high_as_a_finger(phone: Page, site: RunningSite, name: str):
    phone.goto(f"{site.url}{PAGES[name]}")
    numbers = phone.locator("main a[href^='tel:']:visible").all()
    assert all(number.bounding_box()["height"] >= 42 for number in numbers)


def test_escape_closes_the_menu_and_gives_the_focus_back(phone: Page, site: RunningSite):
    phone.goto(f"{site.url}/conditions/")
    button = phone.locator("summary", has_text="Menu")
    button.click()
    expect(phone.locator(".menu-panel")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator(".menu-panel")).not_to_be_visible()
    expect(button).to_be_focused()


def test_back_closes_the_menu_and_stays_on_the_page(phone: Page, site: RunningSite):
    phone.goto(f"{site.url}/team/")
    phone.goto(f"{site.url}/conditions/")
    phone.locator("summary", has_text="Menu").click()
    phone.wait_for_function("history.state?.menu")
    phone.go_back()
    expect(phone.locator(".menu-panel")).not_to_be_visible()
    expect(phone).to_have_url(f"{site.url}/conditions/")


def test_back_from_a_page_of_the_menu_leads_to_the_page_before(phone: Page, site: RunningSite):
    phone.goto(f"{site.url}/conditions/")
    phone.locator("summary", has_text="Menu").click()
    phone.wait_for_function("history.state?.menu")
    phone.locator(".menu-panel").get_by_role("link", name="Our team").click()
    phone.wait_for_url("**/team/")
    phone.go_back()
    expect(phone).to_have_url(f"{site.url}/conditions/")
    expect(phone.locator(".menu-panel")).not_to_be_visible()


@pytest.mark.parametrize("name", list(PAGES))
def test_text_at_twice_its_size_needs_no_sideways_scroll(phone: Page, site: RunningSite, name: str):
    phone.goto(f"{site.url}{PAGES[name]}")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not scrolls_sideways(phone)


COLUMNS = "e => getComputedStyle(e).gridTemplateColumns.split(' ').length"


def test_facts_stand_in_one_column_where_two_would_split_their_words(
    phone: Page, site: RunningSite
):
    phone.goto(f"{site.url}/treatments/steroid-injection/")
    facts = phone.locator(".key-facts")
    assert facts.evaluate(COLUMNS) == 2
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert facts.evaluate(COLUMNS) == 1


def test_on_this_page_says_where_one_is_also_in_large_text(phone: Page, site: RunningSite):
    phone.goto(f"{site.url}/treatments/steroid-injection/")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    phone.locator("#why-have-one").scroll_into_view_if_needed()
    phone.mouse.wheel(0, 600)
    summary, here = phone.locator(".contents summary"), phone.locator(".contents-here")
    expect(here).not_to_be_empty()
    assert here.bounding_box()["width"] > summary.bounding_box()["width"] / 2
    right = "e => { const r = document.createRange(); r.selectNodeContents(e.firstChild); return"
    assert summary.evaluate(f"{right} r.getBoundingClientRect().right < innerWidth }}")


@pytest.mark.parametrize("name", PUBLIC)
def test_what_only_a_script_can_press_does_not_show_without_scripts(
    browser: Browser, site: RunningSite, name: str
):
    """A style that lays out a button is stronger than its `hidden`."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}{PAGES[name]}")
    shown = page.locator("[hidden]").evaluate_all(
        "found => found.filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"
    )
    context.close()
    assert shown == []
