"""A GP sends a referral in a real browser; the rooms hear of it through a real SMTP server."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.makers import sample_pdf
from tests.running_site import PATIENCE, Mailbox, RunningSite

PATIENT = "Quillfeather"
IN_THE_LETTER = "Deep in the left buttock"
BORN = ["5/6/1971", "05/06/1971", "1971-06-05", "5 June 1971"]  # four digits alone turn up anywhere
SECRETS = [PATIENT, "Marigold", "0491 570 157", *BORN, IN_THE_LETTER, "marigold-letter"]
REFERENCE = re.compile(r"SIJ-[2-9CDFGHJKMNPRTVWXY]{8}")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "marigold-letter.pdf"
    path.write_bytes(sample_pdf(f"{IN_THE_LETTER} {tmp_path.name}"))  # each test its own
    return path


def fill_referral(page: Page) -> None:
    page.get_by_label("None of these").check()
    page.get_by_label("Patient’s given names").fill("Marigold")
    page.get_by_label("Patient’s family name").fill(PATIENT)
    page.get_by_label("Date of birth").fill("5/6/1971")
    page.get_by_label("Patient’s telephone").fill("0491 570 157")
    page.get_by_label("Your name").fill("Dr Sam Samplegp")
    page.get_by_label("Provider number").fill("2426621B")
    page.get_by_label("Your email").fill("sam@practice.example")
    page.get_by_label("I sign this referral").check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Sign and send").click()


def wait_for_mail(mailbox: Mailbox, reference: str, *, to: str = "rooms@") -> str:
    """The mail about a reference, to the rooms or to somebody else."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for message in mailbox.messages:
            if reference in message["Subject"] and to in message["To"]:
                return message.as_string()
        time.sleep(0.1)
    raise AssertionError(f"no mail about {reference}")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_referral_arrives(
    page: Page, site: RunningSite, mailbox: Mailbox, letter: Path, width: int
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="Refer a patient").first.click()
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your referral has arrived")
    expect(page.get_by_text("File 1")).to_be_visible()
    reference = page.locator(".reference").inner_text()
    assert REFERENCE.fullmatch(reference)

    mail = wait_for_mail(mailbox, reference)
    assert f"{site.url}/admin/referrals/enquiry/" in mail
    private = b"".join(p.read_bytes() for p in (site.folder / "var/private").iterdir())
    for secret in SECRETS:
        assert secret not in mail
        assert secret.encode() not in site.traces() + private


def test_a_mistake_takes_the_focus_and_leads_to_its_field(
    page: Page, site: RunningSite, letter: Path
):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    page.get_by_label("Date of birth").fill("31/31/1971")
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator(".error-summary a").click()
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_label("Date of birth")).to_have_value("31/31/1971")
    expect(page.get_by_label("Patient’s family name")).to_have_value(PATIENT)
    page.get_by_label("Date of birth").fill("5/6/1971")
    send(page)
    expect(page.get_by_text("File 1")).to_be_visible()


def test_an_old_referral_is_warned_of_once_and_sent_anyway(
    page: Page, site: RunningSite, letter: Path
):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    page.get_by_text("Add more, if you like").click()
    page.get_by_label("Date of the referral").fill("1/1/2020")
    send(page)
    expect(page).to_have_title(re.compile("^Before you send: "))
    expect(page.locator(".notice")).to_be_focused()
    expect(page.get_by_label("Date of the referral")).to_be_visible()
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".reference")).to_be_visible()


def without_set_cookie(route: Route) -> None:
    """An answer as a browser that blocks cookies takes it."""
    answer = route.fetch(max_redirects=0)
    headers = {n: v for n, v in answer.headers.items() if n != "set-cookie"}
    route.fulfill(response=answer, headers=headers)


@pytest.mark.parametrize("blocked", [False, True])
def test_a_form_goes_through_without_its_cookie(
    page: Page, site: RunningSite, letter: Path, blocked: bool
):
    if blocked:
        page.route(re.compile("/refer/"), without_set_cookie)
    page.goto(f"{site.url}/refer/")
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    page.context.clear_cookies()
    page.unroute_all()
    send(page)
    expect(page.get_by_text("File 1")).to_be_visible()


def hide_where_it_comes_from(page: Page) -> None:
    """No cookie and a hidden origin, as behind some filters."""
    page.evaluate(
        "document.querySelector('meta[name=viewport]').insertAdjacentHTML('afterend',"
        " '<meta name=referrer content=no-referrer>')"
    )
    page.evaluate("document.querySelectorAll('[name=form_key]').forEach(one => one.value = '')")
    page.context.clear_cookies()


def test_a_browser_that_says_nothing_is_told_with_the_number(page: Page, site: RunningSite):
    """Asked once whether she wrote it, then told to ring; her words stand there both times."""
    page.goto(f"{site.url}/contact/")
    page.get_by_label("Your name").fill("Alex Samplewriter")
    page.get_by_label("Telephone").fill("02 5550 0123")
    page.get_by_label("Fees").check()
    page.get_by_label("Your message").fill("What does it cost?")
    for button, words in [
        ("Send your message", "So we ask before we take it"),
        ("I wrote all of this. Show me my form", "Your browser blocks what we need"),
    ]:
        hide_where_it_comes_from(page)
        page.get_by_role("button", name=button).click()
        expect(page.locator(".notice")).to_contain_text(words)
        expect(page.locator(".notice")).to_contain_text("(02) 5550 1234")
        expect(page.locator(".came")).to_contain_text("What does it cost?")


@pytest.mark.parametrize("length", [4201, 20_001])
def test_a_pasted_report_keeps_its_conclusion(page: Page, site: RunningSite, length: int):
    report = "x" * (length - 17) + " CONCLUSION: none"
    page.goto(f"{site.url}/refer/?mode=full")
    fill_referral(page)
    reason = page.get_by_label("Why do you refer")
    reason.evaluate("field => field.focus()")
    page.keyboard.insert_text(report)
    expect(reason).to_have_value(report)
    if length > 20_000:
        expect(page.get_by_text("1 character too many")).to_be_visible()
        send(page)
        expect(page.locator(".error-summary")).to_contain_text("20,001 characters")
        expect(reason).to_have_value(report)
        reason.fill(report[1:])
    send(page)
    expect(page.locator(".reference")).to_be_visible()


def test_the_link_to_the_full_form_takes_along_what_was_typed(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("Patient’s family name").fill(PATIENT)
    page.get_by_role("link", name="Use the full form").click()
    expect(page.get_by_label("Why do you refer")).to_be_visible()
    expect(page.get_by_label("Patient’s family name")).to_have_value(PATIENT)


def test_none_of_these_and_the_signs_take_turns(page: Page, site: RunningSite):
    page.goto(f"{site.url}/refer/")
    page.get_by_label("None of these").check()
    page.get_by_label("Suspected cancer").check()
    expect(page.get_by_label("None of these")).not_to_be_checked()
    page.get_by_label("None of these").check()
    expect(page.get_by_label("Suspected cancer")).not_to_be_checked()


def test_a_body_too_large_gets_its_page(page: Page, site: RunningSite, tmp_path: Path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-" + bytes(30 * 1024 * 1024))
    page.goto(f"{site.url}/refer/")
    fill_referral(page)
    page.get_by_label("The referral letter").set_input_files(scan)
    send(page)
    expect(page.locator(".error-summary")).to_contain_text("A file may have 10 MB")
    expect(page.get_by_label("Patient’s family name")).to_have_value(PATIENT)


def test_everything_works_without_javascript(browser: Browser, site: RunningSite, letter: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/refer/")
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("The referral letter").set_input_files(letter)
    fill_referral(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    context.close()
