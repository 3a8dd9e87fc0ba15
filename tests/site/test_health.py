"""How the site is: in one word for strangers, in full for staff and for the operator."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from clinic_site import health
from clinic_site.operations.backups.bundles import name_for
from clinic_site.zone import in_clinic_time
from referrals.mail.health import mail_process, undelivered_mail
from referrals.management.commands.deliver_mail import beat
from referrals.models import MailHeartbeat, Notification
from tests.makers import make_user, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
WELL, UNWELL = {"status": "ok"}, {"status": "unhealthy"}


def gone(*_):
    raise OperationalError("secret")


NO_DATABASE = mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=gone)


def test_a_stranger_hears_that_the_site_is_well_and_nothing_else(client):
    beat()
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, WELL)


def test_a_stranger_hears_that_it_is_unwell_and_nothing_else(client):
    submitted()
    Notification.objects.update(state="dead")
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, UNWELL)


def test_a_monitor_may_ask_by_head(client):
    beat()
    for address in ("/healthz", "/livez", "/readyz"):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_a_stranger_who_asks_without_end_costs_one_question(client, django_assert_num_queries):
    beat()
    client.get("/healthz")
    with django_assert_num_queries(0):
        assert all(client.get("/healthz").json() == WELL for _ in range(50))


def test_what_was_remembered_is_asked_again_after_seconds(client):
    client.get("/healthz")
    beat()
    assert client.get("/healthz").json() == UNWELL
    with mock.patch.object(health.time, "monotonic", return_value=health.is_well.until + 1):
        assert client.get("/healthz").json() == WELL


def test_who_comes_while_another_asks_gets_the_answer_of_before():
    memory = health.Memory(lambda: True)
    assert memory()
    memory.until = 0.0
    with memory.lock:
        assert memory()


def test_the_process_lives_while_the_database_is_away(client):
    with NO_DATABASE:
        assert client.get("/livez").json() == WELL
        assert client.get("/readyz").status_code == 503
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, UNWELL)


def test_it_is_not_ready_before_it_is_migrated(client):
    assert client.get("/readyz").json() == WELL
    health.is_ready.forget()
    MigrationRecorder.Migration.objects.filter(app="conditions").delete()
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", settings.HEALTH_CHECKS)
def test_each_check_asks_a_question_and_says_how_to_mend(path):
    check = import_string(path)
    assert check.question.endswith("?")
    assert check.mend.endswith(".")


def test_staff_who_look_after_the_site_read_what_to_do(client):
    staff = signed_in(client, make_user("clinic_site.view_clinic"))
    assert "/admin/health/" in staff.get("/admin/").content.decode()
    words = words_of(staff.get("/admin/health/").content.decode())
    assert "Does the mail process run?" in words
    assert "What to do: Start it: python manage.py deliver_mail" in words


def test_the_page_says_when_the_newest_backup_was_made_or_that_none_was(client, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    staff = signed_in(client, make_user("clinic_site.view_clinic"))
    words = words_of(staff.get("/admin/health/").text)
    assert "No Is there a backup of yesterday? What to do:" in words
    assert "Newest backup: never made" in words
    moment = timezone.now() - timedelta(hours=3)
    (tmp_path / name_for(moment)).touch()
    words = words_of(staff.get("/admin/health/").text)
    assert "Yes Is there a backup of yesterday?" in words
    with in_clinic_time():
        day = date_format(timezone.localtime(moment), "l j F Y")
    assert f"Newest backup: {day}" in words


def test_a_backup_that_is_too_old_is_no(client, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    (tmp_path / name_for(timezone.now() - timedelta(days=2))).touch()
    staff = signed_in(client, make_user("clinic_site.view_clinic"))
    assert "No Is there a backup of yesterday?" in words_of(staff.get("/admin/health/").text)


def test_what_nobody_set_up_is_no_yes(client):
    words = words_of(
        signed_in(client, make_user("clinic_site.view_clinic")).get("/admin/health/").text
    )
    assert "Not set up Does the virus scanner answer?" in words
    assert "Not set up Does the watcher outside hear that the site lives?" in words
    assert "Yes Does the database answer?" in words


@pytest.mark.parametrize("right", ["conditions.view_page", "referrals.view_enquiry"])
def test_other_staff_read_none_of_it(client, right):
    staff = signed_in(client, make_user(right))
    assert staff.get("/admin/health/").status_code == 403
    assert "/admin/health/" not in staff.get("/admin/").content.decode()


def test_a_stranger_reads_none_of_it(client):
    assert client.get("/admin/health/").status_code == 302


def test_the_operator_reads_all_of_it():
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("health", stdout=out)
    assert "UNWELL  Does the mail process run?" in out.getvalue()
    beat()
    call_command("health", "--json", stdout=(out := StringIO()))
    said = json.loads(out.getvalue())
    assert said["status"] == "ok"
    assert said["checks"]["mail process"]["ok"]


def test_the_operator_reads_it_of_a_site_whose_database_cannot_be_opened(tmp_path):
    (tmp_path / "blocked").write_text("")
    url = f"sqlite:///{tmp_path}/blocked/clinic.sqlite3"
    environment = {"DEBUG": "1", "VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "health", "--json"]
    run = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert run.returncode == 1, run.stderr
    assert json.loads(run.stdout)["checks"]["database"]["ok"] is False


def test_a_mail_process_that_never_ran_is_unwell():
    assert mail_process() == ("mail process", False, {"heartbeat_seconds": None})


def test_an_old_heartbeat_is_unwell():
    beat()
    MailHeartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert not mail_process().ok


@pytest.mark.parametrize(("minutes", "ok"), [(1, True), (16, False)])
def test_mail_may_wait_for_15_minutes(minutes, ok):
    submitted(at=timezone.now() - timedelta(minutes=minutes))
    assert undelivered_mail().ok is ok


def test_a_dead_letter_is_unwell_at_once():
    submitted()
    Notification.objects.update(state="dead")
    assert undelivered_mail().detail["dead_letters"] == 1


def test_a_database_that_is_away_is_said_without_its_error_text():
    with NO_DATABASE:
        found = health.database()
    assert found == ("database", False, {"error": "OperationalError"})
