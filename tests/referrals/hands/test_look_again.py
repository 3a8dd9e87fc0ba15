"""On a day, or when somebody asks for a look, an enquiry stands on top again."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from referrals.hands.verbs import call_for_look, mark_unread, remind
from referrals.models import Enquiry
from referrals.workflow.verbs import CannotMove
from tests.makers import make_clinic, make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
PERTH = ZoneInfo("Australia/Perth")
MONDAY = datetime(2027, 3, 22, 10, tzinfo=PERTH)
TOMORROW = date(2027, 3, 23)


@pytest.fixture(autouse=True)
def _a_monday_in_perth():
    make_clinic(time_zone="Australia/Perth")
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def staff(client, robin):
    return signed_in(client, robin)


def opened(**columns):
    enquiry = submitted(referral(urgency="routine"), at=timezone.now())
    columns = {"status": "opened", "opened_at": timezone.now(), **columns}
    Enquiry.objects.filter(pk=enquiry.pk).update(**columns)
    return Enquiry.objects.get(pk=enquiry.pk)


def references(staff, query=""):
    html = staff.get(f"{INBOX}{query}").content.decode()
    return re.findall(r'inbox-reference">(SIJ-\w+)<', html)


def test_on_its_day_and_not_before_it_stands_on_top_until_it_is_cleared(staff, robin, client):
    older, accepted = opened(), opened(status="accepted")
    remind(enquiry=accepted, on=TOMORROW, by=robin)
    assert references(staff) == [older.reference]
    with time_machine.travel(MONDAY + timedelta(hours=14, minutes=1), tick=False):
        signed_in(client, robin)
        assert references(staff) == [accepted.reference, older.reference]
        assert "Look again today" in staff.get(INBOX).content.decode()
        assert "1 to look at again today" in staff.get("/admin/").content.decode()
        remind(enquiry=accepted, on=None, by=robin)
        assert references(staff) == [older.reference]
    notes = accepted.events.filter(kind="remind").values_list("note", flat=True)
    assert list(notes) == ["Look again on 23 March 2027.", "No reminder any more."]


@pytest.mark.parametrize("day", ["2027-03-21", "2029-01-01", "soon", "", "2027-02-30"])
def test_a_day_that_cannot_be_is_refused_beside_its_field(staff, day):
    enquiry = opened()
    response = staff.post(f"{INBOX}{enquiry.pk}/hands/", {"what": "remind", "on": day})
    assert response.status_code == 409
    html = response.content.decode()
    assert "Nothing was changed" in html
    assert f'value="{day}"' in html
    assert Enquiry.objects.get(pk=enquiry.pk).remind_on is None


def test_what_is_filed_is_ended_and_reminds_of_nothing(staff, robin):
    enquiry = opened()
    remind(enquiry=enquiry, on=MONDAY.date(), by=robin)
    columns = {"status": "filed", "filed_at": MONDAY, "outcome": "booked"}
    Enquiry.objects.filter(pk=enquiry.pk).update(**columns)
    assert references(staff) == []
    enquiry.refresh_from_db()
    with pytest.raises(CannotMove, match="It is filed"):
        remind(enquiry=enquiry, on=TOMORROW, by=robin)


def test_marked_as_unread_it_stands_above_routine_until_somebody_opens_it(staff, robin):
    first = opened(received_at=timezone.now() - timedelta(minutes=1))
    again = opened()
    response = staff.post(f"{INBOX}{again.pk}/hands/", {"what": "unread"})
    assert response["Location"] == INBOX
    assert references(staff) == [again.reference, first.reference]
    assert "Unread" in staff.get(INBOX).content.decode().split("<tbody")[1]
    staff.get(again.get_admin_url())
    assert references(staff) == [first.reference, again.reference]
    assert "Unread" not in staff.get(INBOX).content.decode().split("<tbody")[1]


def test_a_link_from_elsewhere_leaves_it_unread(staff, robin):
    enquiry = opened()
    mark_unread(enquiry=enquiry, by=robin)
    staff.get(enquiry.get_admin_url(), HTTP_SEC_FETCH_SITE="cross-site")
    assert Enquiry.objects.get(pk=enquiry.pk).needs_look


def test_an_answer_to_what_is_filed_stands_in_to_do(staff):
    columns = {"status": "filed", "filed_at": MONDAY, "outcome": "booked"}
    enquiry = opened(**columns)
    call_for_look(enquiry=enquiry)
    assert references(staff) == [enquiry.reference]
    assert "1 unread again" in staff.get("/admin/").content.decode()


def test_spam_is_not_marked_as_unread(robin):
    enquiry = opened(status="spam")
    with pytest.raises(CannotMove, match="Not spam"):
        mark_unread(enquiry=enquiry, by=robin)


@pytest.mark.parametrize("verb", [mark_unread, remind])
def test_who_may_only_read_changes_nothing(verb):
    reader = make_user("referrals.view_enquiry", username="reader")
    more = {"on": TOMORROW} if verb is remind else {}
    with pytest.raises(PermissionDenied):
        verb(enquiry=opened(), by=reader, **more)
