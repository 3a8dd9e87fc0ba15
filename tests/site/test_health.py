"""/healthz: database, oldest undelivered mail, heartbeat of the mail process."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from referrals.management.commands.deliver_mail import beat
from referrals.models import MailHeartbeat, Notification
from tests.makers import submitted

pytestmark = pytest.mark.django_db


def health(client):
    response = client.get("/healthz")
    return response.status_code, response.json()["checks"]


def test_a_well_site_answers_200(client):
    beat()
    status, checks = health(client)
    assert status == 200
    assert all(check["ok"] for check in checks.values())


def test_a_mail_process_that_never_ran_is_unwell(client):
    status, checks = health(client)
    assert status == 503
    assert checks["mail process"] == {"ok": False, "heartbeat_seconds": None}


def test_an_old_heartbeat_is_unwell(client):
    beat()
    MailHeartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert health(client)[1]["mail process"]["ok"] is False


@pytest.mark.parametrize(("minutes", "ok"), [(1, True), (16, False)])
def test_mail_may_wait_for_15_minutes(client, minutes, ok):
    submitted(at=timezone.now() - timedelta(minutes=minutes))
    assert health(client)[1]["undelivered mail"]["ok"] is ok


def test_a_dead_letter_is_unwell_at_once(client):
    submitted()
    Notification.objects.update(state="dead")
    assert health(client)[1]["undelivered mail"]["dead_letters"] == 1


def test_a_database_that_is_away_is_said_without_its_error_text(client):
    with mock.patch("clinic_site.health.connection.cursor", side_effect=OperationalError("secret")):
        status, checks = health(client)
    assert status == 503
    assert checks["database"] == {"ok": False, "error": "OperationalError"}
