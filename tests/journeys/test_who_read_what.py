"""The receptionist reads a referral; the administrator can say so to the patient. She may not."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.signing_in import line_of, sign_in
from tests.journeys.test_staff import refer
from tests.running_site import RunningSite

LOG = "/admin/referrals/accesslog/"
BECOMES = """
from django.contrib.auth.models import Group, User
user = User.objects.get(username="{name}")
user.first_name, user.last_name, user.is_superuser = "{given}", "{family}", False
user.groups.set([Group.objects.get(name="{role}")])
user.save()
"""


def colleague(browser: Browser, site: RunningSite, name: str, role: str) -> Page:
    """A page signed in as somebody with this role."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, site, name)
    facts = {"name": name, "given": name.capitalize(), "family": f"Sample{role.lower()}"}
    site.manage("shell", "-c", BECOMES.format(role=role, **facts))
    return page


@pytest.fixture(scope="module")
def robin(browser: Browser, site: RunningSite) -> Page:
    return colleague(browser, site, "robina", "Receptionist")


@pytest.fixture(scope="module")
def ash(browser: Browser, site: RunningSite) -> Page:
    return colleague(browser, site, "ashley", "Administrator")


def test_a_patient_who_asks_gets_a_sheet_of_who_read_her_referral(
    robin: Page, ash: Page, site: RunningSite, tmp_path: Path
):
    reference = refer(robin, site)
    robin.goto(f"{site.url}/admin/referrals/enquiry/?show=all")
    line_of(robin, reference).click()
    expect(robin.get_by_role("heading", name="Quillfeather")).to_be_visible()
    expect(robin.get_by_text("Who has read it")).to_have_count(0)

    ash.goto(f"{site.url}/admin/")
    ash.get_by_role("link", name="Find who read a patient’s enquiry").click()
    ash.get_by_label("Family name").fill("quillfeather")
    ash.get_by_label("Given names").fill("Marigold")
    ash.get_by_label("Date of birth").fill("5 June 1971")
    ash.get_by_role("button", name="Show who read it").click()
    assert "uillfeather" not in ash.url
    group = ash.locator(f"h4:has-text('{reference}') + ul").first
    expect(group).to_contain_text("Robina Samplereceptionist read it")
    assert ash.evaluate("document.documentElement.scrollWidth <= innerWidth")

    ash.get_by_role("button", name="Make the sheet for the patient").click()
    sheet = ash.get_by_role("article", name="The sheet")
    expect(sheet).to_contain_text(reference)
    expect(sheet).to_contain_text("Robina Samplereceptionist")
    assert ash.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with ash.expect_download() as download:
        ash.get_by_role("button", name="Save as a PDF").click()
    download.value.save_as(tmp_path / "sheet.pdf")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "sheet.pdf").pages)
    assert reference in text
    assert "Receptionist" in text
    assert b"uillfeather" not in site.log_path.read_bytes()


def test_the_enquiry_says_how_often_it_was_read_and_leads_there(ash: Page, site: RunningSite):
    ash.goto(f"{site.url}/admin/referrals/enquiry/?show=all")
    ash.locator("#result_list th a").first.click()
    button, who = ash.get_by_role("button", name="Open SIJ-"), ash.get_by_text("Who has read it")
    expect(button.or_(who).first).to_be_visible()
    if button.count():
        button.click()
    ash.get_by_role("link", name="Who has read it").click()
    expect(ash.get_by_text("Ashley Sampleadministrator read it").first).to_be_visible()


def test_the_receptionist_comes_to_neither(robin: Page, site: RunningSite):
    for address in (LOG, f"{LOG}sheet/", f"{LOG}?reference=SIJ-7KH2M9PD"):
        answer = robin.goto(f"{site.url}{address}")
        assert answer is not None
        assert answer.status in {403, 405}
    robin.goto(f"{site.url}/admin/")
    expect(robin.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(robin.get_by_text("Who read what")).to_have_count(0)
