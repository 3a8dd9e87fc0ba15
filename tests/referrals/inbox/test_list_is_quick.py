"""However much came in: the list asks the database the same few times, by an index."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.inbox.clocks import the_clocks, to_do
from referrals.models import Enquiry
from tests.makers import make_clinic, make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
AT_MOST = 12  # beside those of the session and of the log


@pytest.fixture
def staff(client):
    make_clinic()
    return signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))


def queries(staff, address=INBOX):
    with CaptureQueriesContext(connection, ) as seen:
        assert staff.get(address).status_code == 200
    return [one["sql"] for one in seen]


def test_the_number_of_queries_does_not_grow_with_the_lines(staff):
    for _ in range(2):
        submitted(referral())
        submitted(message())
    staff.get(INBOX)
    few = queries(staff)
    for _ in range(8):
        submitted(referral())
        submitted(message())
    staff.get(INBOX)
    many = queries(staff)
    assert len(many) == len(few), "\n".join(many)
    print(len(many)); print("\n".join(q[:230] for q in many))
