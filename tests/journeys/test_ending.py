"""A referral comes to its end: rung, booked with a day, and both sides read when."""

import time
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals.intake.spam import YOUNGEST_FORM
from tests.journeys.signing_in import line_of, sign_in
from tests.journeys.test_referral import fill_referral, send
from tests.makers import sample_pdf
from tests.running_site import PATIENCE, Mailbox, RunningSite

HER = "marigold@patient.example"


def mail_to_her(mailbox: Mailbox, subject: str) -> str:
    """The words of the mail to the patient with this subject."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for message in mailbox.messages:
            if HER in message["To"] and message["Subject"] == subject:
                return message.get_payload(0).get_payload(decode=True).decode()
        time.sleep(0.1)
    raise AssertionError(f"no mail “{subject}” to the patient")


def test_a_patient_who_agreed_hears_of_the_visit_that_the_rooms_book(
    page: Page, site: RunningSite, mailbox: Mailbox
):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site.url}/refer/")
    letter = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": sample_pdf()}
    page.get_by_label("The referral letter").set_input_files(letter)
    page.get_by_text("Keep the patient informed").click()
    page.get_by_label("Patient’s email").fill(HER)
    page.get_by_label("The patient agrees to get mail").check()
    fill_referral(page)
    page.wait_for_timeout(YOUNGEST_FORM.total_seconds() * 1000)  # a person is never faster
    send(page)
    reference = page.locator(".reference").inner_text()
    expect(page.get_by_text("The patient hears each step by email too")).to_be_visible()
    mail_to_her(mailbox, "Your referral has arrived")
    sign_in(page, site, "booker")
    page.goto(f"{site.url}/admin/referrals/enquiry/")
    line_of(page, reference).click()
    page.get_by_role("button", name="Accept").click()
    page.locator("summary", has_text="Rang").click()
    page.get_by_role("button", name="The patient: no answer").click()
    expect(page.locator("#calls + .calls-count")).to_contain_text("Not reached: 1 of 3.")
    day = timezone.localdate() + timedelta(days=9)
    page.locator("summary", has_text="Booked").click()
    page.locator("#book-booked-on").fill(day.isoformat())
    page.get_by_role("button", name="It is booked").click()
    expect(page.get_by_text("Filed: booked")).to_be_visible()
    words = mail_to_her(mailbox, "Your visit is booked")
    assert f"{day:%A} {day.day} {day:%B %Y}" in words.replace("\n", " ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
