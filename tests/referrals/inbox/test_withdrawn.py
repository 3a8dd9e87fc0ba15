"""What its sender withdrew looks so to the rooms, and goes on only where they say so."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from referrals.intake.status import is_withdrawn
from referrals.models import Enquiry, Event
from referrals.timeline import add_line
from referrals.workflow import verbs
from referrals.workflow.joining import goes_on_first, join
from tests.makers import make_user, message, referral, signed_in, submitted, words_of
from tests.referrals.inbox.test_bar import at_hand, bar_of, labels

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"
LIST = "/admin/referrals/enquiry/"
BADGE = '<strong class="state-alarm">Withdrawn by the sender</strong>'
GOES_ON = {
    "accept": {},
    "ask": {"note": "Which side?"},
    "return_": {"note": "Try exercise."},
    "file": {"outcome": "booked"},
}


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


def withdrawn(robin, sent=referral):
    enquiry = submitted(sent())
    verbs.open_(enquiry=enquiry, by=robin)
    add_line(Event.Kind.WITHDRAWN, enquiry=enquiry, at=timezone.now())
    return enquiry


def pressed(client, enquiry, name, **typed):
    return client.post(f"{LIST}{enquiry.pk}/do/{name}/", {"seen": "opened", **typed})


@pytest.mark.parametrize("name", GOES_ON)
def test_a_verb_that_goes_on_without_being_told_so_is_refused(robin, name):
    enquiry = withdrawn(robin)
    with pytest.raises(verbs.CannotMove, match="The sender withdrew it on"):
        getattr(verbs, name)(enquiry=enquiry, by=robin, **GOES_ON[name])
    assert Enquiry.objects.get(pk=enquiry.pk).status == "opened"
    known = {"though_withdrawn": True}
    getattr(verbs, name)(enquiry=enquiry, by=robin, **GOES_ON[name], **known)
    assert Enquiry.objects.get(pk=enquiry.pk).status != "opened"


def test_in_practice_software_goes_on_too_and_other_ends_do_not(robin):
    with pytest.raises(verbs.CannotMove):
        verbs.file(enquiry=withdrawn(robin), outcome="in_software", by=robin)
    for outcome in ["withdrawn", "elsewhere", "duplicate"]:
        assert verbs.file(enquiry=withdrawn(robin), outcome=outcome, by=robin).status == "filed"


def test_who_may_only_read_is_refused_however_it_is_said(robin):
    reader = make_user(READ, username="reader")
    with pytest.raises(PermissionDenied):
        verbs.accept(enquiry=withdrawn(robin), by=reader, though_withdrawn=True)


def test_the_page_asks_once_and_what_was_pressed_before_it_came_is_refused(client, robin):
    staff, enquiry = signed_in(client, robin), withdrawn(robin)
    refused = pressed(staff, enquiry, "accept")
    assert refused.status_code == 409
    assert "We go on all the same." in refused.content.decode()
    assert Enquiry.objects.get(pk=enquiry.pk).status == "opened"
    pressed(staff, enquiry, "accept", though_withdrawn="on")
    assert Enquiry.objects.get(pk=enquiry.pk).status == "accepted"


def test_the_first_button_files_it_as_withdrawn_with_one_press(client, robin):
    staff, enquiry = signed_in(client, robin), withdrawn(robin)
    bar = bar_of(staff, enquiry)
    assert at_hand(bar)[0] == "File as withdrawn"
    assert "Accept" not in at_hand(bar)
    assert "Accept" in labels(bar)
    pressed(staff, enquiry, "file", outcome="withdrawn")
    enquiry.refresh_from_db()
    assert (enquiry.status, enquiry.outcome) == ("filed", "withdrawn")


@pytest.mark.parametrize("sent", [referral, message])
def test_row_and_head_say_it_until_it_is_decided(client, robin, sent):
    staff, enquiry = signed_in(client, robin), withdrawn(robin, sent)
    for address in (LIST, enquiry.get_admin_url()):
        assert BADGE in staff.get(address).content.decode()
    verbs.file(enquiry=enquiry, outcome="withdrawn", by=robin)
    for address in (f"{LIST}?show=filed", enquiry.get_admin_url()):
        assert BADGE not in staff.get(address).content.decode()


def test_side_by_side_says_which_one_and_the_other_goes_on(client, robin):
    gone, stays = withdrawn(robin), submitted(referral())
    html = signed_in(client, robin).get(f"{LIST}{gone.pk}/beside/{stays.pk}/").content.decode()
    assert html.count(BADGE) == 1
    assert html.index(stays.reference) < html.index(BADGE)
    assert sorted([gone, stays], key=goes_on_first) == [stays, gone]
    with pytest.raises(verbs.CannotMove, match="Join the other way round"):
        join(enquiry=stays, other=gone, by=robin)
    join(enquiry=gone, other=stays, by=robin)


def test_the_senders_page_goes_on_saying_so_when_it_was_read(robin):
    enquiry = submitted(referral())
    add_line(Event.Kind.WITHDRAWN, enquiry=enquiry, at=timezone.now())
    verbs.open_(enquiry=enquiry, by=robin)
    assert is_withdrawn(enquiry)
    verbs.accept(enquiry=enquiry, by=robin, though_withdrawn=True)
    assert not is_withdrawn(enquiry)


def test_filed_and_undone_before_anybody_hears_it_is_withdrawn_as_before(client, robin, settings):
    settings.NEWS_WAITS_SECONDS = 60
    gone, stays = withdrawn(robin), submitted(referral())
    verbs.file(enquiry=gone, outcome="withdrawn", by=robin)
    verbs.reopen(enquiry=gone, by=robin)
    staff = signed_in(client, robin)
    for address in (LIST, gone.get_admin_url()):
        assert staff.get(address).content.decode().count(BADGE) == 1
    assert is_withdrawn(gone)
    assert sorted([gone, stays], key=goes_on_first) == [stays, gone]
    with pytest.raises(verbs.CannotMove):
        verbs.accept(enquiry=gone, by=robin)


def test_told_that_it_is_open_again_the_sender_reads_so_and_the_rooms_are_still_asked(robin):
    enquiry = withdrawn(robin)
    verbs.file(enquiry=enquiry, outcome="withdrawn", by=robin)
    enquiry.notifications.filter(kind="status").update(state="sent", sent_at=timezone.now())
    verbs.reopen(enquiry=enquiry, by=robin)
    assert not is_withdrawn(enquiry)
    with pytest.raises(verbs.CannotMove):
        verbs.accept(enquiry=enquiry, by=robin)


def test_opened_again_what_nobody_withdrew_is_not_withdrawn(client, robin):
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.accept(enquiry=enquiry, by=robin)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert not is_withdrawn(enquiry)
    assert BADGE not in signed_in(client, robin).get(LIST).content.decode()


def test_an_accepted_one_is_booked_only_where_it_is_ticked(client, robin):
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.accept(enquiry=enquiry, by=robin)
    add_line(Event.Kind.WITHDRAWN, enquiry=enquiry, at=timezone.now())
    staff = signed_in(client, robin)
    bar = bar_of(staff, enquiry)
    assert at_hand(bar)[0] == "File as withdrawn"
    assert "Booked" not in at_hand(bar)
    asked = pressed(staff, enquiry, "file", seen="accepted", drawn="book", outcome="booked")
    assert asked.status_code == 409
    assert "The sender withdrew it on" in words_of(asked.content.decode())
