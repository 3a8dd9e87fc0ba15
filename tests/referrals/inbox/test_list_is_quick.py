"""However much came in: the list asks the database the same twelve times, and reads few rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.admin import EnquiryAdmin
from referrals.inbox import lists
from referrals.models import Enquiry
from tests.makers import make_clinic, make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
AT_MOST = 12  # with those of the session, of the rights and of the log


def fill(*, keeper, doctor):
    for _ in range(4):
        submitted(referral(for_clinician=doctor))
        submitted(message())
    Enquiry.objects.update(assigned_to=keeper, opened_at=None)


def queries(staff, address):
    staff.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert staff.get(address).status_code == 200
    return [one["sql"] for one in seen]


@pytest.mark.parametrize(("part", "most"), [("", AT_MOST), ("?show=all", AT_MOST + 1)])
def test_twelve_queries_draw_the_list_however_long_it_is(client, part, most):
    clinic = make_clinic()
    doctor = clinic.clinicians.create(name="Dr Ash Sample", role="Surgeon")
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    staff = signed_in(client, robin)
    fill(keeper=robin, doctor=doctor)
    few = queries(staff, INBOX + part)
    fill(keeper=robin, doctor=doctor)
    many = queries(staff, INBOX + part)
    assert len(few) == len(many) <= most, "\n".join(many)


def test_all_that_ever_came_is_counted_as_far_as_anybody_turns_pages(client, monkeypatch):
    monkeypatch.setattr(lists, "LISTED_AT_MOST", 3)
    monkeypatch.setattr(EnquiryAdmin, "list_per_page", 2)
    make_clinic()
    staff = signed_in(client, make_user("referrals.view_enquiry"))
    for _ in range(3):
        submitted(message())
    assert '<h1 class="inbox-sentence">3 in all' in staff.get(f"{INBOX}?show=all").text
    submitted(message())
    last = staff.get(f"{INBOX}?show=all&p=2")
    assert "More than 3 in all" in last.text
    assert len(last.context["cl"].result_list) == 1
