"""An editor pastes from a word processor, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.conditions.editor.test_pasting import CASES
from tests.journeys.signing_in import sign_in
from tests.running_site import RunningSite

PASTE = """(area, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "Only the words");
    area.dispatchEvent(new ClipboardEvent("paste",
        { clipboardData: data, bubbles: true, cancelable: true }));
}"""
COPY = """async (html) => {
    const item = { "text/html": new Blob([html], { type: "text/html" }) };
    await navigator.clipboard.write([new ClipboardItem(item)]);
}"""


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, site, "mika")
    yield page
    context.close()


@pytest.fixture
def area(signed_in: Page, site: RunningSite) -> Locator:
    """An empty text of a page that is not saved."""
    signed_in.on("dialog", lambda dialog: dialog.accept())
    signed_in.goto(f"{site.url}/admin/conditions/page/")
    signed_in.locator("#result_list th a", has_text="inimally").first.click()
    signed_in.get_by_role("button", name="Add a block here, at the end").click()
    signed_in.locator(".plugin-button[title='Text']").click()
    area = signed_in.locator(".order-machine [role=textbox]:visible").last
    expect(area).to_be_focused()
    return area


def test_what_is_bold_in_google_docs_alone_is_bold(area: Locator):
    area.evaluate(PASTE, CASES["google: bold words alone are bold"][0])
    expect(area.locator("strong")).to_have_text("bold")
    expect(area).to_have_text("Plain, bold, plain.")


def test_the_keys_for_pasting_do_the_same(area: Locator, signed_in: Page):
    signed_in.evaluate(COPY, CASES["google: bold words alone are bold"][0])
    signed_in.keyboard.press("Control+v")
    expect(area.locator("strong")).to_have_text("bold")
    expect(area).to_have_text("Plain, bold, plain.")


def test_a_list_from_word_is_a_list(area: Locator):
    area.evaluate(PASTE, CASES["word: a list with its signs"][0])
    expect(area.locator("ul ul li")).to_have_text("Inner")
    assert "·" not in area.inner_text()


def test_a_table_comes_in_by_rows_and_that_is_said(area: Locator, signed_in: Page):
    area.evaluate(PASTE, CASES["a table keeps its cells"][0])
    expect(area.locator("p").last).to_have_text("B | 2 days; before")
    expect(signed_in.locator(".paste-notice").last).to_contain_text("one line for each row")
    text, notice = area.bounding_box(), signed_in.locator(".paste-notice").last.bounding_box()
    assert notice["y"] >= text["y"] + text["height"]  # under it, with room for a line
    assert notice["height"] < 30


def test_when_the_site_does_not_answer_the_words_come_in(area: Locator, signed_in: Page):
    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="")

    signed_in.route("**/pasted/", refuse)
    area.evaluate(PASTE, CASES["google: bold words alone are bold"][0])
    expect(area).to_have_text("Only the words")
    expect(signed_in.locator(".paste-notice").last).to_contain_text("Only the words came in")
    signed_in.unroute("**/pasted/")


def test_what_was_copied_within_the_editor_is_left_alone(area: Locator, signed_in: Page):
    asked: list[str] = []
    signed_in.on("request", lambda request: asked.append(request.url))
    area.evaluate(PASTE, '<p data-pm-slice="1 1 []">Our <strong>own</strong></p>')
    expect(area.locator("strong")).to_have_text("own")
    assert not any("/pasted/" in url for url in asked)
