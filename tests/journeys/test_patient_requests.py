"""A patient asks for what is held: the desk notes it, an administrator gives it and ends it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.codes import code_for
from tests.journeys.signing_in import PASSWORD, make_account, sign_in
from tests.journeys.test_referral import PATIENT
from tests.journeys.test_staff import refer
from tests.running_site import RunningSite

MAKE_RECEPTIONIST = """
from django.contrib.auth.models import Group, User
user = User.objects.get(username="asked")
user.is_superuser = False
user.save()
user.groups.add(Group.objects.get(name="Receptionist"))
"""


@pytest.fixture(scope="module")
def administrator(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    sign_in(page, site, "gives")
    yield page
    context.close()


@pytest.fixture(scope="module")
def desk(browser: Browser, site: RunningSite) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    make_account(site, "asked")
    site.manage("shell", "-c", MAKE_RECEPTIONIST)
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill("asked")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("code").fill(code_for(page.locator("#authenticator-secret").inner_text()))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Go to the staff site").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def test_from_the_call_to_the_answer(
    browser: Browser, site: RunningSite, desk: Page, administrator: Page
):
    visitor = browser.new_context()
    reference = refer(visitor.new_page(), site)
    visitor.close()
    # The receptionist, on the telephone.
    desk.goto(f"{site.url}/admin/referrals/patientrequest/")
    desk.get_by_role("link", name="Note a request").click()
    desk.get_by_label("See what we hold").check()
    desk.get_by_label("By telephone").check()
    desk.get_by_label("family name").fill(PATIENT)
    desk.get_by_label("given names").fill("Marigold")
    desk.get_by_label("Date of birth").fill("5/6/1971")
    desk.get_by_role("button", name="Note the request").click()
    expect(desk.get_by_text("30 days left")).to_be_visible()
    desk.get_by_label("How did you make sure?").fill("Gave birth date and address.")
    desk.get_by_role("button", name="Keep this").click()
    expect(desk.get_by_text("Gave birth date and address.").first).to_be_visible()
    expect(desk.get_by_role("link", name="Find and choose")).to_be_hidden()
    assert desk.goto(f"{desk.url.replace('/change/', '/copy/')}").status == 403
    # The administrator.
    administrator.goto(f"{site.url}/admin/")
    waiting = administrator.locator(".request-panel")
    expect(waiting).to_contain_text("30 days left")
    waiting.get_by_role("link").first.click()
    administrator.get_by_role("link", name="Find and choose enquiries").click()
    administrator.get_by_label(reference).check()
    administrator.get_by_role("button", name="These are this patient’s").click()
    administrator.get_by_role("link", name="Save all but the files").click()
    with administrator.expect_download() as saved:
        administrator.get_by_role("button", name="Save the PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    administrator.get_by_role("link", name="Back to the request").click()
    administrator.get_by_text("It is done: end it").click()
    administrator.get_by_label("Given to the patient").check()
    administrator.get_by_label("How, and what you said").fill("By registered post.")
    administrator.get_by_role("button", name="End the request").click()
    expect(administrator.locator(".enquiry-state")).to_contain_text("Given to the patient")
    administrator.goto(f"{site.url}/admin/")
    expect(administrator.locator(".request-panel")).to_be_hidden()
