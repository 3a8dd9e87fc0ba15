"""The letter fills the form: home to receipt, with the mouse, by keyboard, on a telephone, and
without scripts. Every click and key is really made; the clock is a model of them (0.9 s a click,
90 ms a key), and the time that the site works on the letter is measured and added: that of its
processor, as the clock on the wall would count whatever else this machine does.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.letters import write_letter
from tests.running_site import RunningSite

SECONDS_PER_CLICK, SECONDS_PER_KEY = 0.9, 0.09
MOST_CLICKS, MOST_SECONDS = 6, 15
MOST_TABS = 120
TICKS = os.sysconf("SC_CLK_TCK")  # in a second
FILLED = {
    "patient_given_names": "Jo",
    "patient_birth_date": "31/1/1980",
    "medicare_number": "3278851195",
    "email": "sam@practice.example",
}


def work_of(pid: int) -> float:
    """Seconds of the processor that a process and its children took, also those that ended."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(map(int, parts[11:15])) / TICKS + sum(work_of(int(child)) for child in children)


class Sender:
    """Somebody between two patients: what she clicks and presses, and how long she waits."""

    def __init__(self, page: Page, site: RunningSite) -> None:
        self.page = page
        page.on("filechooser", lambda _: None)  # from now on the browser hands each one over
        self.web = site.processes["web"].pid
        self.clicks = self.keys = 0
        self.worked = self.waited = 0.0

    @property
    def seconds(self) -> float:
        return self.clicks * SECONDS_PER_CLICK + self.keys * SECONDS_PER_KEY + self.worked

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def go_to(self, target: Locator) -> None:
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def attach(self, letter: Path, *, by_key: bool = False, is_read_at_once: bool = True) -> None:
        """Open the chooser and choose: two clicks, or the key and a name of a few letters."""
        field = self.page.get_by_label("The referral letter")
        with self.page.expect_file_chooser() as chooser:
            if by_key:
                self.go_to(field)
                self.press("Space")
                self.keys += len(letter.name) + 1
            else:
                self.click(field)
                self.clicks += 1
        start, before = time.monotonic(), work_of(self.web)
        chooser.value.set_files(letter)
        if is_read_at_once:
            expect(self.page.locator("[data-letter-said]")).to_contain_text("We filled in")
        self.worked += work_of(self.web) - before
        self.waited += time.monotonic() - start

    def report(self, how: str) -> None:
        print(
            f"\n{how}: {self.clicks} clicks, {self.keys} keys, {self.worked:.1f} s of work on the"
            f" letter ({self.waited:.1f} s by the clock), {self.seconds:.1f} s"
        )


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return write_letter(tmp_path / "letter.pdf")


@pytest.fixture
def page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    yield from opened(browser, site)


def opened(browser: Browser, site: RunningSite, **options: object) -> Iterator[Page]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    page.goto(f"{site.url}/")
    yield page
    context.close()


def has_arrived(page: Page) -> None:
    expect(page.locator(".reference")).to_have_text(re.compile("^SIJ-.{8}$"))


def send_by_mouse(sender: Sender, letter: Path) -> None:
    page = sender.page
    sender.click(page.get_by_role("link", name="Refer a patient").first)
    sender.attach(letter)
    sender.click(page.get_by_label("None of these"))
    sender.click(page.get_by_label("I sign this referral"))
    sender.click(page.get_by_role("button", name="Sign and send"))
    has_arrived(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_six_clicks_and_no_typing_when_the_letter_has_all(
    browser: Browser, site: RunningSite, letter: Path, width: int
):
    for page in opened(browser, site, viewport={"width": width, "height": 844}):
        sender = Sender(page, site)
        send_by_mouse(sender, letter)
        sender.report(f"by mouse at {width} px")
        assert sender.clicks <= MOST_CLICKS
        assert sender.keys == 0
        assert sender.seconds <= MOST_SECONDS


def test_by_keyboard_alone(page: Page, site: RunningSite, letter: Path):
    sender = Sender(page, site)
    sender.go_to(page.get_by_role("link", name="Refer a patient").first)
    with page.expect_navigation():
        sender.press("Enter")
    sender.attach(letter, by_key=True)
    for label in ["None of these", "I sign this referral"]:
        sender.go_to(page.get_by_label(label))
        sender.press("Space")
    sender.go_to(page.get_by_role("button", name="Sign and send"))
    sender.press("Enter")
    has_arrived(page)
    sender.report("by keyboard")
    assert sender.clicks == 0
    assert sender.seconds <= MOST_SECONDS


def test_without_scripts_the_first_press_fills_it_in(
    browser: Browser, site: RunningSite, letter: Path
):
    for page in opened(browser, site, java_script_enabled=False):
        sender = Sender(page, site)
        sender.click(page.get_by_role("link", name="Refer a patient").first)
        sender.attach(letter, is_read_at_once=False)
        sender.click(page.get_by_role("button", name="Sign and send"))
        expect(page.get_by_role("alert")).to_contain_text("We filled in what the letter says")
        is_filled(page)
        sender.click(page.get_by_label("None of these"))
        sender.click(page.get_by_role("button", name="Sign and send"))
        has_arrived(page)
        sender.report("without scripts")
        assert sender.clicks <= MOST_CLICKS
        assert sender.keys == 0


def is_filled(page: Page) -> None:
    for name, value in FILLED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
        expect(page.locator(f'[data-from-letter="{name}"]')).to_be_visible()


def refer_with(page: Page, letter: Path) -> None:
    page.get_by_role("link", name="Refer a patient").first.click()
    page.get_by_label("The referral letter").set_input_files(letter)
    expect(page.locator("[data-letter-said]")).to_contain_text("We filled in")


def test_each_field_shows_its_place_and_the_folded_part_opens(page: Page, letter: Path):
    refer_with(page, letter)
    is_filled(page)
    picture = page.locator('[data-from-letter="patient_birth_date"] img')
    assert picture.evaluate("image => image.naturalWidth") > 100
    expect(picture).to_have_attribute("alt", re.compile("31/01/1980"))
    described = page.locator("[name=email]").get_attribute("aria-describedby") or ""
    assert "id_email_from_letter" in described.split()


def test_signs_and_signature_stay_the_senders(page: Page, letter: Path):
    refer_with(page, letter)
    expect(page.locator("[name=red_flags]:checked, [name=signed]:checked")).to_have_count(0)


def test_a_mark_goes_when_the_field_is_changed_or_said_to_be_right(page: Page, letter: Path):
    refer_with(page, letter)
    page.get_by_label("Patient’s telephone").press_sequentially("1")
    expect(page.locator('[data-from-letter="patient_phone"]')).to_have_count(0)
    page.get_by_role("button", name="It is right (Patient’s given names)").click()
    expect(page.locator('[data-from-letter="patient_given_names"]')).to_have_count(0)
    expect(page.get_by_role("button", name="It is right (Patient’s family name)")).to_be_focused()


def test_one_button_says_that_all_of_it_is_right(page: Page, letter: Path):
    refer_with(page, letter)
    page.get_by_role("button", name="All of it is right").press("Enter")
    expect(page.locator("[data-from-letter]")).to_have_count(0)
    expect(page.locator("[data-letter-said]")).to_contain_text("You said that all of it is right.")
    expect(page.locator("[name=red_flags]").first).to_be_focused()
    expect(page.locator("details.form-more[open]")).to_have_count(0)
    expect(page.locator("[name=patient_given_names]")).to_have_value("Jo")
    described = page.locator("[name=email]").get_attribute("aria-describedby") or ""
    assert "id_email_from_letter" not in described


def test_the_one_button_goes_where_one_mark_is_left(page: Page, letter: Path):
    refer_with(page, letter)
    for _ in range(page.locator("[data-right]").count() - 1):
        page.locator("[data-right]").first.click()
    expect(page.get_by_role("button", name="All of it is right")).to_be_hidden()
    expect(page.locator("[data-right]")).to_have_count(1)


def test_what_was_typed_meanwhile_stays(page: Page, letter: Path):
    page.get_by_role("link", name="Refer a patient").first.click()
    page.get_by_label("Patient’s telephone").fill("0491 570 157")
    page.get_by_label("The referral letter").set_input_files(letter)
    expect(page.locator("[data-letter-said]")).to_contain_text("We filled in")
    expect(page.get_by_label("Patient’s telephone")).to_have_value("0491 570 157")
    expect(page.locator('[data-from-letter="patient_phone"]')).to_have_count(0)


def test_the_wrong_letter_taken_away_takes_along_what_it_filled_in(page: Page, letter: Path):
    refer_with(page, letter)
    page.get_by_role("button", name="It is right (Your email)").click()
    page.get_by_label("Remove letter.pdf").check()
    expect(page.locator("[data-letter-said]")).to_contain_text("The letter is removed")
    expect(page.locator("[name=patient_given_names]")).to_have_value("")
    expect(page.get_by_label("Your email")).to_have_value("sam@practice.example")
    expect(page.get_by_label("The referral letter")).to_be_focused()


def test_a_reload_brings_back_the_fields_with_their_marks(page: Page, letter: Path):
    refer_with(page, letter)
    page.reload()
    is_filled(page)
    expect(page.get_by_label("Remove letter.pdf")).to_have_count(1)


def test_whoever_presses_while_it_is_read_is_shown_first_what_it_filled_in(
    page: Page, letter: Path
):
    page.get_by_role("link", name="Refer a patient").first.click()
    page.get_by_label("The referral letter").set_input_files(letter)
    page.get_by_role("button", name="Sign and send").click()
    is_filled(page)
    assert page.url.endswith("/refer/")


def test_a_letter_that_cannot_be_sent_ahead_goes_along_with_the_form(page: Page, letter: Path):
    page.route("**/refer/letter/", lambda route: route.abort())
    page.get_by_role("link", name="Refer a patient").first.click()
    page.get_by_label("The referral letter").set_input_files(letter)
    expect(page.locator("[data-letter-said]")).to_contain_text("It goes along when you send")
    page.get_by_role("button", name="Sign and send").click()
    is_filled(page)


def test_a_ticked_sign_says_at_once_what_to_do_now(page: Page, site: RunningSite):
    page.get_by_role("link", name="Refer a patient").first.click()
    now = page.locator("[data-flag-now]")
    expect(now).to_be_empty()
    page.get_by_label("Suspected cancer").check()
    expect(now).to_contain_text("This counts as urgent. Do this now:")
    page.get_by_label("Leg weakness").check()
    expect(now).to_contain_text("A warning sign is present. Do this now:")
    expect(now).to_contain_text("000")
    page.get_by_label("None of these").check()
    expect(now.locator("*")).to_have_count(0)
