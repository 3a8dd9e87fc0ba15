"""One enquiry is erased: all of it or nothing, by two people, and only its tombstone stays."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from referrals.ledger.reconciling import reconcile
from referrals.models import (
    AccessLog,
    Attachment,
    Enquiry,
    Event,
    Leftover,
    Notification,
    PersonIndex,
    Tombstone,
)
from referrals.retention import erasing
from referrals.retention.erasing import CannotErase, erase
from referrals.retention.leftovers import remove_leftovers
from referrals.retention.purging import purge, purge_daily
from referrals.timeline import end_of_chain
from referrals.workflow import verbs
from tests.makers import make_user, message, path_of, referral, submitted
from tests.referrals.retention.conftest import (
    CHANGE,
    NOW,
    VIEW,
    came,
    is_there,
    old_message,
    old_referral,
)
from tests.triggers import lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry(robin):
    """A referral with two letters that was decided and filed."""
    return came(referral(), "open_", "accept", "file", at=NOW, by=robin, letters=2)


def asked(enquiry, by):
    return verbs.ask_erasure(enquiry=enquiry, by=by, note="Jo Samplepatient rang and asked.")


def nothing_of(enquiry):
    """Whether no table but those of tombstones and readings has a row of it."""
    return not any(
        model._default_manager.filter(**{path: enquiry.pk}).exists() for model, path in erasing.GOES
    )


def test_two_people_erase_it_and_only_the_tombstone_stays(robin, kim, enquiry):
    readings = AccessLog.objects.filter(reference=enquiry.reference).count()
    asked(enquiry, robin)
    seal, number = end_of_chain(enquiry.pk)
    stone = erase(enquiry=enquiry, by=kim, at=NOW)
    assert nothing_of(enquiry)
    assert (stone.reference, stone.number, stone.kind) == (
        enquiry.reference,
        enquiry.pk,
        "referral",
    )
    assert (stone.why, stone.asked_by, stone.by) == ("request", robin, kim)
    assert (stone.received_at, stone.erased_at, stone.lines) == (
        enquiry.received_at,
        NOW,
        number + 1,
    )
    assert stone.last_seal != seal
    assert AccessLog.objects.filter(reference=enquiry.reference).count() == readings > 0


def test_every_table_that_leads_to_an_enquiry_is_emptied_of_it():
    """A new table with a key of an enquiry has to be named in `GOES`."""
    known = {model for model, _ in erasing.GOES}
    leading = {one.related_model for one in Enquiry._meta.related_objects}
    leading |= {one.related_model for one in Attachment._meta.related_objects}
    leading |= {one.related_model for one in Event._meta.related_objects}
    assert leading | {Enquiry} == known


def test_whoever_asked_does_not_confirm_where_somebody_else_can(robin, kim, enquiry):
    asked(enquiry, robin)
    with pytest.raises(CannotErase, match="another administrator confirms it: kim"):
        erase(enquiry=enquiry, by=robin, reference=enquiry.reference)
    assert is_there(enquiry)


def test_alone_she_types_the_reference(robin, enquiry):
    asked(enquiry, robin)
    for typed in ["", "SIJ-22222222", enquiry.reference[:-1]]:
        with pytest.raises(CannotErase, match="Type the reference"):
            erase(enquiry=enquiry, by=robin, reference=typed)
    erase(enquiry=enquiry, by=robin, reference=f" {enquiry.reference.lower()} ")
    assert not is_there(enquiry)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_colleague_who_cannot_sign_in_does_not_keep_it_from_being_erased(
    robin, kim, enquiry, change
):
    type(kim).objects.filter(pk=kim.pk).update(**change)
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference)


def test_nobody_erases_what_nobody_asked_for(robin, enquiry):
    with pytest.raises(CannotErase, match="Nobody asks"):
        erase(enquiry=enquiry, by=robin, reference=enquiry.reference)
    asked(enquiry, robin)
    verbs.withdraw_erasure(enquiry=enquiry, by=robin)
    with pytest.raises(CannotErase, match="Nobody asks"):
        erase(enquiry=enquiry, by=robin, reference=enquiry.reference)


def test_whoever_works_through_the_inbox_may_neither_ask_nor_confirm(robin, enquiry):
    reception = make_user(VIEW, CHANGE, username="reception")
    with pytest.raises(PermissionDenied):
        asked(enquiry, reception)
    asked(enquiry, robin)
    with pytest.raises(PermissionDenied):
        erase(enquiry=enquiry, by=reception, reference=enquiry.reference)
    assert is_there(enquiry)


def test_asking_takes_words(robin, enquiry):
    with pytest.raises(verbs.NothingWritten):
        verbs.ask_erasure(enquiry=enquiry, by=robin, note="  ")


# --- Legal hold ----------------------------------------------------------------------------


def test_what_is_held_is_neither_purged_nor_erased(robin, kim, signed):
    enquiry = old_message(robin)
    asked(enquiry, robin)
    verbs.hold(enquiry=enquiry, by=robin, note="A complaint is under way.")
    assert purge(at=NOW) == []
    with pytest.raises(CannotErase, match="legal hold"):
        erase(enquiry=enquiry, by=kim)
    verbs.lift_hold(enquiry=enquiry, by=kim, note="Settled.", at=NOW)
    assert purge(at=NOW + timedelta(days=29)) == []
    gone = purge(at=NOW + timedelta(days=30))
    assert [stone.reference for stone in gone] == [enquiry.reference]


def test_the_database_lets_no_tombstone_come_while_a_hold_stands(robin, kim, enquiry, monkeypatch):
    asked(enquiry, robin)
    verbs.hold(enquiry=enquiry, by=robin, note="A court asks.")
    monkeypatch.setattr(erasing, "is_held", lambda _: False)
    with pytest.raises(CannotErase) as refusal:
        erase(enquiry=enquiry, by=kim)
    assert "legal hold stands" in str(refusal.value.__cause__)
    assert is_there(enquiry)


def test_a_hold_takes_a_reason_and_stands_once(robin, enquiry):
    with pytest.raises(verbs.NothingWritten):
        verbs.hold(enquiry=enquiry, by=robin, note="")
    verbs.hold(enquiry=enquiry, by=robin, note="A complaint.")
    with pytest.raises(verbs.ChangedMeanwhile):
        verbs.hold(enquiry=enquiry, by=robin, note="A complaint.")


# --- All or nothing ------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(len(erasing.GOES)))
def test_what_breaks_midway_leaves_everything(robin, kim, enquiry, monkeypatch, step):
    asked(enquiry, robin)
    events = enquiry.events.count()
    broken = [*erasing.GOES[:step], (erasing.GOES[step][0], "no_such_column")]
    monkeypatch.setattr(erasing, "GOES", broken)
    with pytest.raises(Exception, match="no_such_column"), transaction.atomic():
        erase(enquiry=enquiry, by=kim)
    assert (enquiry.events.count(), enquiry.attachments.count()) == (events, 2)
    assert not Tombstone.objects.exists()
    assert not Leftover.objects.exists()
    assert all(path_of(file.pk).exists() for file in enquiry.attachments.all())


def test_files_go_after_the_commit_and_what_a_cut_left_is_carried_on(robin, kim, enquiry):
    paths = [path_of(file.pk) for file in enquiry.attachments.all()]
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)  # the process dies before anything after the commit
    assert all(path.exists() for path in paths)
    assert set(Leftover.objects.values_list("kind", flat=True)) == {"letter", "mail", "pages"}
    remove_leftovers()
    assert not any(path.exists() for path in paths)
    assert not Leftover.objects.exclude(kind="pages").exists()


def test_a_file_that_is_set_aside_or_half_written_goes_too(robin, kim, enquiry, settings):
    one, two = [path_of(file.pk) for file in enquiry.attachments.all()]
    aside = one.parent / "aside" / "2026-11-28"
    aside.mkdir(parents=True)
    one.rename(aside / one.name)
    half = two.with_suffix(".part")
    half.write_bytes(b"half")
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    remove_leftovers()
    assert not (aside / one.name).exists()
    assert not half.exists()


def test_a_mail_that_lies_in_the_folder_goes(robin, kim, enquiry, settings):
    settings.MAIL_DIR.mkdir()
    mail = enquiry.notifications.first()
    letter = settings.MAIL_DIR / f"{mail.message_id.strip('<>')}.eml"
    letter.write_text("Subject: hello")
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    remove_leftovers()
    assert not letter.exists()


def test_a_file_that_cannot_be_removed_stays_listed_and_is_named(robin, kim, enquiry):
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim, at=NOW - timedelta(days=3))
    with mock.patch("referrals.files.private_folder.erase", side_effect=OSError):
        remove_leftovers()
    assert Leftover.objects.filter(kind="letter").count() == 2
    assert "left over" in [one["kind"] for one in reconcile().differences]


def test_while_a_mail_goes_out_it_is_not_erased(robin, kim, enquiry):
    asked(enquiry, robin)
    mail = enquiry.notifications.first()
    later = NOW + timedelta(minutes=15)
    Notification.objects.filter(pk=mail.pk).update(
        state="sending", lease_until=later, lease_token="0" * 32
    )
    with pytest.raises(CannotErase, match="just going out"):
        erase(enquiry=enquiry, by=kim)
    assert is_there(enquiry)


def test_it_goes_where_no_key_opens_it_too(robin, kim, enquiry):
    asked(enquiry, robin)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_enquiry SET sender_name = 'gAAAAbroken'")
        cursor.execute("UPDATE referrals_referral SET reason = 'gAAAAbroken'")
        cursor.execute("UPDATE referrals_notification SET recipient = 'gAAAAbroken'")
        cursor.execute("UPDATE referrals_attachment SET name = 'gAAAAbroken'")
    erase(enquiry=enquiry, by=kim)
    assert nothing_of(enquiry)


def test_an_edited_resend_stays_and_forgets_the_first(robin, kim):
    first = submitted(message())
    later = submitted(message(text="Another."))
    Enquiry.objects.filter(pk=later.pk).update(resend_of=first.pk)
    asked(first, robin)
    erase(enquiry=first, by=kim)
    assert Enquiry.objects.get().resend_of is None


def test_a_duplicate_stays_when_the_one_it_was_joined_to_is_erased(robin, kim):
    first, later = submitted(message()), submitted(message(text="Another."))
    filed = {"status": "filed", "outcome": "duplicate", "opened_at": NOW, "filed_at": NOW}
    Enquiry.objects.filter(pk=later.pk).update(joined_to=first.pk, **filed)
    asked(first, robin)
    erase(enquiry=first, by=kim)
    assert Enquiry.objects.get().joined_to is None


def test_backups_are_named_with_the_day_until_which_they_hold_it(robin, kim, enquiry):
    asked(enquiry, robin)
    with override_settings(BACKUPS_KEPT_DAYS=14):
        stone = erase(enquiry=enquiry, by=kim, at=NOW)
    assert stone.copies_until == date(2026, 12, 12)


# --- The triggers --------------------------------------------------------------------------


def refused(sql, *values):
    with pytest.raises(IntegrityError, match="append-only"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)


def test_a_line_goes_only_once_the_tombstone_of_its_own_enquiry_is_there(robin, kim, enquiry):
    other = submitted(message())
    refused("DELETE FROM referrals_event WHERE enquiry_id = %s", enquiry.pk)
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    refused("DELETE FROM referrals_event")
    assert Event.objects.filter(enquiry=other).exists()


def test_a_tombstone_is_never_changed(robin, kim, enquiry):
    asked(enquiry, robin)
    stone = erase(enquiry=enquiry, by=kim)
    refused("UPDATE referrals_tombstone SET why = 'rule'")
    refused("DELETE FROM referrals_tombstone")
    with pytest.raises(PermissionDenied):
        stone.save()


def test_a_tombstone_says_why(robin, kim, enquiry):
    asked(enquiry, robin)
    stone = erase(enquiry=enquiry, by=kim)
    stone.pk, stone.number, stone.reference, stone.by = None, 0, "SIJ-22222222", None
    stone._state.adding = True
    with pytest.raises(IntegrityError, match="tombstone_says_why"), transaction.atomic():
        stone.save(force_insert=True)


# --- The ledger ----------------------------------------------------------------------------


def differences():
    return [(one["kind"], one["of"]) for one in reconcile().differences]


def test_what_was_erased_adds_up(robin, kim, enquiry):
    other = submitted(message())
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    result = reconcile()
    assert result.differences == []
    counts = result.counts
    assert (counts["received"], counts["stored"], counts["erased"]) == (2, 1, 1)
    assert is_there(other)


def test_a_tombstone_that_was_changed_is_named(robin, kim, enquiry):
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    with lifted():
        Tombstone.objects.update(last_seal="0" * 64)
    assert differences() == [("tombstone", enquiry.reference)]


def test_a_tombstone_that_somebody_put_up_to_get_at_the_lines_is_named(robin, kim, enquiry):
    target = submitted(message())
    asked(enquiry, robin)
    stone = erase(enquiry=enquiry, by=kim)
    stone.pk, stone.number, stone.reference = None, target.pk, target.reference
    stone.form_digest, stone.receipt_digest, stone.status_digest = "1" * 64, "2" * 64, None
    stone._state.adding = True
    stone.save(force_insert=True)
    kinds = {kind for kind, of in differences() if of == target.reference}
    assert kinds == {"tombstone", "not erased"}


def test_a_tombstone_that_is_gone_is_named_as_staff_had_read_it(robin, kim, enquiry):
    asked(enquiry, robin)
    erase(enquiry=enquiry, by=kim)
    with lifted():
        Tombstone.objects.all().delete()
    assert differences() == [("gone", enquiry.reference)]


# --- By the rule ---------------------------------------------------------------------------


def test_the_purge_takes_what_is_due_and_says_by_which_rule(robin, signed):
    gone, stays = old_message(robin), old_message(robin, days=30)
    [stone] = purge(at=NOW)
    assert (stone.reference, stone.why, stone.rule_kind) == (gone.reference, "rule", "message")
    assert (stone.rule, stone.by, stone.asked_by) == (signed.rule, None, None)
    assert is_there(stays)
    assert not PersonIndex.objects.filter(enquiry=gone.pk).exists()


def test_a_round_is_bounded_and_the_next_goes_on_until_the_day_is_done(robin, signed, monkeypatch):
    monkeypatch.setattr("referrals.retention.purging.A_ROUND", 2)
    for _ in range(5):
        old_message(robin)
    assert [purge_daily(at=NOW) for _ in range(4)] == [2, 2, 1, 0]
    old_message(robin)
    assert purge_daily(at=NOW) == 0
    assert purge_daily(at=NOW + timedelta(days=1)) == 1


def test_one_that_cannot_go_stops_none_of_the_others(robin, signed):
    stuck, other = old_message(robin), old_message(robin)
    mail = stuck.notifications.first()
    Notification.objects.filter(pk=mail.pk).update(
        state="sending", lease_until=NOW, lease_token="0" * 32
    )
    assert [stone.reference for stone in purge(at=NOW)] == [other.reference]
    assert is_there(stuck)


def test_a_row_that_still_leads_to_it_stops_it_alone(robin, signed, monkeypatch):
    first, other = old_message(robin), old_message(robin)
    delete = erasing.delete_rows

    def refuse_the_first(pk, tables):
        if pk == first.pk:
            raise IntegrityError("FOREIGN KEY constraint failed")
        delete(pk, tables)

    monkeypatch.setattr(erasing, "delete_rows", refuse_the_first)
    assert [stone.reference for stone in purge(at=NOW)] == [other.reference]
    assert is_there(first)
    assert not Tombstone.objects.filter(reference=first.reference).exists()


def test_what_was_opened_again_a_moment_ago_stays(robin, signed, monkeypatch):
    """A colleague is faster than the purge."""
    enquiry = old_message(robin)

    def lock(pk):
        verbs.reopen(enquiry=enquiry, by=robin, at=NOW)

    monkeypatch.setattr(erasing, "lock", lock)
    assert purge(at=NOW) == []
    assert is_there(enquiry)


def test_a_referral_goes_with_its_letters(robin, signed):
    enquiry = old_referral(robin, letters=1)
    path = path_of(enquiry.attachments.get().pk)
    assert len(purge(at=NOW)) == 1
    remove_leftovers()
    assert not path.exists()
    assert nothing_of(enquiry)


def test_an_administrator_who_has_no_phone_yet_counts_as_nobody(robin, enquiry):
    make_user(VIEW, CHANGE, "referrals.erase_enquiry", username="invited")
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference)
