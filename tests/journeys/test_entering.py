"""A fax lies in the tray: the desk types it in, finds it in the list, and mends a slip."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.signing_in import line_of, make_account, sign_in_as
from tests.makers import sample_pdf
from tests.running_site import RunningSite

MAKE_RECEPTIONIST = """
from django.contrib.auth.models import Group, User
user = User.objects.get(username="faxes")
user.is_superuser = False
user.save()
user.groups.add(Group.objects.get(name="Receptionist"))
"""


@pytest.fixture(scope="module")
def desk(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    make_account(site, "faxes")
    site.manage("shell", "-c", MAKE_RECEPTIONIST)
    sign_in_as(page, site, "faxes")
    yield page
    context.close()


def test_a_fax_with_its_scan_is_typed_in_and_found(desk: Page, site: RunningSite, tmp_path: Path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(sample_pdf("A faxed letter"))
    desk.goto(f"{site.url}/admin/")
    desk.get_by_role("link", name="Enter a referral").click()
    desk.get_by_label("By fax").check()
    desk.get_by_label("Family name").fill("Faxsample")
    desk.get_by_label("Given names").fill("Jo")
    desk.get_by_label("Date of birth").fill("31/13/1980")
    desk.get_by_label("The scan").set_input_files(scan)
    desk.get_by_label("Doctor’s name").fill("Dr Sam Samplegp")
    desk.get_by_role("button", name="Enter a referral").click()
    expect(desk.get_by_text("there is no month 13").first).to_be_visible()
    expect(desk.get_by_text("scan.pdf").first).to_be_visible()
    desk.get_by_label("Date of birth").fill("31/12/1980")
    desk.get_by_role("button", name="Enter a referral").click()
    told = desk.get_by_text("Entered as").inner_text()
    reference = told.split()[2].strip(".")
    desk.goto(f"{site.url}/admin/referrals/enquiry/")
    expect(line_of(desk, reference)).to_contain_text("Faxsample")
    line_of(desk, reference).first.click()
    desk.locator(".enquiry-decide summary", has_text=re.compile("^More$")).click()
    desk.get_by_role("link", name="Correct", exact=True).click()
    desk.get_by_label("Family name").fill("Faxedsample")
    desk.get_by_label("Why?").fill("Misread on the fax.")
    desk.get_by_role("button", name="Correct").click()
    expect(desk.get_by_text("Before: “Faxsample”")).to_be_visible()
