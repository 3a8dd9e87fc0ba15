"""The page editor without a mouse, and a session that ends while a page is being written."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect

from tests.journeys.signing_in import sign_in
from tests.page_types import TAGS
from tests.running_site import RunningSite

SIGNED_OUT = (
    "You have been signed out. Nothing is lost: this page still holds your words. "
    "Sign in in a new tab, then save again."
)
FOCUSED = """() => {
    const focused = document.activeElement;
    return focused.ariaLabel ?? (focused.value || focused.textContent);
}"""
BLOCKS = ".order-machine > .inline-related:not(.empty-form)"
ORDER = f"""() => Array.from(document.querySelectorAll("{BLOCKS}"))
    .sort((a, b) => a.style.order - b.style.order)
    .map(block => [
        block.ariaLabel.split(",")[0],
        block.querySelector("input[name$='-heading']")?.value ?? "",
        block.querySelector("[role=textbox]")?.innerText ?? "",
    ])"""

AT_THE_START = """area => {
    const { anchorNode, anchorOffset } = getSelection();
    const before = document.createRange();
    before.setStart(area, 0);
    before.setEnd(anchorNode, anchorOffset);
    return area.contains(anchorNode) && before.toString() === "";
}"""
A_MOMENT_LATER = """() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"""


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "kim")
    yield page
    context.close()


@pytest.fixture
def editor(signed_in: Page, site: RunningSite) -> Page:
    """The editor, open on the page about fusion."""
    signed_in.goto(f"{site.url}/admin/conditions/page/")
    signed_in.locator("#result_list th a", has_text="inimally").first.click()
    wait_for_editor(signed_in)
    return signed_in


def wait_for_editor(page: Page) -> None:
    expect(page.get_by_role("button", name="Add a block here, at the end")).to_be_visible()


def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Press Tab until the focused control has a name that starts so."""
    passed = []
    for _ in range(400):
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not reached, only {passed}")


def add_block(page: Page, kind: str) -> None:
    """With a “+” focused: open its menu, and go to a kind by the arrow keys."""
    page.keyboard.press("Enter")
    kinds = page.locator(".plugin-button:visible").all_inner_texts()
    for _ in kinds:
        if page.evaluate("document.activeElement.title") == kind:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".block-status")).to_contain_text(f"Added. {kind}")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    wait_for_editor(page)


def first_target(page: Page) -> Locator:
    return page.get_by_role("button", name="Add a block here, before").first


def first_area(page: Page) -> Locator:
    """The first rich text that is shown."""
    return page.locator(".order-machine [role=textbox]:visible").first


def to_the_start_of(area: Locator) -> None:
    """Put the cursor before the first word, and wait until the editor has noticed.

    Without a click: where the mouse came down is told to the editor later, and would win.
    """
    area.focus()
    area.press("Control+Home")
    area.page.wait_for_function(AT_THE_START, arg=area.element_handle())
    area.evaluate(A_MOMENT_LATER)


def test_blocks_are_written_ordered_and_removed_by_keyboard_alone(editor: Page):
    complaints: list[str] = []
    editor.on("pageerror", lambda error: complaints.append(str(error)))
    before = editor.evaluate(ORDER)
    tab_to(editor, "Add a block here, before")

    add_block(editor, "Text")
    editor.keyboard.type("Alpha words")
    tab_to(editor, "Add a block here, before Text, block 1", key="Shift+Tab")
    add_block(editor, "Step")
    editor.keyboard.type("Beta step")
    tab_to(editor, "Text")  # the toolbar comes first
    editor.keyboard.type("Beta words")
    tab_to(editor, "Add a block here, before Text, block 2")
    add_block(editor, "Text")
    editor.keyboard.type("Gamma words")

    tab_to(editor, "Remove Text, block 2", key="Shift+Tab")
    editor.keyboard.press("Enter")
    expect(editor.locator(".block-status")).to_have_text("Removed: Text.")
    assert editor.evaluate(FOCUSED).startswith("Add a block here, before Text, block 2")

    tab_to(editor, "Move down: Step, block 1", key="Shift+Tab")
    editor.keyboard.press("Enter")
    expect(editor.locator(".block-status")).to_contain_text("Moved. Step, block 2 of")
    assert editor.evaluate(FOCUSED).startswith("Move down: Step, block 2")

    save(editor)
    written = [["Text", "", "Alpha words"], ["Step", "Beta step", "Beta words"]]
    assert editor.evaluate(ORDER) == [*written, *before]

    first_target(editor).focus()
    tab_to(editor, "Delete Text, block 1")
    editor.keyboard.press("Space")
    assert editor.evaluate(FOCUSED).startswith("Delete Text, block 1")
    tab_to(editor, "Delete Step, block 2")
    editor.keyboard.press("Space")
    save(editor)
    assert editor.evaluate(ORDER) == before
    assert complaints == []


def test_tab_follows_the_order_on_the_screen(editor: Page):
    places = editor.locator(BLOCKS).evaluate_all(
        "blocks => blocks.map(block => Number(block.style.order))"
    )
    assert len(places) > 1
    assert places == sorted(places)


def test_the_menu_of_kinds_opens_and_closes_by_keyboard(editor: Page):
    menu = editor.get_by_role("group", name="Kinds of block")
    target = first_target(editor)
    target.focus()
    expect(menu).to_be_hidden()
    editor.keyboard.press("Space")
    expect(menu).to_be_visible()
    expect(target).to_have_attribute("aria-expanded", "true")
    expect(menu.get_by_role("button").first).to_be_focused()
    editor.keyboard.press("Tab")
    expect(menu.get_by_role("button").nth(1)).to_be_focused()
    editor.keyboard.press("End")
    expect(menu.get_by_role("button").last).to_be_focused()
    editor.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(target).to_be_focused()
    expect(target).to_have_attribute("aria-expanded", "false")
    editor.keyboard.press("Enter")
    editor.keyboard.press("End")
    editor.keyboard.press("Tab")
    expect(menu).to_be_hidden()
    assert "block 1" in editor.evaluate(FOCUSED)


def test_a_block_is_hidden_and_shown_by_keyboard(editor: Page):
    first = editor.get_by_role("group", name="block 1 of").first
    first.get_by_role("button", name="Hide").focus()
    editor.keyboard.press("Enter")
    show = first.get_by_role("button", name="Show")
    expect(show).to_be_focused()
    expect(show).to_have_attribute("aria-expanded", "false")
    editor.keyboard.press("Enter")
    expect(first.get_by_role("button", name="Hide")).to_have_attribute("aria-expanded", "true")


def test_regions_are_chosen_by_keyboard(editor: Page):
    """Our pages have one region; the page is told of a second one."""
    one = '"regions": [{'
    two = '"regions": [{"key": "side", "title": "Side", "inherited": false}, {'

    def add_region(route: Route) -> None:
        response = route.fetch()
        assert one in response.text()
        route.fulfill(response=response, body=response.text().replace(one, two, 1))

    editor.route("**/change/", add_region)
    editor.reload()
    editor.unroute("**/change/")
    wait_for_editor(editor)
    side = editor.get_by_role("button", name="Side", exact=True)
    main = editor.get_by_role("button", name="The page", exact=True)
    expect(side).to_have_attribute("aria-pressed", "true")
    side.focus()
    editor.keyboard.press("Tab")
    expect(main).to_be_focused()
    editor.keyboard.press("Enter")
    expect(main).to_have_attribute("aria-pressed", "true")
    count = editor.get_by_role("button", name="Move up").count()
    editor.get_by_role("combobox", name="Region of").first.select_option("side")
    expect(editor.get_by_role("button", name="Move up")).to_have_count(count - 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_controls_break_no_rule(editor: Page, scheme: str):
    editor.emulate_media(color_scheme=scheme)
    first_target(editor).focus()
    add_block(editor, "Text")
    first_target(editor).press("Enter")
    result = Axe().run(
        editor,
        context=".order-machine-wrapper, .tabs.regions",
        options={"runOnly": {"type": "tag", "values": TAGS}},
    )
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]
    assert found == []


def test_a_page_outlives_its_session(editor: Page):
    words = "Written before the session ended. "
    area = first_area(editor)
    to_the_start_of(area)
    editor.keyboard.type(words)
    address = editor.url
    cookies = editor.context.cookies()
    editor.context.clear_cookies()
    editor.locator("input[name=_continue]").last.click()
    notice = editor.get_by_role("alert")
    expect(notice).to_be_focused()
    expect(notice).to_have_text(SIGNED_OUT)
    link = notice.get_by_role("link", name="Sign in in a new tab")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")
    assert editor.url == address
    expect(area).to_contain_text(words.strip())

    # Signed in elsewhere: the session is back, with another token against forged requests.
    editor.context.add_cookies([c for c in cookies if "session" in c["name"]])  # type: ignore[list-item]
    with editor.expect_navigation():
        editor.locator("input[name=_continue]").last.click()
    expect(editor.locator(".messagelist .success")).to_be_visible()
    expect(first_area(editor)).to_contain_text(words.strip())

    to_the_start_of(first_area(editor))  # leave the page as it was
    for _ in words:
        editor.keyboard.press("Delete")
    save(editor)
    expect(first_area(editor)).not_to_contain_text(words.strip())


def test_a_page_outlives_a_broken_line(editor: Page):
    first_area(editor).click()
    editor.keyboard.type("Kept. ")
    editor.context.set_offline(True)
    try:
        editor.locator("input[name=_continue]").last.click()
        expect(editor.get_by_role("alert")).to_be_focused()
        expect(editor.get_by_role("alert")).to_contain_text("Nothing is lost")
    finally:
        editor.context.set_offline(False)


def test_leaving_warns_only_after_something_was_typed(editor: Page, site: RunningSite):
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", agree)
    address = editor.url
    first_area(editor).click()
    editor.goto(f"{site.url}/admin/")
    assert asked == []
    editor.goto(address)
    wait_for_editor(editor)
    first_area(editor).click()
    editor.keyboard.type("Words")
    editor.goto(f"{site.url}/admin/")
    assert asked == ["beforeunload"]
    editor.remove_listener("dialog", agree)
