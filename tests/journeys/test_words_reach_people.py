"""A question reaches the doctor, and the answer with its file reaches the rooms."""

import re
from email import message_from_string

from playwright.sync_api import Browser, expect

from tests.journeys.signing_in import line_of, sign_in
from tests.journeys.test_referral import PATIENT, wait_for_mail
from tests.journeys.test_staff import refer
from tests.makers import sample_pdf
from tests.running_site import Mailbox, RunningSite

BORN = "5/6/1971"


def text_of(mail: str) -> str:
    return message_from_string(mail).get_payload(0).get_payload(decode=True).decode()


def test_asked_by_mail_answered_with_a_file_and_unread_again(
    browser: Browser, site: RunningSite, mailbox: Mailbox
):
    staff = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(staff, site, "morgan")
    reference = refer(staff, site)
    staff.goto(f"{site.url}/admin/referrals/enquiry/")
    line_of(staff, reference).click()
    staff.locator("summary", has_text="Ask for more information").click()
    staff.get_by_label("Begin from a text").first.select_option("Please send the imaging report")
    staff.get_by_role("button", name="Put these words in").first.click()
    expect(staff.get_by_label("What do you need to know?")).to_have_value(re.compile("imaging"))
    staff.get_by_role("button", name="Ask", exact=True).click()
    expect(staff.get_by_text("Not read on our page yet")).to_be_visible()
    enquiry = staff.url

    mail = text_of(wait_for_mail(mailbox, f"{reference}: more information needed", to="sam@"))
    assert "imaging" not in mail
    assert PATIENT not in mail
    doctor = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    doctor.goto(re.search(r"http\S+/answer/\S+", mail)[0])
    expect(doctor.get_by_text("imaging")).to_be_hidden()
    doctor.get_by_label("date of birth").fill("1/1/1980")
    doctor.get_by_role("button", name="Show what they wrote").click()
    expect(doctor.get_by_role("alert")).to_contain_text("You have 4 tries left")
    doctor.get_by_label("date of birth").fill(BORN)
    doctor.get_by_role("button", name="Show what they wrote").click()
    expect(doctor.get_by_role("blockquote")).to_contain_text("imaging")
    assert doctor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    doctor.get_by_label("Your answer").fill("Here it is.")
    report = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": sample_pdf("Report")}
    doctor.get_by_label("Files").set_input_files(report)
    doctor.get_by_role("button", name="Send your answer").click()
    expect(doctor.get_by_role("heading", name="Your answer has arrived")).to_be_visible()

    told = text_of(wait_for_mail(mailbox, f"{reference}: the sender answered"))
    assert "Here it is" not in told
    staff.goto(enquiry)
    expect(staff.get_by_text("Read by the doctor")).to_be_visible()
    expect(staff.locator(".words-theirs")).to_contain_text("Here it is.")
    expect(staff.locator(".words-theirs")).to_contain_text("file 2")
    expect(staff.locator(".enquiry-state").first).to_contain_text("Opened")
    doctor.context.close()
    staff.close()
