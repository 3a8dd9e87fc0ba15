"""Counted from the screens: how many presses and pages the daily work takes."""

import re
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.signing_in import clear_inbox, shown_line_of, sign_in
from tests.journeys.test_passkeys import Desk
from tests.journeys.test_referral import PATIENT, wait_for_mail
from tests.journeys.test_signing_in import AN_HOUR_LATER
from tests.journeys.test_staff import refer
from tests.running_site import Mailbox, RunningSite

AS_CLINICIAN = """
from django.contrib.auth.models import Group, User
User.objects.filter(username="surgeon").update(is_superuser=False, is_staff=True)
User.objects.get(username="surgeon").groups.set(Group.objects.filter(name="Clinician"))
"""
COVERED = """() => {
  const bar = document.querySelector(".enquiry-decide"), at = document.activeElement;
  if (!at || at === document.body || bar.contains(at)) return false;
  const one = at.getBoundingClientRect(), top = bar.getBoundingClientRect().top;
  return one.height > 0 && one.top >= top && one.bottom <= innerHeight + 1;
}"""


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[RunningSite]:
    """Passkeys belong to a name, and the link of a mail leads to the site’s own one."""
    folder: Path = tmp_path_factory.mktemp("named")
    site = RunningSite(folder, mailbox)
    site.url = site.environment["SITE_URL"] = f"http://localhost:{site.port}"
    site.prepare()
    site.start("web")
    site.start("mail")
    try:
        site.wait_until_up()
        yield site
    finally:
        site.stop()


class Counted:
    """Presses on a page, and how many pages were loaded by them."""

    def __init__(self, page: Page) -> None:
        self.presses, self.pages = 0, 1
        page.on("load", lambda _: self.loaded())

    def loaded(self) -> None:
        self.pages += 1

    def press(self, what: Locator) -> None:
        self.presses += 1
        what.click()


def link_of(mail: str) -> str:
    text = message_from_string(mail).get_payload(0).get_payload(decode=True).decode()
    return re.search(r"http\S+/admin/\S+", text)[0]


def test_a_surgeon_decides_in_four_taps_from_the_mail_after_the_idle_end(
    browser: Browser, named_site: RunningSite, mailbox: Mailbox
):
    named_site.forget_visitors()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    desk = Desk(context, named_site)
    desk.begin("surgeon")
    named_site.manage("shell", "-c", AS_CLINICIAN)
    for steps in [["Ask for more information", "Ask"], ["Accept"]]:
        reference = refer(desk.page, named_site)
        link = link_of(wait_for_mail(mailbox, reference))
        named_site.manage("shell", "-c", AN_HOUR_LATER)
        counted = Counted(desk.page)
        counted.presses += 1
        desk.page.goto(link)
        counted.press(desk.page.get_by_role("button", name="Use your passkey"))
        expect(desk.page.get_by_role("heading", name=PATIENT)).to_be_visible()
        decide = desk.page.locator(".enquiry-decide")
        expect(decide.get_by_role("button", name="Accept")).to_be_in_viewport()
        if len(steps) == 2:
            counted.press(decide.locator("summary", has_text=steps[0]))
            decide.get_by_label("What do you need to know?").fill("Which side is it?")
        counted.press(decide.get_by_role("button", name=steps[-1], exact=True))
        expect(desk.page.locator(".messagelist")).to_be_visible()
        assert counted.presses <= 4
    context.close()


def test_from_the_inbox_to_filed_takes_four_presses_and_four_pages(
    browser: Browser, site: RunningSite
):
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "paloma")
    for width in (390, 1280):
        clear_inbox(site)
        reference = refer(page, site)
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{site.url}/admin/referrals/enquiry/")
        counted = Counted(page)
        counted.press(shown_line_of(page, reference))
        counted.press(page.get_by_role("button", name="Accept"))
        counted.press(page.locator("summary", has_text="Booked"))
        counted.press(page.get_by_role("button", name="It is booked"))
        expect(page.get_by_text("Filed: booked")).to_be_visible()
        assert counted.presses <= 4
        assert counted.pages <= 4
    context.close()


def test_the_bar_under_the_thumb_hides_no_focus(browser: Browser, site: RunningSite):
    context = browser.new_context(viewport={"width": 390, "height": 700})
    page = context.new_page()
    sign_in(page, site, "tabitha")
    clear_inbox(site)
    reference = refer(page, site)
    page.goto(f"{site.url}/admin/referrals/enquiry/")
    shown_line_of(page, reference).click()
    expect(page.locator(".enquiry-decide")).to_be_in_viewport()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED), page.evaluate("document.activeElement.outerHTML")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
