"""One enquiry: however often the patient was referred, its page asks the database 20 times."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.models import AccessLog
from tests.makers import make_clinic, make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
AT_MOST = 21
MAY = ["referrals.view_enquiry", "referrals.change_enquiry", "referrals.view_accesslog"]


def queries(staff, enquiry):
    with CaptureQueriesContext(connection) as seen:
        assert staff.get(enquiry.get_admin_url()).status_code == 200
    return [one["sql"] for one in seen]


def came(*, days_ago, **facts):
    return submitted(referral(**facts), at=timezone.now() - timedelta(days=days_ago))


@pytest.fixture
def staff(client):
    make_clinic()
    return signed_in(client, make_user(*MAY))


def test_forty_earlier_referrals_cost_no_more_queries_than_two(staff):
    enquiry = came(days_ago=0)
    came(days_ago=10)  # perhaps the same once more
    came(days_ago=400)
    enquiry.opened_at, enquiry.status = enquiry.received_at, "opened"
    enquiry.save()
    few = queries(staff, enquiry)
    for number in range(40):
        came(days_ago=20 * number + 5)
    many = queries(staff, enquiry)
    assert len(few) == len(many) <= AT_MOST, "\n".join(many)


def test_what_the_page_names_stands_in_the_log_before_it_is_drawn(staff):
    enquiry, twin = came(days_ago=0), came(days_ago=10)
    enquiry.opened_at, enquiry.status = enquiry.received_at, "opened"
    enquiry.save()
    assert staff.get(enquiry.get_admin_url()).status_code == 200
    noted = set(AccessLog.objects.values_list("reference", "action"))
    assert {(enquiry.reference, "view"), (twin.reference, "search")} <= noted
