"""The sheet of questions on paper: what was ticked is printed, and what was not is not."""

import io
import unicodedata

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.running_site import RunningSite


@pytest.fixture
def sheet(page: Page, site: RunningSite) -> Page:
    page.goto(f"{site.url}/my-questions/")
    return page


def printed(page: Page) -> str:
    """The words on the paper without spaces, for lines break anywhere; ligatures as letters."""
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    words = " ".join(page.extract_text() for page in pages)
    return "".join(unicodedata.normalize("NFKC", words).split())


def joined(words: str) -> str:
    return "".join(words.split())


def questions(page: Page, group: int) -> list[str]:
    boxes = page.locator(".question-group").nth(group).locator("input")
    return boxes.evaluate_all("boxes => boxes.map(box => box.labels[0].textContent)")


def test_a_sheet_without_a_tick_prints_every_question(sheet: Page):
    words = printed(sheet)
    groups = sheet.locator(".question-group").count()
    assert groups > 5
    for group in range(groups):
        for question in questions(sheet, group):
            assert joined(question) in words


def test_only_what_is_ticked_is_printed_also_in_the_middle_of_a_group(sheet: Page):
    groups = range(1, sheet.locator(".question-group").count())
    group = next(number for number in groups if len(questions(sheet, number)) > 2)
    before, ticked, after = questions(sheet, group)[:3]
    sheet.locator(".question-group > summary").nth(group).click()
    sheet.locator(".question-group").nth(group).locator("input").nth(1).check()
    sheet.get_by_label("My own questions").fill("May I take my dog along?")
    words = printed(sheet)
    assert joined(ticked) in words
    assert joined("May I take my dog along?") in words
    assert joined(before) not in words
    assert joined(after) not in words
    assert joined(questions(sheet, 0)[0]) not in words


def test_a_question_of_ones_own_is_printed_alone(sheet: Page):
    sheet.get_by_label("My own questions").fill("May I take my dog along?")
    words = printed(sheet)
    assert joined("May I take my dog along?") in words
    for group in range(sheet.locator(".question-group").count()):
        assert not any(joined(question) in words for question in questions(sheet, group))


def test_ticks_survive_a_reload_until_they_are_cleared(sheet: Page):
    sheet.locator(".question-group > summary").nth(2).click()
    sheet.locator(".question-group").nth(2).locator("input").nth(1).check()
    sheet.reload()
    tick = sheet.locator(".question-group").nth(2).locator("input").nth(1)
    expect(tick).to_be_checked()
    expect(tick).to_be_visible()
    sheet.once("dialog", lambda dialog: dialog.accept())
    sheet.get_by_role("button", name="Clear all").click()
    sheet.reload()
    expect(sheet.locator(":checked")).to_have_count(0)


def test_a_question_that_stands_under_several_pages_is_kept_and_forgotten_where_it_was_ticked(
    sheet: Page,
):
    same = sheet.get_by_label("What can go wrong, and how likely is that?")
    assert same.count() > 1
    sheet.locator(".question-group").evaluate_all("groups => groups.forEach(g => (g.open = true))")
    same.nth(1).check()
    sheet.reload()
    expect(sheet.locator(":checked")).to_have_count(1)
    same.nth(1).uncheck()
    sheet.reload()
    expect(sheet.locator(":checked")).to_have_count(0)


def test_a_slip_of_the_thumb_does_not_clear_the_list(sheet: Page):
    sheet.get_by_label("My own questions").fill("May I take my dog along?")
    sheet.once("dialog", lambda dialog: dialog.dismiss())
    sheet.get_by_role("button", name="Clear all").click()
    sheet.reload()
    expect(sheet.get_by_label("My own questions")).to_have_value("May I take my dog along?")


def test_long_words_of_ones_own_are_not_cut_off_on_paper(sheet: Page):
    """Paper does not scroll, so the field is as high as its words."""
    own = sheet.get_by_label("My own questions")
    own.fill("\n".join(f"Question {number} of mine" for number in range(1, 41)))
    sheet.emulate_media(media="print")
    assert own.evaluate("field => field.scrollHeight <= field.clientHeight")
