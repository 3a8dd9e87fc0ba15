"""axe on every page type, at both widths, light and dark; and no page scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.running_site import RunningSite

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"color-contrast-enhanced": {"enabled": True}}
PAGES = [
    "/",
    "/conditions/",
    "/conditions/causes/",
    "/treatments/minimally-invasive-fusion/",
    "/contact/",
    "/refer/",
    "/refer/?mode=full",
    "/refer/paper/",
    "/nothing-here/",
    "/admin/account/login/",
]


def problems(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_breaks_a_rule(browser: Browser, site: RunningSite, width: int, scheme: str):
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{site.url}{path}")
        assert problems(page) == [], path
        sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not sideways, path
    context.close()


def test_forms_with_errors_break_no_rule(browser: Browser, site: RunningSite):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for path in ["/contact/", "/refer/"]:
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
    for path in [path for path in PAGES if "nothing" not in path]:
        page.goto(f"{site.url}{path}")
    assert all(url.startswith(site.url) for url in asked)
    assert complaints == []
