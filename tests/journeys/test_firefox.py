"""The referral in Firefox, which keeps forms and goes back in ways of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.firefox import Firefox, running_firefox
from tests.makers import sample_pdf
from tests.running_site import RunningSite

DOCTOR = {
    "name": "Dr Sam Samplegp",
    "provider_number": "2426621B",
    "email": "sam@practice.example",
}
FIRST = {
    "patient_given_names": "Firsty",
    "patient_family_name": "Samplefirst",
    "patient_birth_date": "5/6/1971",
    "patient_phone": "0491 570 156",
}
SECOND = {**FIRST, "patient_given_names": "Secondy", "patient_family_name": "Samplesecond"}
REPORT = "Left sacroiliac joint, word after word. " * 105 + "Conclusion"  # 4,210 characters


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with running_firefox() as browser:
        yield browser


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(sample_pdf(f"the letter of the first {tmp_path.name}"))
    return path


def send_first(firefox: Firefox, site: RunningSite, letter: Path) -> str:
    firefox.open(f"{site.url}/refer/?mode=quick")
    firefox.attach("letter", letter)
    firefox.tick("red_flags", "none")
    firefox.type(**FIRST, **DOCTOR)
    firefox.tick("signed")
    firefox.press("Sign and send")
    assert "Your referral has arrived" in firefox.text
    return firefox.address


def test_back_after_sending_leads_to_the_receipt(firefox, site, letter):
    receipt = send_first(firefox, site, letter)
    firefox.back()
    firefox.wait_for(lambda: firefox.address == receipt)
    assert "Samplefirst" not in firefox.text


def test_another_patient_starts_empty_and_the_doctor_is_kept(firefox, site, letter):
    send_first(firefox, site, letter)
    firefox.press("Refer another patient")
    assert firefox.value("name") == DOCTOR["name"]
    assert firefox.value("patient_family_name") == ""
    assert not firefox.is_ticked("red_flags", "none")
    assert not firefox.is_ticked("signed")
    assert "letter.pdf" not in firefox.text


def test_a_pasted_report_is_kept_whole_through_reload_and_error(firefox, site):
    firefox.open(f"{site.url}/refer/?mode=full")
    firefox.paste("reason", REPORT)
    firefox.type(**SECOND)
    firefox.reload()
    firefox.wait_for(lambda: firefox.value("reason") == REPORT)
    assert firefox.value("patient_family_name") == "Samplesecond"
    firefox.press("Sign and send")
    assert "There is a problem" in firefox.text
    assert firefox.value("reason") == REPORT


def test_a_doctor_whose_browser_blocks_cookies_can_send_or_hears_whom_to_ring(site, letter):
    with running_firefox(**{"network.cookie.cookieBehavior": "2"}) as firefox:
        firefox.open(f"{site.url}/refer/?mode=quick")
        firefox.attach("letter", letter)
        firefox.tick("red_flags", "none")
        firefox.type(**FIRST, **DOCTOR)
        firefox.tick("signed")
        firefox.press("Sign and send")
        assert "Your referral has arrived" in firefox.text


CLOSE = """
from datetime import date, timedelta
from clinic_site.models import Clinic, Closure
days = {"first_day": date.today() - timedelta(days=2), "last_day": date.today() + timedelta(days=2)}
Closure.objects.create(clinic=Clinic.objects.get(), reason="Sample closure", **days)
"""
OPEN = """
from clinic_site.models import Closure
Closure.objects.filter(reason="Sample closure").delete()
"""


@pytest.fixture
def closed_rooms(site: RunningSite) -> Iterator[None]:
    site.manage("shell", "-c", CLOSE)
    yield
    site.manage("shell", "-c", OPEN)


def test_a_receipt_while_closed_first_says_what_to_do_now(firefox, site, letter, closed_rooms):
    firefox.open(f"{site.url}/refer/?mode=quick")
    firefox.attach("letter", letter)
    firefox.tick("red_flags", "cancer")
    firefox.type(**SECOND, **DOCTOR)
    firefox.tick("signed")
    firefox.press("Sign and send")
    words = firefox.text
    assert "emergency department" in words[: words.index("Your referral has arrived")]
    assert "ring the rooms now" not in words.lower()
