"""How long a referral takes a GP, by keyboard alone, from the first page to the receipt.

Every key is really pressed and every field really filled; the clock is a model: 1.5 s to read
a field, 0.3 s for each key. The waiting for the site is not counted.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.makers import sample_pdf
from tests.running_site import RunningSite

SECONDS_PER_FIELD = 1.5
SECONDS_PER_KEY = 0.3
MOST_TABS = 80
TWO_MINUTES = 120
PATIENT_AND_SENDER = [
    ("Patient’s given names", "Jo"),
    ("Patient’s family name", "Samplepatient"),
    ("Date of birth", "31/1/1980"),
    ("Patient’s telephone", "0491570156"),
]
SENDER = [
    ("Your name", "Dr Sam Samplegp"),
    ("Provider number", "2426621B"),
    ("Your email", "sam@practice.example"),
]
QUESTION = [
    (
        "Why do you refer",
        "Left buttock pain for 8 months after a fall. 3 of 5 provocation tests positive. "
        "Is a test injection worthwhile?",
    ),
    ("What was tried", "Physio for 3 months, a belt. Little help."),
    ("Imaging", "MRI spine 2026: no nerve compression."),
    ("Medicines", "Paracetamol"),
    ("Allergies", "nil known"),
]


class Typist:
    """Somebody at a keyboard, and how long they have taken."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # The browser hands each chooser over from now on: told in the last moment, a busy one opens
        # the chooser itself, and then takes no second press.
        page.on("filechooser", lambda _: None)
        self.keys = 0
        self.fields = 0

    @property
    def seconds(self) -> float:
        return self.keys * SECONDS_PER_KEY + self.fields * SECONDS_PER_FIELD

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def go_to(self, target: Locator) -> None:
        """Tab until the target has the focus."""
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def follow(self, target: Locator) -> None:
        self.go_to(target)
        with self.page.expect_navigation():
            self.press("Enter")

    def answer(self, label: str, text: str) -> None:
        self.go_to(self.page.get_by_label(label))
        self.fields += 1
        self.page.keyboard.type(text)
        self.keys += len(text)

    def tick(self, label: str) -> None:
        self.go_to(self.page.get_by_label(label))
        self.fields += 1
        self.press("Space")

    def attach(self, label: str, file: Path) -> None:
        """Open the chooser, type the name there and confirm."""
        self.go_to(self.page.get_by_label(label))
        self.fields += 1
        self.choose(file)
        self.keys += len(file.name) + 1

    def choose(self, file: Path) -> None:
        """A busy browser may miss the key: a person presses it again."""
        for _ in range(3):
            try:
                with self.page.expect_file_chooser(timeout=10_000) as chooser:
                    self.press("Space")
            except PlaywrightTimeout:
                continue
            chooser.value.set_files(file)
            return
        raise AssertionError("no chooser opened")

    def fill(self, answers: list[tuple[str, str]]) -> None:
        for label, text in answers:
            self.answer(label, text)


def send_quick(typist: Typist, page: Page, letter: Path) -> None:
    typist.attach("The referral letter", letter)
    typist.fill(PATIENT_AND_SENDER)
    typist.tick("None of these")
    typist.fill(SENDER)
    typist.tick("I sign this referral")
    typist.follow(page.get_by_role("button", name="Sign and send"))


def send_full(typist: Typist, page: Page, letter: Path) -> None:
    typist.follow(page.get_by_role("link", name="Use the full form"))
    typist.tick("None of these")
    typist.fill([*PATIENT_AND_SENDER, *QUESTION])
    typist.attach("Letters, reports or pictures", letter)
    typist.fill(SENDER)
    typist.tick("I sign this referral")
    typist.follow(page.get_by_role("button", name="Sign and send"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(("send", "limit"), [(send_quick, TWO_MINUTES), (send_full, 240)])
def test_a_referral_by_keyboard_alone(
    browser: Browser, site: RunningSite, tmp_path: Path, send, limit, width, script
):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(sample_pdf(tmp_path.name))
    size = {"width": width, "height": 900}
    context = browser.new_context(java_script_enabled=script, viewport=size)
    page = context.new_page()
    page.goto(f"{site.url}/")
    typist = Typist(page)
    typist.follow(page.get_by_role("link", name="Refer a patient").first)
    send(typist, page, letter)
    expect(page.locator(".reference")).to_have_text(re.compile("^SIJ-.{8}$"))
    expect(page.get_by_text("File 1 (PDF")).to_be_visible()
    print(
        f"\n{send.__name__} at {width} px, {'with' if script else 'without'} script:"
        f" {typist.fields} fields, {typist.keys} keys, {typist.seconds:.0f} s"
    )
    assert typist.seconds < limit
    context.close()
