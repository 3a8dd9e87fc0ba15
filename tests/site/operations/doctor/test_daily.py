"""Once a day the mail process lets the doctor look; what is new and unwell is told once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import checks as auth_checks
from django.core.management import call_command
from django.utils import timezone

from clinic_site import checks
from clinic_site.models import DoctorVisit
from clinic_site.operations.doctor import settings_checks
from clinic_site.operations.doctor.daily import visit_daily
from clinic_site.operations.doctor.finding import Finding, asks, hint
from referrals import chores
from referrals.models import Notification
from tests.makers import make_clinic, make_user, queue_sign_in_mail, signed_in, words_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECOND = "kim@other.example"
TROUBLE: list[Finding] = []
BURST = Finding("burst", "A pipe burst.", "Ring the plumber.")


@asks("Is the cellar dry?", mend="Ring the plumber.")
def cellar():
    return TROUBLE


@pytest.fixture(autouse=True)
def _one_check(public):
    settings = public
    settings.DOCTOR_CHECKS = [f"{__name__}.cellar"]
    settings.HEALTH_CHECKS = []
    queue_sign_in_mail(settings)
    make_clinic(second_email=SECOND)
    TROUBLE[:] = [BURST]


def mails():
    return list(Notification.objects.order_by("pk"))


def test_what_is_unwell_is_mailed_to_the_second_address():
    visit_daily(at=NOW)
    (mail,) = mails()
    assert mail.recipient == SECOND
    assert "A pipe burst." in mail.body
    assert "What to do: Ring the plumber." in mail.body


def test_the_same_is_not_mailed_each_day_and_comes_again_after_it_was_mended():
    for day, trouble in enumerate([[BURST], [BURST], [], [BURST]]):
        TROUBLE[:] = trouble
        visit_daily(at=NOW + timedelta(days=day))
    assert len(mails()) == 2


def test_something_new_beside_it_is_mailed_alone():
    visit_daily(at=NOW)
    TROUBLE.append(Finding("mould", "It smells.", "Open a window."))
    visit_daily(at=NOW + timedelta(days=1))
    assert "A pipe burst." not in mails()[1].body


def test_a_hint_is_mailed_to_nobody():
    TROUBLE[:] = [hint("damp", "It is a little damp.")]
    assert visit_daily(at=NOW).findings == []
    assert mails() == []


def test_a_machine_for_trying_out_mails_nobody(settings):
    settings.SITE_IS_LOOPBACK = True
    assert visit_daily(at=NOW).findings
    assert mails() == []


def test_it_is_done_once_a_day_by_one_process():
    assert visit_daily(at=NOW)
    assert visit_daily(at=NOW + timedelta(hours=5)) is None
    assert visit_daily(at=NOW + timedelta(hours=24))


def test_another_process_that_has_begun_is_waited_for_and_one_that_died_is_not():
    DoctorVisit.objects.create(pk=1, began_at=NOW)
    assert visit_daily(at=NOW + timedelta(minutes=5)) is None
    assert visit_daily(at=NOW + timedelta(minutes=11))


def test_without_a_second_address_the_front_page_says_it(client):
    make_clinic(second_email="")
    visit_daily(at=NOW)
    assert mails() == []
    staff = signed_in(client, make_user("clinic_site.view_clinic"))
    assert "A pipe burst." in words_of(staff.get("/admin/").content.decode())
    page = words_of(staff.get("/admin/health/").content.decode())
    assert "What to do: Ring the plumber." in page
    assert "{#" not in page


def test_who_does_not_look_after_the_site_reads_nothing_of_it(client):
    visit_daily(at=NOW)
    staff = signed_in(client, make_user("referrals.view_enquiry"))
    assert "A pipe burst." not in words_of(staff.get("/admin/").content.decode())


def test_the_mail_process_does_it():
    assert visit_daily in chores.CHORES


def test_what_is_asked_by_hand_stands_there_at_once_and_is_not_mailed_twice():
    visit_daily(at=NOW)
    TROUBLE[:] = []
    call_command("doctor", stdout=StringIO())
    assert DoctorVisit.objects.get().findings == []
    TROUBLE[:] = [BURST]
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=StringIO())
    assert DoctorVisit.objects.get().findings == [{"says": BURST.says, "mend": BURST.mend}]
    assert len(mails()) == 1


def test_a_short_look_by_hand_leaves_the_page_as_it_is():
    visit_daily(at=NOW)
    TROUBLE[:] = []
    call_command("doctor", "--short", stdout=StringIO())
    assert len(DoctorVisit.objects.get().findings) == 1


def test_what_only_a_new_version_changes_is_no_question_of_every_day():
    """A library's own questions load all that the mail process never needs."""
    assert settings_checks.looks_at_code(auth_checks.check_middleware)
    assert not settings_checks.looks_at_code(checks.a_proxy_is_trusted)
    assert not settings_checks.code.daily
