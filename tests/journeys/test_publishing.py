"""A practice manager publishes: by keyboard alone, and for another specialty without any code."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.signing_in import PASSWORD, code_for, make_account, sign_in
from tests.journeys.test_page_editor import add_block, tab_to, wait_for_editor
from tests.page_types import scrolls_sideways
from tests.running_site import RunningSite

NAME_OF_FOCUSED = "() => document.activeElement.name || ''"


@pytest.fixture
def manager(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A browser with nobody signed in, and an account for whoever needs one."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def tab_to_field(page: Page, name: str) -> None:
    for _ in range(60):
        if page.evaluate(NAME_OF_FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the field {name} is not reached")


def press(page: Page, name: str, *, key: str = "Tab") -> None:
    """Tab to a link or button and press Enter, which leads to another page."""
    tab_to(page, name, key=key)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in_by_keyboard(page: Page, site: RunningSite, username: str) -> None:
    make_account(site, username)
    page.goto(f"{site.url}/admin/")
    tab_to_field(page, "login")
    page.keyboard.type(username)
    tab_to_field(page, "password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    secret = page.locator("#authenticator-secret").inner_text()
    tab_to_field(page, "code")
    page.keyboard.type(code_for(secret))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Go to the staff site")


def test_a_page_is_published_reverted_and_withdrawn_by_keyboard_alone(
    manager: Page, site: RunningSite
):
    page, public = manager, f"{site.url}/treatments/minimally-invasive-fusion/"
    sign_in_by_keyboard(page, site, "alex")
    press(page, "Pages")
    press(page, "Minimally invasive")
    wait_for_editor(page)
    preview = re.sub("change/$", "preview/", page.url)

    tab_to(page, "Add a block here, before")
    add_block(page, "Text")
    page.keyboard.type("Alpha words by keyboard.")
    tab_to(page, "Add a block here, before Text, block 2")
    add_block(page, "Step")
    page.keyboard.type("Beta step")
    tab_to(page, "Text")
    page.keyboard.type("Beta words.")
    tab_to(page, "Move up: Step, block 2", key="Shift+Tab")
    page.keyboard.press("Enter")
    press(page, "Save and preview", key="Shift+Tab")
    expect(page.get_by_text("The public reads an older version.")).to_be_visible()

    press(page, "Publish now")
    expect(page.get_by_text(re.compile(r"^Published\."))).to_be_visible()
    press(page, "See the public page")
    html = page.content()
    assert html.index("Beta step") < html.index("Alpha words by keyboard.")

    page.goto(preview)
    press(page, "History")
    page.set_viewport_size({"width": 390, "height": 844})
    assert not scrolls_sideways(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    tab_to(page, "Old: version of")
    page.keyboard.press("ArrowDown")
    press(page, "Compare the two", key="Shift+Tab")
    expect(page.locator("ins", has_text="Alpha words by keyboard.")).to_be_visible()

    page.go_back()
    tab_to(page, "Go back to this version")
    page.keyboard.press("Tab")
    press(page, "Go back to this version")
    press(page, "Publish now")
    page.goto(public)
    assert "Alpha words by keyboard." not in page.content()

    page.goto(preview)
    tab_to(page, "Take this page away")
    page.keyboard.press("Enter")
    press(page, "Withdraw from the public")
    assert page.goto(public).status == 410
    page.goto(preview)
    press(page, "Publish now")
    assert page.goto(public).status == 200


def write_page(page: Page, site: RunningSite, **fields: str) -> None:
    """Fill in the form of a new page; the caller adds its blocks."""
    page.goto(f"{site.url}/admin/conditions/page/add/")
    page.locator("#id_title").fill(fields["title"])
    page.get_by_label("Introduction:").fill("What it is. What you can do.")
    page.get_by_label("Section").select_option(label=fields["section"])
    page.get_by_role("textbox", name="Address:").fill(fields["slug"])
    page.get_by_label("Menu title").fill(fields["title"])
    if "stage" in fields:
        page.get_by_label("Stage:", exact=True).select_option(label=fields["stage"])
    wait_for_editor(page)


def add(page: Page, kind: str) -> None:
    page.get_by_role("button", name="Add a block here, at the end").focus()
    add_block(page, kind)


def publish(page: Page) -> None:
    page.get_by_role("button", name="Save and preview").first.click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text(re.compile(r"^Published\."))).to_be_visible()


def add_option(page: Page, name: str, link: str = "") -> None:
    """A treatment option with all its facts."""
    add(page, "Treatment option")
    block = page.locator(".order-machine > .inline-related:not(.empty-form)").last
    for field in block.locator("textarea[name]").all():
        label = field.get_attribute("name") or ""
        words = {"name": name, "link": link}.get(label.rpartition("-")[2], f"Sample words, {name}.")
        field.fill(words)


def test_another_specialty_needs_no_code(manager: Page, site: RunningSite):
    page = manager
    sign_in(page, site, "jamie")
    write_page(
        page, site, title="Worn knee", section="Conditions", slug="worn-knee", stage="Find out"
    )
    add(page, "Text")
    page.keyboard.type("The knee can wear.")
    publish(page)

    write_page(
        page, site, title="Knee brace", section="Treatments", slug="knee-brace", stage="Treat"
    )
    add(page, "Text")
    page.keyboard.type("A brace holds the knee.")
    publish(page)

    page.goto(f"{site.url}/admin/conditions/page/?q=compare")
    page.locator("#result_list tbody th a").first.click()
    wait_for_editor(page)
    add_option(page, "Knee brace", "/treatments/knee-brace/")
    publish(page)

    write_page(
        page, site, title="After a knee operation", section="Guides", slug="knee", stage="Recover"
    )
    page.get_by_label("Offered by the recovery planner").check()
    add(page, "Recovery stage")
    block = page.locator(".order-machine > .inline-related:not(.empty-form)").last
    block.locator("input[name$=-heading]").fill("First weeks")
    block.locator("input[name$=-from_week]").fill("0")
    block.locator("input[name$=-to_week]").fill("2")
    block.locator("input[name$=-weight_bearing]").fill("All of your weight")
    for area in block.locator("[role=textbox]").all():
        area.fill("Walk a little.")
    publish(page)

    page.goto(f"{site.url}/conditions/")
    expect(page.get_by_role("link", name="Worn knee")).to_be_visible()
    for path, stage, menu_title in [
        ("/conditions/diagnosis/", "Find out", "Worn knee"),
        ("/guides/recovery-after-fusion/", "Recover", "After a knee operation"),
    ]:
        page.goto(f"{site.url}{path}")
        more = page.get_by_role("navigation", name=f"More on this: {stage}")
        expect(more.get_by_role("link", name=menu_title)).to_be_visible()
    page.goto(f"{site.url}/treatments/compare/")
    expect(page.get_by_role("cell").filter(has_text="Sample words, Knee brace.")).to_have_count(7)
    expect(page.get_by_role("rowheader", name="What can go wrong").last).to_be_visible()
    page.goto(f"{site.url}/recovery/?guide=knee&surgery_date=2026-12-01")
    expect(page.get_by_text("1 December 2026 to 14 December 2026")).to_be_visible()


def cite_by_typing(page: Page, words: str) -> None:
    """By keyboard: a new row at the foot of the editor, its box opened, a word typed, the first."""
    page.get_by_role("button", name="Add another Citation").press("Enter")
    box = page.get_by_role("combobox", name="Source").last
    box.press("Enter")
    expect(page.get_by_role("searchbox", name="Search: Source")).to_be_focused()
    found = page.get_by_role("listbox", name="Source").get_by_role("option")
    expect(found.nth(1)).to_be_visible()  # the whole list came: “Searching…” is an option too
    page.keyboard.type(words)
    expect(found.filter(has_text=words)).to_have_count(1)
    expect(found).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_contain_text(words)


def test_a_source_is_chosen_by_typing_and_stands_on_the_public_page(
    manager: Page, site: RunningSite
):
    page = manager
    sign_in(page, site, "sam-cites")
    write_page(page, site, title="Sore hip", section="Conditions", slug="hip", stage="Find out")
    add(page, "Text")
    page.keyboard.type("A hip can hurt.")
    cite_by_typing(page, "Lee YC")
    publish(page)
    page.goto(f"{site.url}/conditions/hip/")
    expect(page.locator(".sources")).to_contain_text("Lee YC, Lee R, Harman C.")
