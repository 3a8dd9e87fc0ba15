"""The public pages in Firefox by keyboard alone, on a telephone's width and on a desk's."""

from collections.abc import Iterator

import pytest

from tests.journeys.firefox import ENTER, ESCAPE, SPACE, TAB, Firefox, running_firefox
from tests.journeys.test_keyboard import MOST_STOPS, WALKED
from tests.page_types import PAGES
from tests.running_site import RunningSite

TELEPHONE, DESK = 450, 1280  # Firefox takes no narrower window
# The element that has the focus, and whether that is seen; none where the browser itself has it.
FOCUSED = """
    if (!document.hasFocus() || document.activeElement === document.body) return null;
    const e = document.activeElement, box = e.getBoundingClientRect();
    const shown = [getComputedStyle(e), getComputedStyle(e.parentElement)];
    return {
        words: `${e.tagName} ${e.id} ${e.textContent.trim().slice(0, 40)}`,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        marked: shown.some(s => s.outlineStyle !== "none" || s.boxShadow !== "none"),
    }"""
IS_OPEN = "return document.querySelector(arguments[0]).matches(':is(:popover-open, [open])')"


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with running_firefox(**{"ui.prefersReducedMotion": "1"}) as browser:
        yield browser


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("name", WALKED)
def test_every_stop_is_seen_and_the_page_has_an_end(firefox, site: RunningSite, name, width):
    firefox.resize(width=width)
    firefox.open(f"{site.url}{PAGES[name]}")
    stops = []
    for _ in range(MOST_STOPS):
        firefox.strike(TAB)
        stop = firefox.run(FOCUSED)
        if stop is None:
            break
        assert stop["seen"], stop
        assert stop["marked"], stop
        stops.append(stop["words"])
    assert stop is None, f"no end after {MOST_STOPS} stops"
    assert "Skip to the text" in stops[0]
    assert len(stops) > 10


def focus(firefox: Firefox, selector: str) -> None:
    firefox.run("document.querySelector(arguments[0]).focus()", selector)


def test_a_hard_word_opens_and_closes(firefox, site):
    firefox.open(f"{site.url}{PAGES['treatment']}")
    focus(firefox, ".term-word")
    firefox.strike(ENTER)
    assert firefox.run(IS_OPEN, ".term-meaning")
    firefox.strike(ESCAPE)
    assert not firefox.run(IS_OPEN, ".term-meaning")


def test_the_menu_of_a_telephone_opens_and_escape_closes_it(firefox, site):
    firefox.resize(width=TELEPHONE)
    firefox.open(site.url)
    focus(firefox, "header details:has(nav) > summary")
    firefox.strike(ENTER)
    assert firefox.run(IS_OPEN, "header details:has(nav)")
    firefox.strike(ESCAPE)
    assert not firefox.run(IS_OPEN, "header details:has(nav)")


def test_treatments_are_chosen_and_compared(firefox, site):
    firefox.open(f"{site.url}{PAGES['comparison']}")
    for number in (1, 5):
        focus(firefox, f".choose-list > :nth-child({number}) input")
        firefox.strike(SPACE)
    firefox.strike(ENTER)
    firefox.wait_for(lambda: firefox.address.count("option=") == 2)


def test_the_comparison_is_a_table_to_a_screen_reader_on_a_telephone_too(firefox, site):
    firefox.resize(width=450)  # the least that it takes
    firefox.open(f"{site.url}/treatments/compare/")
    selectors = [".compare", ".compare tr", ".compare td", ".compare [scope=row]"]
    assert firefox.run("return getComputedStyle(document.querySelector('td')).display") == "block"
    roles = [firefox.role(selector) for selector in selectors]
    assert roles == ["table", "row", "cell", "rowheader"]
