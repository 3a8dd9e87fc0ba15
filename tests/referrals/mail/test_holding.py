"""A copy of a site tells nobody anything until somebody says that it is the site now."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone

from referrals.mail import delivery, holding
from referrals.mail.fallback import move_stuck_mail
from referrals.mail.health import mail_held, mail_process
from referrals.management.commands.deliver_mail import beat
from referrals.models import MailHold, Notification
from tests.makers import make_clinic, make_user, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
WHY = "this site was brought back from a backup"


@pytest.fixture
def delivered(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail

    mail.outbox = []
    return mail.outbox


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.RESTORING = tmp_path / "restoring"


def test_nothing_leaves_while_mail_is_held_and_all_of_it_afterwards(delivered):
    submitted()
    holding.hold_mail(why=WHY)
    submitted()
    assert delivery.deliver_one() is None
    call_command("deliver_mail", "--once")
    assert delivered == []
    assert holding.release_mail() == 2
    call_command("deliver_mail", "--once")
    assert len(delivered) == 2


def test_the_mail_process_beats_while_mail_is_held():
    holding.hold_mail(why=WHY)
    call_command("deliver_mail", "--once")
    assert mail_process().ok


def test_a_restore_that_was_cut_off_holds_mail_too(settings, delivered):
    submitted()
    settings.RESTORING.mkdir()
    assert delivery.deliver_one() is None
    assert mail_held().detail["waiting"] == 1
    with pytest.raises(CommandError, match="Mail is still held"):
        call_command("release_mail", "--yes")


def test_a_long_hold_makes_no_dead_letters(delivered):
    submitted()
    holding.hold_mail(why=WHY)
    in_a_month = timezone.now() + timedelta(days=30)
    assert delivery.deliver_one(at=in_a_month) is None
    holding.release_mail(at=in_a_month)
    assert delivery.deliver_one(at=in_a_month).state == "sent"


def test_the_second_address_hears_nothing_of_mail_that_is_held_or_was_just_released():
    make_clinic(second_email="second@clinic.example")
    submitted()
    later = timezone.now() + timedelta(hours=1)
    holding.hold_mail(why=WHY)
    assert move_stuck_mail(at=later) == 0
    holding.release_mail(at=later)
    assert move_stuck_mail(at=later + timedelta(minutes=1)) == 0
    assert move_stuck_mail(at=later + timedelta(minutes=16)) == 1


def test_a_second_hold_keeps_the_first_moment_and_a_new_one_begins_anew():
    first = holding.hold_mail(why=WHY, at=timezone.now() - timedelta(hours=2)).since
    assert holding.hold_mail(why="again").since == first
    holding.release_mail()
    assert holding.release_mail() == 0
    assert holding.hold_mail(why="again").since > first


def test_staff_read_that_mail_is_held_why_and_how_many_wait(client):
    beat()
    submitted()
    holding.hold_mail(why=WHY)
    staff = signed_in(client, make_user("referrals.view_enquiry"))
    words = words_of(staff.get("/admin/").content.decode())
    assert f"{WHY}. 1 waits." in words
    assert "Mail is held since" in words
    assert "look into the inbox" in words
    assert mail_held().ok is False


def test_the_command_says_how_many_go_and_asks(monkeypatch):
    submitted()
    holding.hold_mail(why=WHY)
    out = StringIO()
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("release_mail", stdout=out)
    assert holding.is_held()
    assert "1 wait and go to real people" in out.getvalue()
    assert "1 of them were queued before that" in out.getvalue()
    monkeypatch.setattr("builtins.input", lambda _: "release")
    call_command("release_mail", stdout=out)
    assert not holding.is_held()


def test_there_is_one_hold_and_it_says_why():
    for row in ({"pk": 2, "why": WHY}, {"pk": 1, "why": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MailHold.objects.create(since=timezone.now(), **row)
    assert Notification.objects.count() == 0
