"""What is accepted and not booked comes up in the inbox again, after as many days as staff say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.inbox.clocks import late, next_first, the_clocks, time_left
from referrals.inbox.enquiry_page import next_to_do
from referrals.models import Enquiry, InboxLimits
from referrals.workflow import verbs
from tests.makers import make_clinic, make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"
LIST = "/admin/referrals/enquiry/"
LONG_AGO, LATELY = timedelta(days=30), timedelta(hours=1)


@pytest.fixture(autouse=True)
def clinic():
    return make_clinic()


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


def accepted(robin, ago):
    then = timezone.now() - ago
    enquiry = submitted(referral(urgency="routine"), at=then)
    verbs.open_(enquiry=enquiry, by=robin, at=then)
    return verbs.accept(enquiry=enquiry, by=robin, at=then)


def listed(client, show=""):
    return client.get(LIST + show).content.decode()


def test_it_stands_among_what_is_to_be_done_until_it_is_booked(client, robin):
    enquiry, staff = accepted(robin, LONG_AGO), signed_in(client, robin)
    html = listed(staff)
    assert enquiry.reference in html
    assert "Book it now: late since" in html
    assert "1 to do." in html
    verbs.file(enquiry=enquiry, outcome=Enquiry.Outcome.BOOKED, by=robin)
    assert enquiry.reference not in listed(staff)


def test_before_that_it_says_until_when_among_what_is_to_be_booked(client, robin):
    enquiry, staff = accepted(robin, LATELY), signed_in(client, robin)
    assert enquiry.reference not in listed(staff)
    assert "Book by " in listed(staff, "?show=tobook")
    assert "1 to be booked</h1>" in listed(staff, "?show=tobook")


def test_the_tab_and_the_front_page_count_them_from_the_first_day(client, robin):
    for ago in (LATELY, LONG_AGO):
        accepted(robin, ago)
    staff = signed_in(client, robin)
    assert ">To book (2)</a>" in listed(staff)
    front = staff.get("/admin/").content.decode()
    assert '<a href="/admin/referrals/enquiry/?show=tobook">2 to book</a>' in front


def test_the_one_that_came_first_is_booked_first(client, robin):
    newer, older = accepted(robin, LATELY), accepted(robin, timedelta(hours=9))
    html = listed(signed_in(client, robin), "?show=tobook")
    assert html.index(older.reference) < html.index(newer.reference)


def test_staff_choose_after_how_many_days(clinic, robin):
    enquiry = accepted(robin, timedelta(days=16))
    for days, is_late in [(5, True), (30, False)]:
        InboxLimits.objects.update_or_create(clinic=clinic, defaults={"book_days": days})
        assert time_left(enquiry, the_clocks()).is_late is is_late


def test_the_day_counts_from_the_last_accepting(robin):
    enquiry = accepted(robin, LONG_AGO)
    verbs.reopen(enquiry=enquiry, by=robin)
    assert not time_left(enquiry, the_clocks()).words.startswith("Book")
    verbs.accept(enquiry=enquiry, by=robin)
    enquiry.refresh_from_db()
    assert not time_left(enquiry, the_clocks()).is_late


def test_it_comes_after_all_that_is_not_decided_and_counts_as_no_late_decision(robin):
    waits = accepted(robin, LONG_AGO)
    new = submitted(referral(urgency="routine"))
    of = the_clocks()
    found = Enquiry.objects.order_by(*next_first(of))
    assert [one.pk for one in found] == [new.pk, waits.pk]
    assert not Enquiry.objects.filter(late(of), pk=waits.pk).exists()


def test_it_is_the_next_one_to_do_where_nothing_else_waits(robin):
    enquiry = accepted(robin, LONG_AGO)
    filed = submitted(referral())
    assert next_to_do(filed, reader=robin) == Enquiry.objects.get(pk=enquiry.pk)


def test_the_front_page_says_how_many_and_leads_to_them(client, robin):
    enquiry = accepted(robin, LONG_AGO)
    staff = signed_in(client, robin)
    assert "1 accepted and not booked in time" in staff.get("/admin/").content.decode()
    assert enquiry.reference in listed(staff, "?now=book")
