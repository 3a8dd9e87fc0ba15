"""Every page type at both widths, light and dark, with and without scripts, in forced colours."""

import pytest
from playwright.sync_api import Browser, Page

from tests.page_types import PAGES, problems, scrolls_sideways
from tests.running_site import RunningSite

pytestmark = pytest.mark.audit
WIDTHS = [320, 1280]
# The distances of WCAG 1.4.12: a reader may ask for them, and nothing may be lost.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"""
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(e => {
    const style = getComputedStyle(e);
    const hides = style.overflowX === "hidden" || style.overflowY === "hidden";
    const hidden = style.clipPath !== "none" || e.closest(".visually-hidden, [hidden], svg");
    const tall = e.scrollHeight > e.clientHeight + 1, wide = e.scrollWidth > e.clientWidth + 1;
    return hides && !hidden && (tall || wide);
}).map(e => e.outerHTML.slice(0, 120))"""


def check(page: Page, site: RunningSite) -> None:
    for name, path in PAGES.items():
        page.goto(f"{site.url}{path}")
        assert problems(page) == [], name
        assert not scrolls_sideways(page), name


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_breaks_a_rule(browser: Browser, site: RunningSite, width, scheme, scripts):
    """Without scripts means ours: axe is one itself, so ours are refused at the door."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    if not scripts:
        context.route("**/*.js", lambda route: route.abort())
    check(context.new_page(), site)
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_breaks_a_rule_in_forced_colours(browser: Browser, site: RunningSite, width):
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, forced_colors="active", bypass_csp=True)
    check(context.new_page(), site)
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_lost_with_large_and_spaced_text(browser: Browser, site: RunningSite, name):
    """A window of 1280 px at 400 % is 320 px wide; text of twice the size comes on top."""
    context = browser.new_context(viewport={"width": 640, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site.url}{PAGES[name]}")
    page.add_style_tag(content=f"html {{ font-size: 200% !important }} {TEXT_SPACING}")
    assert not scrolls_sideways(page)
    assert page.evaluate(CUT_OFF) == []
    context.close()
