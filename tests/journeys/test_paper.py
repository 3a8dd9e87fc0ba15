"""The referral on paper: sheets of a fax part, so each names the patient and itself."""

from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from referrals.intake.paper import paper_sheets
from tests.running_site import RunningSite

MORE_WORDS = """() => {
    const told = document.querySelector(".paper-urgent p:last-child");
    told.textContent = Array(12).fill(told.textContent).join(" ");
}"""

LONGER_LABEL = """() => {
    document.querySelector(".sheet-patient .paper-label").textContent = "a long label ".repeat(9);
}"""
FEET_OF_A_ROW = """() => {
    const lines = [...document.querySelector(".sheet-patient").querySelectorAll(".paper-line")];
    return new Set(lines.map(line => Math.round(line.getBoundingClientRect().bottom))).size;
}"""


def printed(page: Page, paper: str) -> list[str]:
    """The words on each page, in one row."""
    reader = PdfReader(BytesIO(page.pdf(format=paper)))
    return [" ".join(sheet.extract_text().split()) for sheet in reader.pages]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_two_sheets_hold_all_questions_and_each_names_the_patient(
    page: Page, site: RunningSite, paper: str, monkeypatch: pytest.MonkeyPatch
):
    # This process has no database.
    monkeypatch.setattr("referrals.intake.referral_forms.doctors_to_choose", list)
    page.goto(f"{site.url}/refer/paper/")
    sheets = printed(page, paper)
    assert len(sheets) == 2
    for number, (words, sheet) in enumerate(zip(sheets, paper_sheets(), strict=True), start=1):
        assert f"Sheet {number} of 2" in words
        asked = [field.label for _, fields in sheet.groups for field in fields]
        for label in [*(field.label for field in sheet.patient), *asked]:
            assert label in words
    assert "Signature" in sheets[0]


def test_lines_beside_each_other_are_level_where_a_label_needs_two_rows(
    page: Page, site: RunningSite
):
    page.goto(f"{site.url}/refer/paper/")
    page.emulate_media(media="print")
    page.evaluate(LONGER_LABEL)
    assert page.evaluate(FEET_OF_A_ROW) == 1


def test_why_sooner_has_the_whole_width_to_write_on(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/paper/")
    page.emulate_media(media="print")
    field = page.locator(".paper-field", has_text="Why sooner?").bounding_box()
    sheet = page.locator(".sheet").first.bounding_box()
    assert field
    assert sheet
    assert field["width"] > 0.9 * sheet["width"]


def test_one_press_prints_on_a_telephone(page: Page, site: RunningSite):
    page.set_viewport_size({"width": 390, "height": 700})
    page.add_init_script("window.print = () => { document.title = 'printed'; };")
    page.goto(f"{site.url}/refer/paper/")
    button = page.get_by_role("button", name="Print it, or keep it as a PDF")
    expect(button).to_be_in_viewport()
    button.click()
    expect(page).to_have_title("printed")


def test_without_scripts_no_button_promises_to_print(browser: Browser, site: RunningSite):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site.url}/refer/paper/")
    expect(page.get_by_text("Use your browser’s print command")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()


def test_a_sheet_that_grows_names_the_patient_on_its_second_page_too(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/paper/")
    page.evaluate(MORE_WORDS)
    sheets = printed(page, "A4")
    assert len(sheets) == 3
    for words in sheets:
        assert "Patient’s family name" in words
        assert "Date of birth" in words
