"""Two administrators sign the clinic's rule and erase a referral; its sender follows her link."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.codes import code_for
from tests.journeys.signing_in import PASSWORD, line_of, make_account
from tests.journeys.test_referral import PATIENT
from tests.journeys.test_staff import refer
from tests.running_site import RunningSite

MONTHS_LATER = """
from datetime import datetime, UTC
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
User.objects.update(date_joined=datetime(2026, 1, 5, tzinfo=UTC))
Authenticator.objects.update(created_at=datetime(2026, 1, 5, tzinfo=UTC))
"""
SENTENCE = "The rooms hold nothing under this link any more."


class Administrator(NamedTuple):
    page: Page
    secret: str

    def goes_on_with_a_code(self) -> None:
        """Where a page asks for a fresh one: the next, as the last was used."""
        if "reauthenticate" in self.page.url:
            self.page.get_by_label("code").fill(code_for(self.secret, later=1))
            self.page.get_by_role("button", name="Go on").click()


def first_day(browser: Browser, site: RunningSite, name: str) -> Administrator:
    page = browser.new_context().new_page()
    make_account(site, name)
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator("#authenticator-secret").inner_text()
    page.get_by_label("code").fill(code_for(secret))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Go to the staff site").click()
    page.wait_for_url("**/admin/")
    return Administrator(page, secret)


@pytest.fixture(scope="module")
def erin(browser: Browser, site: RunningSite) -> Iterator[Administrator]:
    person = first_day(browser, site, "erin")
    yield person
    person.page.context.close()


@pytest.fixture(scope="module")
def frankie(browser: Browser, site: RunningSite) -> Iterator[Administrator]:
    person = first_day(browser, site, "frankie")
    yield person
    person.page.context.close()


def test_the_front_page_leads_to_the_rule_and_it_is_signed(erin: Administrator):
    page = erin.page
    page.get_by_role("link", name="Look at what we propose, and sign it").click()
    expect(page.get_by_text("No rule is signed, so nothing is ever purged.")).to_be_visible()
    page.get_by_role("link", name="Look through it and sign").click()
    erin.goes_on_with_a_code()
    page.get_by_label("Days").fill("14")
    page.get_by_label("I sign this rule for the clinic.").check()
    page.get_by_role("button", name="Sign the rule").click()
    expect(page.locator(".keeping-problem")).to_contain_text("Not less than 30 days")
    expect(page.get_by_label("Days")).to_have_value("14")
    page.get_by_label("Days").fill("60")
    page.get_by_role("button", name="Sign the rule").click()
    expect(page.locator(".keeping-amount").first).to_have_text("60 days")
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_text("No rule on keeping is signed")).to_be_hidden()


def test_a_referral_is_erased_by_two_and_its_sender_reads_so(
    browser: Browser, erin: Administrator, frankie: Administrator, site: RunningSite
):
    sender = browser.new_context().new_page()
    reference = refer(sender, site)
    link = sender.get_by_role("link", name="Follow this referral").get_attribute("href")
    site.manage("shell", "-c", MONTHS_LATER)  # an account of yesterday confirms nothing
    ask_for_erasure(erin.page, site, reference)
    expect(erin.page.get_by_text("It is to be erased, and is not yet.")).to_be_visible()
    page = frankie.page
    page.goto(f"{site.url}/admin/")
    page.get_by_role("link", name=f"{reference} is to be erased").click()
    frankie.goes_on_with_a_code()
    expect(page.get_by_text(f"{PATIENT} rang and asked.")).to_be_visible()
    page.get_by_role("button", name=f"Erase {reference} for good").click()
    said = re.compile(f"{reference} is erased. Backups may still hold a copy")
    expect(page.get_by_text(said)).to_be_visible()
    response = sender.goto(f"{site.url}{link}")
    assert response is not None
    assert response.status == 410
    expect(sender.get_by_text(SENTENCE)).to_be_visible()
    left = f"SELECT count(*) FROM referrals_enquiry WHERE reference = '{reference}'"
    assert site.rows(left) == [(0,)]
    sender.context.close()


def ask_for_erasure(page: Page, site: RunningSite, reference: str) -> None:
    page.goto(f"{site.url}/admin/referrals/enquiry/?q={reference}")
    line_of(page, reference).click()
    page.locator(".enquiry-further > summary").click()
    page.get_by_text("Erase it because somebody asked").click()
    page.get_by_label("Who asked, and why?").fill(f"{PATIENT} rang and asked.")
    page.get_by_role("button", name="Ask for its erasure").click()
