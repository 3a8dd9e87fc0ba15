"""The list of the inbox is narrowed to days and to a state, by addresses that name nobody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from referrals.models import Enquiry
from tests.environment import CLINIC_ZONE
from tests.makers import make_clinic, make_user, message, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"


@pytest.fixture(autouse=True)
def clinics_time():
    make_clinic()
    with timezone.override(CLINIC_ZONE):
        yield


@pytest.fixture
def reader(client):
    return signed_in(client, make_user("referrals.view_enquiry"))


def came(*moment):
    return submitted(message(), at=datetime(*moment, tzinfo=ZoneInfo(CLINIC_ZONE)))


def shown(reader, **asked):
    page = reader.get(INBOX, asked)
    assert page.status_code == 200
    return {row.reference for row in page.context["cl"].result_list}


def test_from_the_first_day_to_the_last_both_taken_in(reader):
    before, first = came(2026, 10, 4, 23, 59), came(2026, 10, 5, 0, 0)
    last, after = came(2026, 10, 7, 23, 59), came(2026, 10, 8, 0, 0)
    both = {first.reference, last.reference}
    assert shown(reader, since="5/10/2026", until="7 Oct 2026", show="all") == both
    assert shown(reader, since="2026-10-05") == both | {after.reference}
    assert shown(reader, until="7/10/2026") == both | {before.reference}


@pytest.mark.parametrize("day", ["soon", "31/2/2026", "<script>alert(1)</script>", "9" * 500, "'"])
def test_a_day_that_is_none_is_told_and_hides_nothing(reader, day):
    sent = came(2026, 10, 5)
    page = reader.get(INBOX, {"since": day})
    assert sent.reference in {row.reference for row in page.context["cl"].result_list}
    assert "We cannot read that day" in words_of(page.content.decode())
    assert "<script>alert(1)" not in page.content.decode()


@pytest.mark.parametrize("day", ["1/1/0001", "31/12/9999"])
def test_the_first_and_the_last_day_of_all_break_nothing(reader, day):
    came(2026, 10, 5)
    shown(reader, since=day)
    shown(reader, until=day)


def test_one_state_is_found_in_whatever_part_it_stands(reader):
    sent, filed = came(2026, 10, 5), came(2026, 10, 6)
    now = timezone.now()
    Enquiry.objects.filter(pk=filed.pk).update(
        status="filed", opened_at=now, filed_at=now + timedelta(hours=1), outcome="answered"
    )
    page = reader.get(INBOX).content.decode()
    assert "?state=filed&amp;show=all" in page or "?show=all&amp;state=filed" in page
    assert shown(reader, state="filed", show="all") == {filed.reference}
    assert shown(reader, state="nonsense", show="all") == {sent.reference, filed.reference}


def test_who_may_not_read_the_inbox_filters_nothing(client):
    stranger = signed_in(client, make_user("conditions.view_page"))
    assert stranger.get(INBOX, {"since": "1/1/2026"}).status_code == 403
