"""Beside the state stands what was written last: that we replied, and when we asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.inbox.clocks import next_first, the_clocks
from referrals.models import Enquiry, Event
from referrals.timeline import add_line
from referrals.workflow import verbs
from tests.makers import make_clinic, make_user, message, referral, signed_in, submitted
from tests.referrals.inbox.test_bar import at_hand, bar_of

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"
LIST = "/admin/referrals/enquiry/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clinic():
    make_clinic()


@pytest.fixture
def robin():
    return make_user(READ, CHANGE, first_name="Robin", last_name="Sampleperson")


def answered(robin):
    enquiry = submitted(message(sender_email="alex@sample.example"))
    verbs.open_(enquiry=enquiry, by=robin)
    return verbs.reply(enquiry=enquiry, by=robin, note="The fees stand on our page.")


def asked(robin, ago, **facts):
    then = timezone.now() - ago
    enquiry = submitted(referral(urgency="routine", **facts), at=then)
    verbs.open_(enquiry=enquiry, by=robin, at=then)
    return verbs.ask(enquiry=enquiry, by=robin, note="Which side?", at=then)


def both(client, enquiry):
    return [client.get(where).content.decode() for where in (LIST, enquiry.get_admin_url())]


def test_row_and_head_say_who_replied_and_when(client, robin):
    for html in both(signed_in(client, robin), answered(robin)):
        assert "Replied today, Robin Sampleperson</strong>" in html


def test_when_the_sender_writes_again_it_is_no_longer_answered(client, robin):
    enquiry = answered(robin)
    add_line(Event.Kind.ANSWER_CAME, enquiry=enquiry, at=timezone.now())
    staff = signed_in(client, robin)
    for html in both(staff, enquiry):
        assert "Replied today" not in html
    assert "File as answered" not in at_hand(bar_of(staff, enquiry))


def test_row_and_head_say_that_the_sender_wrote_until_the_rooms_use_it(client, robin):
    enquiry, staff = submitted(referral()), signed_in(client, robin)
    add_line(Event.Kind.ANSWER_CAME, enquiry=enquiry, at=timezone.now())
    for html in both(staff, enquiry):
        assert "The sender wrote today</strong>" in html
    verbs.accept(enquiry=Enquiry.objects.get(), by=robin)
    for html in both(staff, enquiry):
        assert "The sender wrote" not in html
    verbs.reopen(enquiry=Enquiry.objects.get(), by=robin)
    for html in both(staff, enquiry):
        assert "The sender wrote today</strong>" in html


def test_after_a_reply_one_press_files_a_message_as_answered(client, robin):
    enquiry, staff = answered(robin), signed_in(client, robin)
    assert at_hand(bar_of(staff, enquiry))[0] == "File as answered"
    staff.post(f"{LIST}{enquiry.pk}/do/file/", {"seen": "opened", "outcome": "answered"})
    enquiry.refresh_from_db()
    assert (enquiry.status, enquiry.outcome) == ("filed", "answered")


def test_a_referral_that_was_written_to_is_not_answered_by_that(client, robin):
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.reply(enquiry=enquiry, by=robin, note="We look into it.")
    assert at_hand(bar_of(signed_in(client, robin), enquiry))[0] == "Accept"


def test_a_question_says_when_it_was_asked_and_when_it_is_asked_again(client, robin):
    enquiry = asked(robin, DAY)
    of = the_clocks()
    again = of.now.astimezone(of.calendar.zone).date() + 6 * DAY
    for html in both(signed_in(client, robin), enquiry):
        assert f"Asked yesterday, ask again on {again.day} {again:%B}</strong>" in html


def test_a_week_later_it_says_so_and_that_the_sender_was_reminded(client, robin):
    enquiry, staff = asked(robin, 7 * DAY), signed_in(client, robin)
    assert ": ask again</strong>" in staff.get(LIST).content.decode()
    add_line(Event.Kind.REMINDED, enquiry=enquiry, at=timezone.now())
    assert ", reminded today: ring</strong>" in staff.get(LIST).content.decode()


def test_from_that_day_on_it_stands_above_what_is_routine_and_not_before(robin):
    soon, due = asked(robin, 6 * DAY), asked(robin, 7 * DAY)
    new = submitted(referral(urgency="routine"))
    found = Enquiry.objects.order_by(*next_first(the_clocks()))
    assert [one.pk for one in found] == [due.pk, new.pk, soon.pk]


def test_a_second_question_begins_the_week_anew(robin):
    enquiry = asked(robin, 9 * DAY)
    add_line(Event.Kind.ASKED, enquiry=enquiry, at=timezone.now())
    new = submitted(referral(urgency="routine"))
    found = Enquiry.objects.order_by(*next_first(the_clocks()))
    assert [one.pk for one in found] == [new.pk, enquiry.pk]
