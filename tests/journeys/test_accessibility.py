"""axe on every page type, at both widths; and no page scrolls sideways.

`make audit` has the long form: light and dark, without scripts, forced colours, large text.
"""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page_types import PAGES, problems, scrolls_sideways
from tests.running_site import RunningSite


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_no_page_breaks_a_rule(browser: Browser, site: RunningSite, width: int, scheme: str):
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for name, path in PAGES.items():
        page.goto(f"{site.url}{path}")
        assert problems(page) == [], name
        assert not scrolls_sideways(page), name
    context.close()


def test_forms_with_errors_break_no_rule(browser: Browser, site: RunningSite):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for path in ["/contact/", "/refer/", "/helpful/"]:
        page.goto(f"{site.url}{path}")
        page.get_by_role("main").get_by_role("button", name="send").click()
        expect(page.locator(".error-summary")).to_be_visible()
        assert problems(page) == [], path
    context.close()


def test_the_pages_ask_nobody_else_for_anything(page: Page, site: RunningSite):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in [path for path in PAGES.values() if "nothing" not in path]:
        page.goto(f"{site.url}{path}")
    assert all(url.startswith(site.url) for url in asked)
    assert complaints == []


def test_the_comparison_is_a_table_to_a_screen_reader_on_a_telephone_too(
    page: Page, site: RunningSite
):
    """Its cells stand one under another there. This asks the browser's own tree, not the HTML."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}{PAGES['comparison']}")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    roles = Counter(node["role"]["value"] for node in tree["nodes"] if not node["ignored"])
    count = {role: page.locator(f".compare {tag}").count() for role, tag in IN_A_TABLE.items()}
    assert min(count.values()) > 0
    assert {role: roles[role] for role in IN_A_TABLE} == count


IN_A_TABLE = {"columnheader": "[scope=col]", "rowheader": "[scope=row]", "row": "tr", "cell": "td"}
