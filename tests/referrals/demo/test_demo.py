"""The demonstration: invented people in every state, and no way to put it before real ones."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from clinic_site.people.roles import create_roles
from clinic_site.running import demo
from clinic_site.sign_in.demo_accounts import code_now
from referrals.demo import people
from referrals.ledger.reconciling import reconcile
from referrals.models import Enquiry, Notification, Referral
from tests.codes import CODE, type_code, type_password

pytestmark = pytest.mark.django_db
RESERVED = re.compile(r"0491 57[01] \d{3}|0[2378] (5550|7010) \d{4}")
REAL = {"SITE_IS_LOOPBACK": True, "BIND": "127.0.0.1", "SERVICE_FILE": None, "MAIL_IS_FILES": True}


@pytest.fixture
def shown(settings, make_demo_files):
    settings.DEMO = True
    create_roles()
    call_command("make_demo", stdout=StringIO(), stderr=StringIO())


@pytest.fixture
def make_demo_files(settings, tmp_path):
    settings.MAIL_TRANSPORT = "referrals.mail.backends.EmlFileBackend"
    settings.MAIL_DIR = tmp_path


def test_there_are_thirty_enquiries_in_every_state(shown):
    assert Enquiry.objects.count() == 30
    assert set(Enquiry.objects.values_list("status", flat=True)) == set(Enquiry.Status.values)
    assert set(Enquiry.objects.values_list("outcome", flat=True)) == {"", *Enquiry.Outcome.values}


def test_it_adds_up_and_no_mail_is_stuck(shown):
    assert reconcile().differences == []
    assert set(Notification.objects.values_list("state", flat=True)) <= {"sent", "undone"}


def test_a_second_run_adds_nothing(shown):
    call_command("make_demo", stdout=StringIO(), stderr=StringIO())
    assert Enquiry.objects.count() == 30


def test_everybody_in_it_is_visibly_invented(shown):
    assert all(re.search("sampl", p.family, re.IGNORECASE) for p in people.PATIENTS)
    assert all(RESERVED.fullmatch(one.phone) for one in [*people.PATIENTS, *people.DOCTORS])
    assert all(one.sender_email.endswith(".example") for one in Enquiry.objects.all())
    assert not any(one.medicare_number for one in Referral.objects.all())


def test_a_visitor_signs_in_with_what_the_page_says(client, shown):
    html = type_password(client, "receptionist", demo.PASSWORD, follow=True).content.decode()
    assert f"Code now: <strong>{code_now()}</strong>" in html
    assert type_code(client, code_now(), CODE).status_code == 302
    assert "To do (13)" in client.get("/admin/referrals/enquiry/").content.decode()


def test_it_names_no_account_that_nobody_made(client, settings):
    settings.DEMO = True
    html = client.get("/admin/account/login/").content.decode()
    assert "It has no accounts yet" in html
    assert "receptionist" not in html
    assert "Code now" not in html


def test_without_being_asked_nothing_is_filled(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="make demo"):
        call_command("make_demo", stdout=StringIO(), stderr=StringIO())
    assert not Enquiry.objects.exists()


def test_a_real_site_says_nothing_of_it(client, settings):
    settings.DEMO = False
    for address in ["/contact/", "/admin/account/login/"]:
        html = client.get(address).content.decode()
        assert demo.PASSWORD not in html
        assert "demonstration" not in html


@pytest.mark.parametrize("address", ["/contact/", "/glossary/", "/not-there/"])
def test_its_notice_is_a_strip_by_the_sheet_that_every_page_has(client, settings, address):
    settings.DEMO = True
    html = client.get(address).content.decode()
    strip = r'<div class="([^"]+)"><div class="wrap"><p class="call">This is a demonstration'
    [name] = re.findall(strip, html)
    every_page = Path(settings.BASE_DIR, "static/css/site.css").read_text(encoding="utf-8")
    assert re.search(rf"\.{name} {{[^}}]*background:", every_page)


def test_on_loopback_with_mail_in_files_it_starts():
    demo.refuse(REAL)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SITE_IS_LOOPBACK": False}, "SITE_URL"),
        ({"SERVICE_FILE": "/etc/clinic/clinic.env"}, "real site"),
        ({"MAIL_IS_FILES": False}, "EMAIL_URL"),
        ({"BIND": "0.0.0.0"}, "BIND"),  # noqa: S104
    ],
)
def test_before_strangers_it_does_not_start(wrong, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        demo.refuse({**REAL, **wrong})
