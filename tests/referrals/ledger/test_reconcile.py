"""Everything adds up, and whatever was changed behind the site's back is named."""

from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from referrals.access_log import note_access
from referrals.intake.submitting import submit
from referrals.ledger import reconciling
from referrals.ledger.differences import replay
from referrals.ledger.reconciling import adds_up, reconcile, reconcile_daily
from referrals.models import (
    AccessLog,
    Attachment,
    Enquiry,
    Event,
    FileProof,
    Notification,
    PersonIndex,
    Reconciliation,
)
from referrals.workflow import verbs
from tests.makers import (
    PATIENT,
    form_key,
    hold_letter,
    make_user,
    message,
    path_of,
    referral,
    signed_in,
    submitted,
)
from tests.triggers import lifted

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


@pytest.fixture
def enquiry():
    """A referral with two letters."""
    key = form_key()
    letters = [hold_letter(key, "First"), hold_letter(key, "Second", position=2)]
    return submit(enquiry=referral(), form_key=key, attachments=letters)


def found():
    return [(one["kind"], one["of"]) for one in reconcile().differences]


def close_by_sql():
    now = timezone.now()
    Enquiry.objects.update(status="filed", outcome="booked", opened_at=now, filed_at=now)


def command(**options):
    """What it prints, and how it ends."""
    out = StringIO()
    try:
        call_command("reconcile", stdout=out, stderr=StringIO(), **options)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def test_an_ordinary_day_adds_up(robin, enquiry):
    other = submitted(message())
    spam = submitted(message(sender_name="Kim Sample"), suspicions=["honeypot"])
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.accept(enquiry=enquiry, by=robin)
    verbs.file(enquiry=enquiry, by=robin, outcome="booked")
    verbs.reopen(enquiry=enquiry, by=robin)
    verbs.mark_spam(enquiry=other, by=robin)
    verbs.not_spam(enquiry=spam, by=robin)
    said, code = command()
    assert "3 came in: 1 opened, 1 waiting, 1 set aside" in said
    assert "2 files, 2 of them read" in said
    assert (code, "Everything adds up." in said) == (0, True)


def test_each_verb_leads_where_the_column_stands(robin):
    for steps in [
        ["open_", "ask", "accept", "return_", "file", "reopen"],
        ["mark_spam", "not_spam", "open_", "mark_spam", "not_spam"],
        ["open_", "file", "reopen", "accept"],
    ]:
        enquiry = submitted(referral())
        for step in steps:
            extra = {"note": "Words."} if step in {"ask", "return_"} else {}
            extra |= {"outcome": "answered"} if step == "file" else {}
            getattr(verbs, step)(enquiry=enquiry, by=robin, **extra)
            kinds = enquiry.events.order_by("pk").values_list("kind", flat=True)
            assert replay(kinds)[0] == Enquiry.objects.get(pk=enquiry.pk).status


def test_a_state_set_by_sql_is_named(enquiry):
    close_by_sql()
    assert found() == [("state", enquiry.reference), ("opened", enquiry.reference)]
    assert "stands as “Filed”, and its timeline says “Received”" in command()[0]


def test_an_opening_that_was_wiped_out_is_named(robin, enquiry):
    verbs.open_(enquiry=enquiry, by=robin)
    with lifted():
        Event.objects.filter(kind=Event.Kind.OPENED).delete()
    assert found() == [("state", enquiry.reference), ("opened", enquiry.reference)]


def test_a_timeline_that_is_gone_is_named(enquiry):
    with lifted():
        Event.objects.all().delete()
    assert found() == [("beginning", enquiry.reference)]


def test_an_enquiry_that_nobody_was_told_of_is_named(enquiry):
    Notification.objects.filter(kind="new_enquiry").delete()
    assert found() == [("untold", enquiry.reference)]


def test_what_was_written_in_it_and_is_gone_is_named():
    enquiry = submitted(message())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM referrals_message WHERE enquiry_ptr_id = %s", [enquiry.pk])
    assert found() == [("half", enquiry.reference)]


def test_an_enquiry_that_nobody_finds_by_name_is_named(enquiry):
    PersonIndex.objects.all().delete()
    Enquiry.objects.update(index_version=None)
    assert found() == [("index", enquiry.reference)]


def test_a_file_changed_on_the_disk_is_named(enquiry):
    second = Attachment.objects.get(position=2)
    path = path_of(second.pk)
    path.write_bytes(bytes(reversed(path.read_bytes())))
    said, code = command()
    assert code == 1
    assert f"{enquiry.reference} has file 2 that is damaged." in said


def test_a_file_that_is_gone_is_named(enquiry):
    path_of(Attachment.objects.get(position=1).pk).unlink()
    said, code = command()
    assert f"{enquiry.reference} has file 1 that is gone." in said
    assert (code, FileProof.objects.filter(problem="missing").count()) == (1, 1)


def test_a_row_of_a_file_that_is_gone_is_named(enquiry):
    Attachment.objects.get(position=1).delete()
    assert found() == [("file gone", enquiry.reference)]


def test_what_staff_read_and_is_not_there_any_more_is_named(robin):
    note_access(references=["SIJ-7KH2M9PD"], by=robin, action="view")
    note_access(references=["SIJ-7KH2M9PF"], by=robin, action="aside")
    assert found() == [("gone", "SIJ-7KH2M9PD")]
    assert AccessLog.objects.count() == 2


def test_what_is_found_only_once_was_being_written(enquiry):
    once = [reconciling.Difference("state", enquiry.reference, "was between two records")]
    with mock.patch.object(reconciling, "look", side_effect=[once, []]):
        assert reconcile().differences == []


def test_it_names_no_person(enquiry):
    close_by_sql()
    assert PATIENT not in command()[0]
    assert PATIENT not in str(Reconciliation.objects.values())


def test_the_mail_process_counts_once_a_day(enquiry):
    now = timezone.now()
    assert reconcile_daily(at=now)
    assert reconcile_daily(at=now + timedelta(hours=22)) is None
    assert reconcile_daily(at=now + timedelta(hours=24))
    assert reconcile_daily(at=now - timedelta(days=3)), "a clock that was put back counts anew"


def test_staff_read_on_the_front_page_what_does_not_add_up(client, robin, enquiry):
    front = signed_in(client, robin)
    assert "Not counted yet" in front.get("/admin/").content.decode()
    reconcile()
    assert "Yes: every enquiry has its timeline" in front.get("/admin/").content.decode()
    Notification.objects.filter(kind="new_enquiry").delete()
    reconcile()
    html = front.get("/admin/").content.decode()
    assert "1 thing does not add up" in html
    assert f'href="{enquiry.get_admin_url()}"' in html


def test_health_is_not_well_while_something_does_not_add_up(enquiry):
    assert adds_up().ok
    Notification.objects.filter(kind="new_enquiry").delete()
    reconcile()
    assert (adds_up().ok, adds_up().detail) == (False, {"differences": 1})


def test_a_count_of_long_ago_is_not_well(enquiry):
    reconcile(at=timezone.now() - timedelta(days=3))
    assert not adds_up().ok


def test_lists_and_look_ups_that_staff_make_all_day_add_up(client, robin, enquiry):
    """What the access log calls a list is no enquiry that went missing."""
    boss = signed_in(client, make_user(username="boss", is_superuser=True))
    for address in ["enquiry/", "enquiry/?q=SIJ-22222222", "notification/", "accesslog/"]:
        assert boss.get(f"/admin/referrals/{address}").status_code == 200
    boss.post("/admin/referrals/enquiry/find/", {"family_name": "Nobodyatall"})
    assert AccessLog.objects.count() >= 5
    assert found() == []


def test_who_may_not_see_the_inbox_sees_no_count(client):
    reconcile()
    editor = signed_in(client, make_user("conditions.view_page"))
    assert "add up" not in editor.get("/admin/").content.decode()
