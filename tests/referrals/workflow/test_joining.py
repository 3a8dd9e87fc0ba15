"""A referral that came twice ends once: the later one is joined with the earlier one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.utils import timezone

from referrals.intake.status import next_words
from referrals.models import Enquiry, Event
from referrals.states.lookups import state_of
from referrals.workflow import verbs
from referrals.workflow.joining import join
from referrals.workflow.verbs import CannotMove
from tests.makers import make_user, message, referral, submitted

pytestmark = pytest.mark.django_db
CHANGE = "referrals.change_enquiry"


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", CHANGE)


@pytest.fixture
def earlier(robin):
    return opened(robin)


@pytest.fixture
def later(robin, earlier):
    return opened(robin)


def opened(by, enquiry=None):
    return verbs.open_(enquiry=submitted(enquiry or referral()), by=by)


def again(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk)


def last_line(enquiry):
    line = enquiry.events.order_by("pk").last()
    return line.kind, line.note


def test_the_later_one_ends_as_a_duplicate_and_both_timelines_say_so(earlier, later, robin):
    join(enquiry=later, other=earlier, by=robin)
    ended = again(later)
    assert (ended.status, ended.outcome, ended.joined_to_id) == ("filed", "duplicate", earlier.pk)
    assert again(earlier).status == "opened"
    assert last_line(later) == (Event.Kind.FILED, f"It goes on as {earlier.reference}.")
    assert last_line(earlier) == (Event.Kind.JOINED, later.reference)


def test_the_senders_page_stands_where_no_key_opens_the_other_one(earlier, later, robin):
    join(enquiry=later, other=earlier, by=robin)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_enquiry SET sender_name = 'x' WHERE id = %s", [earlier.pk])
    assert "go on with the other one" in next_words(again(later))


def test_opening_it_again_takes_it_back_and_both_timelines_say_so(earlier, later, robin):
    verbs.reopen(enquiry=join(enquiry=later, other=earlier, by=robin), by=robin)
    assert (again(later).status, again(later).joined_to) == ("opened", None)
    assert last_line(later)[0] == Event.Kind.REOPENED
    assert last_line(earlier) == (Event.Kind.PARTED, later.reference)


def test_the_sender_reads_that_the_rooms_go_on_with_the_other_one(earlier, later, robin):
    join(enquiry=later, other=earlier, by=robin)
    assert f"go on with the other one, {earlier.reference}" in next_words(again(later))
    assert later.notifications.filter(kind="status").get().event.kind == "filed"


def test_another_sender_reads_no_reference_of_somebody_else(earlier, robin):
    other = opened(robin, referral(sender_email="kim@other.example"))
    join(enquiry=other, other=earlier, by=robin)
    words = next_words(again(other))
    assert "go on with the other one" in words
    assert earlier.reference not in words


def test_who_may_only_read_joins_nothing(earlier, later):
    with pytest.raises(PermissionDenied):
        join(enquiry=later, other=earlier, by=make_user("referrals.view_enquiry", username="pat"))
    assert again(later).status == "opened"


@pytest.mark.parametrize("change", [{"status": "accepted"}, {"status": "needs_info"}])
def test_a_colleague_who_was_faster_wins_and_nothing_is_joined(earlier, later, robin, change):
    Enquiry.objects.filter(pk=later.pk).update(**change)
    with pytest.raises(CannotMove, match="A colleague has just changed it"):
        join(enquiry=later, other=earlier, by=robin)
    assert again(later).joined_to is None
    assert last_line(earlier)[0] == Event.Kind.OPENED


def test_two_who_join_the_same_pair_each_way_leave_one_that_lives(earlier, later, robin):
    join(enquiry=later, other=earlier, by=robin)
    with pytest.raises(CannotMove, match="is a duplicate itself"):
        join(enquiry=earlier, other=later, by=robin)
    assert [again(one).status for one in (earlier, later)] == ["opened", "filed"]


def test_there_is_no_row_from_one_to_the_next(earlier, later, robin):
    third = opened(robin)
    join(enquiry=third, other=later, by=robin)
    with pytest.raises(CannotMove, match="Another one was joined with"):
        join(enquiry=later, other=earlier, by=robin)
    assert again(later).status == "opened"


def test_none_is_joined_with_itself_nor_with_spam_nor_with_a_message(earlier, later, robin):
    spam, note = opened(robin), opened(robin, message())
    verbs.mark_spam(enquiry=spam, by=robin)
    for other, why in [(later, "one and the same"), (spam, "as spam"), (note, "A message")]:
        with pytest.raises(CannotMove, match=why):
            join(enquiry=later, other=other, by=robin)


@pytest.mark.parametrize("presses", [{"urgency": "urgent"}, {"is_red_flagged": True}])
def test_the_one_that_presses_more_never_ends(earlier, later, robin, presses):
    Enquiry.objects.filter(pk=later.pk).update(**presses)
    with pytest.raises(CannotMove, match="is more urgent"):
        join(enquiry=again(later), other=earlier, by=robin)
    assert join(enquiry=earlier, other=again(later), by=robin).joined_to_id == later.pk


def test_a_failure_midway_joins_nothing(earlier, later, robin, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("referrals.workflow.joining.write_down", fails)
    with pytest.raises(RuntimeError):
        join(enquiry=later, other=earlier, by=robin)
    assert again(later).status == "opened"
    assert state_of(again(later)).part.value == "todo"


def test_the_database_refuses_one_that_is_joined_to_itself(later):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="enquiry_not_joined_to_itself"):
        Enquiry.objects.filter(pk=later.pk).update(
            status="filed", filed_at=now, outcome="duplicate", joined_to=later
        )


def test_the_database_refuses_a_joined_one_that_is_no_duplicate(earlier, later):
    with pytest.raises(IntegrityError, match="enquiry_joined_is_a_duplicate"):
        Enquiry.objects.filter(pk=later.pk).update(joined_to=earlier)


def test_what_others_were_joined_with_is_not_set_aside_as_spam(earlier, later, robin):
    join(enquiry=later, other=earlier, by=robin)
    with pytest.raises(CannotMove, match="Open that one again first"):
        verbs.mark_spam(enquiry=again(earlier), by=robin)
    assert again(earlier).status == "opened"
