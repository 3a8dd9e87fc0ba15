"""However much came in: the list asks the database the same twelve times."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def queries(staff):
    with CaptureQueriesContext(connection) as seen:
        assert staff.get(INBOX).status_code == 200
    return [one["sql"] for one in seen]


def test_twelve_queries_draw_the_list_however_long_it_is(client):
    clinic = make_clinic()
    doctor = clinic.clinicians.create(name="Dr Ash Sample", role="Surgeon")
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    staff = signed_in(client, robin)
    fill(keeper=robin, doctor=doctor)
    staff.get(INBOX)
    few = queries(staff)
    fill(keeper=robin, doctor=doctor)
    staff.get(INBOX)
    many = queries(staff)
    assert len(few) == len(many) <= AT_MOST, "\n".join(many)
