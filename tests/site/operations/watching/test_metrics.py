"""Numbers for a Prometheus: what is there to know, with the database away what is left, and never
a person."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.operations.backups.bundles import name_for
from clinic_site.operations.watching.numbers import Number, text_of
from clinic_site.operations.watching.request_counts import counts
from referrals.management.commands.deliver_mail import beat
from referrals.models import Enquiry, MailHeartbeat, Notification
from tests.makers import submitted

pytestmark = pytest.mark.django_db
TOKEN = "sample-token-0123456789-abcdefghijkl"
LINE = re.compile(
    r'[a-z_]+(\{[a-z]+="[\w.+ -]*"(,[a-z]+="[\w.+ -]*")*\})? (\d+(\.\d+)?(e[+-]\d+)?|\+Inf)'
)


@pytest.fixture
def told(client, settings):
    """Asks for the numbers: a dictionary of what stands in front of each value."""
    settings.WATCH_TOKEN = TOKEN

    def ask():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    return ask


def test_an_empty_site_has_its_numbers(told):
    found = told()
    assert found["clinic_database_up"] == 1
    assert found["clinic_numbers_unknown"] == 0
    assert found["clinic_migrations_pending"] == 0
    assert found["clinic_mail_heartbeat_age_seconds"] == float("inf")
    assert found["clinic_mail_oldest_waiting_seconds"] == 0
    assert found['clinic_enquiries_undecided{urgency="urgent"}'] == 0
    assert found['clinic_disk_free_bytes{place="letters"}'] > 0


def test_a_backup_from_the_future_has_no_age(told, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    (tmp_path / name_for(timezone.now() + timedelta(days=3))).touch()
    assert told()["clinic_last_backup_age_seconds"] == float("inf")
    (tmp_path / name_for(timezone.now() - timedelta(days=3))).touch()
    assert 259200 <= told()["clinic_last_backup_age_seconds"] < 259300


def test_waiting_mail_and_dead_letters_are_counted(told):
    submitted(at=timezone.now() - timedelta(minutes=16))
    dead = Notification.objects.filter(enquiry=submitted())
    dead.update(state="dead")
    found = told()
    assert found["clinic_mail_dead_letters"] == dead.count()
    assert found["clinic_mail_waiting"] == Notification.objects.count() - dead.count()
    assert 960 <= found["clinic_mail_oldest_waiting_seconds"] < 1100


def test_an_address_that_a_visitor_mistyped_is_no_dead_letter(told):
    submitted()
    why = {"failure": "refused", "failures_in_a_row": 1}
    Notification.objects.update(kind="receipt", state="dead", **why)
    found = told()
    assert (found["clinic_mail_dead_letters"], found["clinic_mail_addresses_refused"]) == (0, 1)


def test_an_old_heartbeat_is_seen(told):
    beat()
    MailHeartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    assert 300 <= told()["clinic_mail_heartbeat_age_seconds"] < 400


def test_undecided_enquiries_are_counted_by_class_and_clock(told):
    for urgency in ("urgent", "routine", "routine"):
        made = submitted(at=timezone.now() - timedelta(days=30))
        Enquiry.objects.filter(pk=made.pk).update(urgency=urgency)
    decided = submitted()
    Enquiry.objects.filter(pk=decided.pk).update(status="spam")
    red = submitted()
    Enquiry.objects.filter(pk=red.pk).update(is_red_flagged=True, urgency="urgent")
    found = told()
    assert found['clinic_enquiries_undecided{urgency="urgent"}'] == 2
    assert found['clinic_enquiries_undecided{urgency="routine"}'] == 2
    assert found["clinic_enquiries_to_ring"] == 1
    assert found['clinic_enquiries_overdue{clock="read"}'] == 3
    assert found['clinic_enquiries_overdue{clock="ring"}'] == 0


def test_with_the_database_away_the_rest_is_told(told):
    gone = OperationalError("gone")
    with mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=gone) as asked:
        found = told()
    assert asked.call_count == 1
    assert found["clinic_database_up"] == 0
    assert found["clinic_numbers_unknown"] == 6
    assert found['clinic_disk_free_bytes{place="data"}'] > 0
    assert "clinic_mail_waiting" not in found


def test_one_table_that_is_missing_takes_no_other_number_with_it(told):
    broken = mock.patch("referrals.mail.watching.refused", side_effect=OperationalError("x"))
    with broken:
        found = told()
    assert found["clinic_numbers_unknown"] == 1
    assert found["clinic_mail_heartbeat_age_seconds"] == float("inf")
    assert found["clinic_database_up"] == 1


def test_a_disk_that_is_gone_takes_no_other_number_with_it(told):
    with mock.patch("shutil.disk_usage", side_effect=OSError(5, "x")):
        assert told()["clinic_numbers_unknown"] == 1


def test_no_more_questions_are_asked_of_a_site_where_more_waits(told):
    told()
    with CaptureQueriesContext(connection) as before:
        told()
    for _ in range(3):
        submitted(at=timezone.now() - timedelta(days=30))
    with CaptureQueriesContext(connection) as after:
        told()
    assert len(after) == len(before) < 40


@pytest.mark.parametrize("path", site.WATCH_NUMBERS)
def test_each_kind_of_number_is_there(path):
    assert all(isinstance(number, Number) for number in import_string(path)())


def test_what_differs_by_labels_stands_under_one_meaning():
    numbers = [
        Number("a_b", 1, "Meaning.", (("x", 'qu"ote'),)),
        Number("c", 0.25, "Other."),
        Number("a_b", float("inf"), "Meaning.", (("x", "back\\slash\n"),)),
    ]
    assert text_of(numbers) == (
        "# HELP a_b Meaning.\n# TYPE a_b gauge\n"
        'a_b{x="qu\\"ote"} 1\na_b{x="back\\\\slash\\n"} +Inf\n'
        "# HELP c Other.\n# TYPE c gauge\nc 0.25\n"
    )


def test_what_web_processes_counted_stands_there(told, monkeypatch):
    monkeypatch.setattr(counts, "slot", 3)
    counts.add(method="POST", path="/refer/", status=303, seconds=0.3)
    found = told()
    assert found['clinic_http_requests_total{part="pages",method="POST",status="303"}'] >= 1
    labels = 'part="pages",method="POST"'
    assert found[f'clinic_http_request_seconds_bucket{{{labels},le="0.5"}}'] >= 1
    assert found[f"clinic_http_request_seconds_sum{{{labels}}}"] >= 0.3
