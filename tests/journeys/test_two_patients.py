"""Two patients, one after the other, in a real browser: nothing of the first reaches the second."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.test_referral import fill_referral, send
from tests.makers import sample_pdf
from tests.running_site import RunningSite
from tests.sample_files import png_of


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "first.pdf"
    path.write_bytes(sample_pdf(f"About Marigold {tmp_path.name}"))  # each test its own
    return path


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_(**options: object) -> Page:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield open_
    for context in contexts:
        context.close()


def refer_marigold(page: Page, site: RunningSite, letter: Path, *, warned: bool = False) -> None:
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    if warned:
        page.get_by_label("Your email").fill("sam@gmial.con")
    send(page)
    if warned:
        expect(page.get_by_text("Is your email right?")).to_be_visible()
        page.get_by_role("button", name="Send with sam@gmail.com").click()
    expect(page.locator(".reference")).to_be_visible()


def type_ann(page: Page) -> None:
    page.get_by_label("Patient’s given names").fill("Ann")
    page.get_by_label("Patient’s family name").fill("Othersample")
    page.get_by_label("Date of birth").fill("2/3/1990")
    page.get_by_label("Patient’s telephone").fill("0491 570 158")


def count(site: RunningSite) -> int:
    return int(str(site.rows("SELECT count(*) FROM referrals_enquiry")[0][0]))


@pytest.mark.parametrize("warned", [False, True])
def test_back_leads_to_the_receipt_and_not_to_the_form(
    page: Page, site: RunningSite, letter: Path, warned: bool
):
    refer_marigold(page, site, letter, warned=warned)
    reference = page.locator(".reference").inner_text()
    page.go_back()
    expect(page.locator(".reference")).to_have_text(reference)
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("[name=signed]:checked").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_refer_another_patient_keeps_the_doctor_alone(
    open_page: Callable[..., Page], site: RunningSite, letter: Path, script: bool
):
    page = open_page(java_script_enabled=script)
    refer_marigold(page, site, letter)
    page.get_by_role("link", name="Refer another patient").click()
    expect(page.get_by_label("Your name")).to_have_value("Dr Sam Samplegp")
    expect(page.get_by_label("Provider number")).to_have_value("2426621B")
    for label in ["Patient’s given names", "Patient’s family name", "Date of birth"]:
        expect(page.get_by_label(label, exact=True)).to_have_value("")
    expect(page.get_by_label("None of these")).not_to_be_checked()
    expect(page.get_by_label("I sign this referral")).not_to_be_checked()
    expect(page.locator(".kept-files")).to_have_count(0)


def test_without_scripts_back_shows_an_empty_form(
    open_page: Callable[..., Page], site: RunningSite, letter: Path
):
    page = open_page(java_script_enabled=False)
    refer_marigold(page, site, letter)
    page.go_back()
    for name in ["patient_given_names", "patient_phone", "name", "email"]:
        expect(page.locator(f"[name={name}]")).to_have_value("")
    expect(page.get_by_label("None of these")).not_to_be_checked()


def test_a_form_that_a_browser_kept_whole_is_stopped_by_the_site(
    open_page: Callable[..., Page], site: RunningSite, letter: Path
):
    """As a page cache would bring it back: the same key, all ticked."""
    page = open_page(java_script_enabled=False)
    page.goto(f"{site.url}/refer/")
    key = page.locator("[name=form_key]").get_attribute("value")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    send(page)
    before = count(site)
    scripted = open_page()
    scripted.goto(f"{site.url}/refer/")
    scripted.evaluate("key => document.querySelector('[name=form_key]').value = key", key)
    scripted.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(scripted)
    type_ann(scripted)
    send(scripted)
    expect(scripted.locator(".notice")).to_contain_text("Another patient: this is not sent yet")
    expect(scripted.get_by_label("Patient’s given names")).to_have_value("Ann")
    expect(scripted.get_by_label("None of these")).not_to_be_checked()
    expect(scripted.get_by_label("I sign this referral")).not_to_be_checked()
    expect(scripted.locator(".kept-files")).to_have_count(0)
    assert count(site) == before
    scripted.get_by_label("The referral letter").set_input_files(letter)
    scripted.get_by_label("None of these").check()
    scripted.get_by_label("I sign this referral").check()
    send(scripted)
    expect(scripted.locator(".reference")).to_have_text(re.compile("^SIJ-"))
    assert count(site) == before + 1


def test_two_tabs_of_one_form_send_two_referrals(page: Page, site: RunningSite, letter: Path):
    """A copied tab has the key and the words of the first: the site tells the patients apart."""
    page.goto(f"{site.url}/refer/")
    page.get_by_label("Patient’s given names").fill("Marigold")
    with page.expect_popup() as popup:
        page.evaluate("window.open(location.href)")
    copy = popup.value
    refer_marigold(page, site, letter)
    copy.wait_for_load_state()
    left = copy.evaluate("JSON.stringify(sessionStorage)")
    assert "Marigold" not in left
    copy.close()


def test_a_photo_that_an_empty_form_still_has_is_asked_about(
    page: Page, site: RunningSite, tmp_path: Path
):
    photo = tmp_path / "marigold.png"
    photo.write_bytes(png_of(40, 40))
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(photo)
    expect(page.locator(".kept-files")).to_contain_text("kept")
    expect(page.locator(".kept-files")).not_to_contain_text("still attached")
    page.reload()
    expect(page.locator(".kept-files")).to_contain_text("Is it this patient’s?")
    fill_referral(page)
    type_ann(page)
    send(page)
    expect(page.locator(".notice")).to_contain_text("Is “marigold.png” about this patient?")
