"""Pages that people print: few sheets, and nothing on them that was true only while printing."""

from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

from tests.running_site import RunningSite

FUSION = "/treatments/minimally-invasive-fusion/"
RECOVERY = "/guides/recovery-after-fusion/"
COMPARISON = "/treatments/compare/"
PLANNER = "/recovery/?surgery_date=2027-01-31"
MOST_SHEETS = {FUSION: 9, RECOVERY: 7, COMPARISON: 4, PLANNER: 2, "/glossary/": 3}
MOST_SHEETS |= {"/my-questions/": 4, "/contact/": 1, "/guides/your-first-appointment/": 5}
FOR_GPS = "/guides/for-gps/"
FOOT_OF_A_SHEET = 12 / 25.4 * 72  # its margin, in points
SYMPTOMS = "/conditions/symptoms/"
OTHERS = [
    FOR_GPS,
    SYMPTOMS,
    "/treatments/open-fusion/",
    "/refer/",
    "/refer/self/",
    "/nothing-here/",
]
TRUE_ONLY_NOW = [
    "open now",
    "closed now",
    "are closed until",
    "are open until",
    "rooms are closed:",
]
Printed = dict[str, list[PageObject]]


@pytest.fixture(scope="module")
def printed(browser: Browser, site: RunningSite) -> Printed:
    """Each page on A4, as its print rules lay it out."""
    context = browser.new_context()
    page = context.new_page()
    sheets = {}
    for path in [*MOST_SHEETS, *OTHERS]:
        page.goto(f"{site.url}{path}")
        sheets[path] = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    context.close()
    return {path: list(pages) for path, pages in sheets.items()}


def words_on(pages: list[PageObject]) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("path", MOST_SHEETS)
def test_a_printed_page_takes_few_sheets(printed: Printed, path: str):
    assert 1 <= len(printed[path]) <= MOST_SHEETS[path]


def test_the_comparison_lies_on_its_side_and_the_others_stand(printed: Printed):
    lying = {path for path in MOST_SHEETS if is_landscape(printed[path][0])}
    assert lying == {COMPARISON}


def is_landscape(sheet: PageObject) -> bool:
    return sheet.mediabox.width > sheet.mediabox.height


def test_nothing_is_cut_in_two_by_the_end_of_a_sheet(printed: Printed):
    """A raised number once stood above its line: half of it on the sheet before."""
    for path in (FUSION, RECOVERY, FOR_GPS):
        for sheet in printed[path]:
            assert lowest_line(sheet) > FOOT_OF_A_SHEET, path


def lowest_line(sheet: PageObject) -> float:
    """Points above the lower edge of the paper."""
    heights = []

    def note(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            heights.append(cm[1] * tm[4] + cm[3] * tm[5] + cm[5])

    sheet.extract_text(visitor_text=note)
    return min(heights)


@pytest.mark.parametrize("path", [*MOST_SHEETS, *OTHERS])
def test_paper_says_nothing_that_is_true_only_now(printed: Printed, path: str):
    words = words_on(printed[path]).lower()
    assert "sacroiliac joint clinic" in words
    assert [said for said in TRUE_ONLY_NOW if said in words] == []


def test_paper_says_when_the_rooms_are_open_instead(printed: Printed):
    for path in (RECOVERY, PLANNER, "/contact/", "/refer/"):
        assert "while they are open: Monday to Friday" in words_on(printed[path])


def test_no_heading_stands_alone_at_the_end_of_a_sheet(printed: Printed):
    for pages in printed.values():
        for page in pages:
            assert not page.extract_text().rstrip().endswith("Words explained")


@pytest.mark.parametrize("path", [FUSION, RECOVERY, COMPARISON])
def test_an_explained_word_in_brackets_leaves_no_gap(printed: Printed, path: str):
    words = words_on(printed[path])
    assert "(" in words
    assert "( " not in words
    assert " )" not in words


def test_paper_keeps_the_number_to_call(printed: Printed):
    assert "Call 000 now if you have" in words_on(printed[SYMPTOMS])
    assert "In an emergency call 000." in words_on(printed["/contact/"])


def test_the_sheet_with_the_way_to_us_leads_further_without_a_link(
    printed: Printed, site: RunningSite
):
    words = words_on(printed["/contact/"])
    assert f"This form: {site.url}/contact/ " in words
    assert f"a referral here: {site.url}/refer/ " in words
    assert f"a report here: {site.url}/refer/?as=physio" in words
    assert "Email: rooms@clinic.example" in words
    assert "Fax: (02) 5550 1235" in words
    assert "OpenStreetMap" not in words


def test_paper_has_no_button_and_no_word_about_the_tab(printed: Printed):
    for path in ("/contact/", "/refer/"):
        words = words_on(printed[path])
        assert [said for said in ("This tab", "Clear this form") if said in words] == []
    assert "HealthLink: sijclinic (sample) Argus:" in words_on(printed["/refer/"])
