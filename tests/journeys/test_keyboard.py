"""By keyboard alone: every stop is seen, none is a trap, and what opens can be closed."""

import pytest
from playwright.sync_api import Page, expect

from tests.page_types import PAGES
from tests.running_site import RunningSite

WALKED = [
    "home",
    "treatment",
    "comparison",
    "planner with dates",
    "questions",
    "glossary",
    "search",
]
MOST_STOPS = 400
# The element that has the focus: its words, whether it is on the screen, whether that is shown.
FOCUSED = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const shown = [style, getComputedStyle(e.parentElement)];
    return {
        words: `${e.tagName} ${e.id} ${e.textContent.trim().slice(0, 40)} ${e.name || ""}`,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        marked: shown.some(s => s.outlineStyle !== "none" || s.boxShadow !== "none"),
        end: e === document.body,
    };
}"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", WALKED)
def test_every_stop_is_seen_and_the_page_has_an_end(page: Page, site: RunningSite, name, width):
    page.emulate_media(reduced_motion="reduce")  # a page that glides is seen a moment later
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.url}{PAGES[name]}")
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["end"]:
            break
        assert stop["seen"], stop
        assert stop["marked"], stop
        stops.append(stop["words"])
    assert stop["end"], f"no end after {MOST_STOPS} stops"
    assert "Skip to the text" in stops[0]
    assert len(stops) > 10


def test_a_hard_word_opens_and_closes(page: Page, site: RunningSite):
    page.goto(f"{site.url}{PAGES['treatment']}")
    page.locator(".term-word").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".term-meaning:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".term-meaning:popover-open")).to_have_count(0)


def test_the_menu_of_a_telephone_opens_and_leads_on(page: Page, site: RunningSite):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(site.url)
    page.locator("summary", has_text="Menu").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header') !== null")


def test_treatments_are_chosen_and_compared(page: Page, site: RunningSite):
    page.goto(f"{site.url}{PAGES['comparison']}")
    boxes = page.get_by_role("checkbox")
    for number in (0, 4):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**option=**")
    assert page.get_by_role("checkbox", checked=True).count() == 2


def test_a_recovery_is_planned(page: Page, site: RunningSite):
    page.goto(f"{site.url}/recovery/")
    page.get_by_label("Day of your operation").focus()
    page.keyboard.type("01312027")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Operation on Sunday 31 January 2027")).to_be_visible()
