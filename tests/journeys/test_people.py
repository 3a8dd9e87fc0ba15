"""People in a real browser: a lost phone, a leaver at her desk, a role of the practice’s own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.codes import code_for
from tests.journeys.signing_in import PASSWORD, sign_in
from tests.running_site import RunningSite

MAKE = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("{name}", "{name}@rooms.example", "{password}", is_staff=True)
user.first_name, user.last_name = "{name}".capitalize(), "Hired-Sample"
user.save()
user.groups.add(Group.objects.get(name="{role}"))
"""


@pytest.fixture(scope="module")
def owner(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """Signed in a moment ago, so that her code is still fresh."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "owner")
    yield page
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A colleague at her own computer."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def hire(site: RunningSite, name: str, role: str = "Receptionist") -> None:
    site.manage("shell", "-c", MAKE.format(name=name, role=role, password=PASSWORD))


def type_password(page: Page, site: RunningSite, name: str) -> None:
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def connect(page: Page) -> None:
    page.get_by_label("code").fill(code_for(page.locator("#authenticator-secret").inner_text()))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Go to the staff site").click()


def come_in(page: Page, site: RunningSite, name: str) -> None:
    type_password(page, site, name)
    connect(page)
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()


def open_person(page: Page, site: RunningSite, name: str) -> None:
    page.goto(f"{site.url}/admin/")
    page.get_by_role("link", name="Clinic", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name=f"{name.capitalize()} Hired-Sample").click()


def test_a_lost_phone_is_one_button_and_a_code_on_the_telephone(
    owner: Page, desk: Page, site: RunningSite
):
    hire(site, "rosa")
    come_in(desk, site, "rosa")
    open_person(owner, site, "rosa")
    owner.get_by_role("link", name="Lost phone").click()
    expect(owner.get_by_text("ring a number that you had before")).to_be_visible()
    owner.get_by_role("button", name="Disconnect her phone").click()
    code = owner.locator(".read-code").inner_text()
    desk.reload()
    expect(desk.get_by_text("A colleague ended your sessions")).to_be_visible()
    type_password(desk, site, "rosa")
    expect(desk.get_by_role("heading", name="Type the code from your colleague")).to_be_visible()
    desk.goto(f"{site.url}/admin/account/2fa/totp/activate/")
    expect(desk.locator("#authenticator-secret")).to_have_count(0)
    desk.get_by_label("Code from your colleague").fill(code)
    desk.get_by_role("button", name="Go on").click()
    connect(desk)
    expect(desk.get_by_role("heading", name="What would you like to do?")).to_be_visible()


def test_a_leaver_with_an_open_session_is_out_at_her_next_click_and_reads_why(
    owner: Page, desk: Page, site: RunningSite
):
    hire(site, "lena", "Editor")
    come_in(desk, site, "lena")
    open_person(owner, site, "lena")
    owner.get_by_role("link", name="Has left").click()
    expect(owner.get_by_role("heading", name="What stays")).to_be_visible()
    owner.get_by_role("button", name="She has left").click()
    expect(owner.get_by_text("This account is closed")).to_be_visible()
    desk.get_by_role("link", name="Pages", exact=True).first.click()
    expect(desk.get_by_text("A colleague has closed your account")).to_be_visible()
    type_password(desk, site, "lena")
    expect(desk.get_by_role("heading", name="What would you like to do?")).to_have_count(0)
    owner.get_by_role("link", name="Is back").click()
    owner.get_by_role("button", name="She is back").click()
    expect(owner.get_by_text("is open again")).to_be_visible()


def test_a_colleague_without_the_right_finds_none_of_it(owner: Page, desk: Page, site: RunningSite):
    hire(site, "vera", "Publisher")
    come_in(desk, site, "vera")
    desk.get_by_role("link", name="Clinic", exact=True).click()
    expect(desk.get_by_role("link", name="People", exact=True)).to_have_count(0)
    open_person(owner, site, "vera")
    hers = owner.url.replace("/change/", "")
    for where in ("/change/", "/lost-phone/", "/has-left/", "/is-back/"):
        answer = desk.goto(f"{hers}{where}")
        assert answer is not None
        assert answer.status == 403
    assert desk.goto(f"{site.url}/admin/auth/group/").status == 403  # type: ignore[union-attr]


def test_a_role_of_her_own_is_ticked_and_given(owner: Page, desk: Page, site: RunningSite):
    hire(site, "nina", "Editor")
    owner.goto(f"{site.url}/admin/auth/user/")
    owner.locator(".people-buttons").get_by_role("link", name="Roles").click()
    owner.get_by_role("link", name="Make a role of your own").click()
    owner.get_by_label("Name of the role").fill("Practice nurse")
    owner.get_by_text("Read and decide referrals", exact=True).click()
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_role("link", name="Practice nurse", exact=True).first).to_be_visible()
    open_person(owner, site, "nina")
    owner.get_by_text("Practice nurse", exact=True).click()
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator(".role", has_text="Practice nurse")).to_be_visible()
    come_in(desk, site, "nina")
    desk.goto(f"{site.url}/admin/referrals/enquiry/")
    expect(desk.get_by_role("heading", name="403")).to_have_count(0)
    assert desk.goto(f"{site.url}/admin/referrals/notification/").status == 403  # type: ignore[union-attr]
