"""The mail process does its chores in between, and a failing chore stops nothing."""

from unittest import mock

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from referrals import chores
from referrals.models import Notification
from tests.makers import make_clinic, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_in_memory(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


def test_a_refused_mail_is_moved_and_sent_by_the_mail_process(mailoutbox):
    make_clinic(second_email="manager@home.example")
    submitted()
    Notification.objects.update(state="dead")
    call_command("deliver_mail", "--once")
    assert [mail.to for mail in mailoutbox] == [["manager@home.example"]]


@pytest.mark.parametrize("error", [RuntimeError, OperationalError])
def test_a_failing_chore_stops_neither_the_next_nor_the_mail(error, mailoutbox, caplog):
    next_chore = mock.Mock()
    submitted()
    with mock.patch.object(chores, "CHORES", [mock.Mock(side_effect=error), next_chore]):
        call_command("deliver_mail", "--once")
    assert next_chore.called
    assert mailoutbox
    assert "chore" in caplog.text


def test_chores_run_at_most_once_a_minute():
    todo = chores.Chores()
    with mock.patch.object(chores, "run_all") as run_all:
        todo.run_if_due()
        todo.run_if_due()
        assert run_all.call_count == 1
        todo.next_at -= 61
        todo.run_if_due()
        assert run_all.call_count == 2


def test_every_chore_can_be_done_at_any_time():
    chores.run_all(at=timezone.now())
    for chore in chores.CHORES:
        chore(at=timezone.now())
