"""The guide is one key away on each staff page, beside what is typed there."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.signing_in import sign_in
from tests.journeys.test_page_editor import tab_to
from tests.running_site import RunningSite

PAGES = {
    "/admin/": "What each banner means",
    "/admin/referrals/enquiry/": "A referral, from mail to filed",
    "/admin/conditions/page/": "Publish a page",
}
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def colleague(browser: Browser, site: RunningSite) -> Iterator[BrowserContext]:
    """Signed in once for all of these."""
    context = browser.new_context()
    sign_in(context.new_page(), site, "gail")
    yield context
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_the_section_that_fits_the_page_opens_by_keyboard(
    colleague: BrowserContext, site: RunningSite, width, path, heading
):
    page = colleague.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.url}{path}")
    tab_to(page, "Guide")
    with colleague.expect_page() as opened:
        page.keyboard.press("Enter")
    guide = opened.value
    guide.set_viewport_size({"width": width, "height": 900})
    guide.wait_for_load_state()
    guide.goto(guide.url)  # at this width: a window that is made narrower scrolls elsewhere
    expect(guide.get_by_role("heading", name=heading)).to_be_in_viewport()
    assert not guide.evaluate(WIDER_THAN_THE_SCREEN)
    assert page.url == f"{site.url}{path}"
    guide.close()
    page.close()


def test_what_is_typed_stays_beside_it(colleague: BrowserContext, site: RunningSite):
    page = colleague.new_page()
    page.goto(f"{site.url}/admin/conditions/glossaryterm/add/")
    page.locator("input[name=term]").fill("Words in the making")
    with colleague.expect_page() as opened:
        page.get_by_role("link", name="Guide").click()
    expect(opened.value.get_by_role("heading", name="Publish a page")).to_be_in_viewport()
    expect(page.locator("input[name=term]")).to_have_value("Words in the making")


def test_who_lost_her_phone_reads_what_to_do_without_signing_in(page: Page, site: RunningSite):
    page.goto(f"{site.url}/admin/account/login/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Guide").click()
    guide = opened.value
    expect(guide.get_by_role("heading", name="A lost phone")).to_be_in_viewport()
    guide.get_by_role("link", name="Who to ask").first.click()
    expect(guide.get_by_role("heading", name="Who to ask")).to_be_in_viewport()


def test_pages_are_published_again_with_one_press(colleague: BrowserContext, site: RunningSite):
    """A word of the glossary changes; two keys later the public reads it."""
    page = colleague.new_page()
    page.goto(f"{site.url}/admin/conditions/glossaryterm/?q=sacrum")
    page.locator("#result_list tbody th a").first.click()
    page.locator("textarea[name=definition]").fill("Canary words on a bone.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{site.url}/admin/conditions/page/publish-again/")
    expect(page.locator("ins", has_text="Canary").first).to_be_visible()
    tab_to(page, "Publish these pages again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Published in your name:")).to_be_visible()
    expect(page.get_by_text(re.compile("No page waits for this"))).to_be_visible()
    page.goto(f"{site.url}/glossary/")
    expect(page.get_by_text("Canary words on a bone.")).to_be_visible()
