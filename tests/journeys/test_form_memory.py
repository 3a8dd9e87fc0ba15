"""A half-filled form survives Back, reload and the other form, in this tab and nowhere else."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_referral import fill_referral, send
from tests.journeys.test_two_patients import letter  # noqa: F401
from tests.running_site import RunningSite

PLACES = "JSON.stringify([{...localStorage}, document.cookie, location.href])"


def half_fill(page: Page) -> None:
    page.get_by_label("Patient’s family name").fill("Quillfeather")
    page.get_by_label("Suspected cancer").check()
    page.get_by_label("Soon: within").check()
    page.get_by_text("Add more, if you like").click()
    page.locator("[name=practice_name]").fill("Sample Practice")
    page.get_by_label("You are a").select_option("gp")
    page.get_by_label("A note to the rooms").fill("Please ring\nafter 5")


def expect_half_filled(page: Page) -> None:
    expect(page.get_by_label("Patient’s family name")).to_have_value("Quillfeather")
    expect(page.get_by_label("Suspected cancer")).to_be_checked()
    expect(page.get_by_label("Soon: within")).to_be_checked()
    more = page.locator("details.form-more", has_text="Add more, if you like")
    expect(more).to_have_attribute("open", "")
    expect(page.locator("[name=practice_name]")).to_have_value("Sample Practice")
    expect(page.get_by_label("You are a")).to_have_value("gp")
    expect(page.get_by_label("A note to the rooms")).to_have_value("Please ring\nafter 5")
    expect(page.locator("[data-memory-words]")).to_contain_text("brought back what you typed")


def test_every_field_survives_a_reload(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    half_fill(page)
    page.reload()
    expect_half_filled(page)


def test_every_field_survives_going_away_and_back(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    half_fill(page)
    page.goto(f"{site.url}/guides/privacy/")
    page.go_back()
    expect_half_filled(page)


def test_the_other_form_keeps_all_and_back_too(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    half_fill(page)
    page.get_by_role("button", name="Use the full form").click()
    expect(page.get_by_label("Patient’s family name")).to_have_value("Quillfeather")
    page.get_by_label("Allergies").fill("Penicillin")
    page.reload()
    expect(page.get_by_label("Allergies")).to_have_value("Penicillin")
    expect(page.get_by_label("Suspected cancer")).to_be_checked()
    page.go_back()
    expect(page.get_by_label("Allergies")).to_have_value("Penicillin")
    expect(page.get_by_label("Patient’s family name")).to_have_value("Quillfeather")


def test_a_message_survives_a_reload(page: Page, site: RunningSite):
    page.goto(f"{site.url}/contact/")
    page.get_by_label("Your name").fill("Alex Samplewriter")
    page.get_by_label("Fees").check()
    page.get_by_label("Your message").fill("What does it cost?")
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Alex Samplewriter")
    expect(page.get_by_label("Fees")).to_be_checked()
    expect(page.get_by_label("Your message")).to_have_value("What does it cost?")


def test_a_file_that_was_only_chosen_is_asked_for_again(page: Page, site: RunningSite, letter):  # noqa: F811
    page.route("**/refer/letter/", lambda route: route.abort())  # else the site holds it already
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    page.get_by_label("Patient’s family name").fill("Quillfeather")
    page.reload()
    expect(page.get_by_text("cannot bring back a file")).to_be_visible()


def test_a_file_that_the_site_holds_is_still_there(page: Page, site: RunningSite, letter):  # noqa: F811
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    page.get_by_label("Your email").fill("")
    send(page)
    expect(page.locator(".kept-files")).to_contain_text("first.pdf")
    page.reload()
    expect(page.locator(".kept-files")).to_contain_text("first.pdf")
    page.get_by_label("Your email").fill("sam@practice.example")
    send(page)
    expect(page.get_by_text("File 1 (PDF")).to_be_visible()


def test_nothing_of_a_patient_is_kept_anywhere_else_or_after_sending(
    page: Page,
    site: RunningSite,
    letter,  # noqa: F811
):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    assert "Quillfeather" not in page.evaluate(PLACES)
    assert "Quillfeather" in page.evaluate("JSON.stringify(sessionStorage)")
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    left = page.evaluate("({...sessionStorage})")
    assert list(left) == ["receipts"]
    assert "Quillfeather" not in json.dumps(left)


def test_clearing_is_asked_and_empties_the_form(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/?mode=full")
    page.get_by_label("Patient’s family name").fill("Quillfeather")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Clear this form").click()
    expect(page.get_by_label("Patient’s family name")).to_have_value("Quillfeather")
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Clear this form").click()
    expect(page.get_by_label("Patient’s family name")).to_have_value("")
    expect(page.get_by_label("Why do you refer")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('form refer')") is None


def test_a_form_opened_anew_offers_what_was_begun_and_fills_in_nothing(
    page: Page, site: RunningSite
):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("Patient’s family name").fill("Quillfeather")
    page.goto(f"{site.url}/contact/")
    page.get_by_role("link", name="Refer a patient").first.click()
    expect(page.get_by_label("Patient’s family name")).to_have_value("")
    page.get_by_role("button", name="Bring back what I typed").click()
    expect(page.get_by_label("Patient’s family name")).to_have_value("Quillfeather")


@pytest.mark.parametrize("path", ["/refer/", "/refer/?mode=full", "/contact/"])
def test_without_scripts_no_browser_fills_in_half_a_form(
    browser: Browser, site: RunningSite, path: str
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    form = page.locator("form#form")
    assert form.get_attribute("autocomplete") == "off"
    others = "[autocomplete]:not([autocomplete=off])"
    assert form.locator(others).count() == 0
    assert form.locator("[maxlength]").count() == 0
    context.close()


def test_with_scripts_the_fields_say_what_they_are_for(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    expect(page.get_by_label("Your email")).to_have_attribute("autocomplete", "email")
    expect(page.get_by_label("Patient’s family name")).to_have_attribute("autocomplete", "off")
