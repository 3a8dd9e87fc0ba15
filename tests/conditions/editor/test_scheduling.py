"""A schedule is typed and shown by the clock on the clinic's wall."""

from datetime import UTC, datetime

import pytest
import time_machine

from conditions.models import Publication
from conditions.publishing.verbs import digest, snapshot
from tests.makers import make_clinic, make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 31, 0, 0, tzinfo=UTC)
RIGHTS = ["view_page", "change_page", "view_publication", "publish_page"]


@pytest.fixture
def draft():
    return make_page()


@pytest.fixture(autouse=True)
def _in_the_morning_of_the_last_day_of_january():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def schedule(client, draft):
    """Type a time and press Schedule; the answer."""
    publisher = signed_in(client, make_user(*[f"conditions.{name}" for name in RIGHTS]))

    def press(typed):
        data = {"seen": digest(snapshot(draft)), "live_from": typed}
        return publisher.post(f"/admin/conditions/page/{draft.pk}/publish/", data, follow=True)

    return press


def when():
    return Publication.objects.get().live_from.isoformat()


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Australia/Perth", "2027-02-01T01:00:00+00:00"),
        ("Australia/Sydney", "2027-01-31T22:00:00+00:00"),
        ("America/New_York", "2027-02-01T14:00:00+00:00"),
    ],
)
def test_nine_oclock_is_nine_at_the_clinic_and_is_said_as_such(schedule, zone, utc):
    make_clinic(time_zone=zone)
    html = schedule("2027-02-01T09:00").text
    assert when() == utc
    assert "the public reads this from Monday 1 February 2027, 9 am" in html
    assert "A version is scheduled for Monday 1 February 2027, 9 am" in html
    assert f"Or from a later time ({zone})" in html


def test_the_list_and_the_history_say_the_same_time(schedule, client, draft):
    schedule("2027-02-01T09:00")
    pages = client.get("/admin/conditions/page/").text
    history = client.get(f"/admin/conditions/page/{draft.pk}/history/").text
    assert "scheduled for 1 Feb 2027, 9 am" in pages
    assert "Scheduled for 1 Feb 2027, 9 am" in history
    assert "31 Jan 2027, 8 am" in history  # when it was decided: midnight in Greenwich


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-04-04T02:30", "this time comes twice"),
        ("2027-10-03T02:30", "this time does not come at all"),
    ],
)
def test_an_hour_that_comes_twice_or_never_is_refused_beside_the_box(schedule, typed, said):
    make_clinic(time_zone="Australia/Sydney")
    answer = schedule(typed)
    assert answer.status_code == 422
    assert said in answer.text.partition('id="live-from-error"')[2].partition("</ul>")[0]
    assert f'value="{typed}" aria-invalid="true" aria-describedby="live-from-error"' in answer.text
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("typed", "utc"),
    [("2027-04-04T01:59", "2027-04-03T14:59"), ("2027-04-04T03:00", "2027-04-03T17:00")],
)
def test_the_hours_around_the_end_of_summer_time_are_taken(schedule, typed, utc):
    make_clinic(time_zone="Australia/Sydney")
    schedule(typed)
    assert when() == f"{utc}:00+00:00"


def test_perth_does_not_change_its_clocks(schedule):
    schedule("2027-04-04T02:30")
    assert when() == "2027-04-03T18:30:00+00:00"


@pytest.mark.parametrize("typed", ["", "tomorrow", "2027-02-31T08:00", "9999-99-99T99:99"])
def test_what_is_no_time_is_explained_and_comes_back(schedule, typed):
    answer = schedule(typed)
    assert answer.status_code == 422
    assert "Choose the day and time" in answer.text
    assert f'value="{typed}"' in answer.text
    assert not Publication.objects.exists()


def test_words_stay_in_a_box_that_can_show_them(schedule):
    assert '<input type="text" id="live-from"' in schedule("tomorrow").text
    assert '<input type="datetime-local" id="live-from"' in schedule("2027-01-01T08:00").text


def test_a_time_that_has_passed_is_refused(schedule):
    answer = schedule("2027-01-31T08:00")  # the minute that it is in Perth
    assert "This time has passed" in answer.text
    assert not Publication.objects.exists()


def test_a_day_first_is_understood_too(schedule):
    schedule("1/2/2027 9:00")
    assert when() == "2027-02-01T01:00:00+00:00"


def test_the_frames_of_the_draft_are_let_through_beside_a_refusal(schedule):
    assert "frame-src 'self'" in schedule("")["Content-Security-Policy"]


def test_enter_in_the_box_never_publishes_at_once(client, draft):
    publisher = signed_in(client, make_user(*[f"conditions.{name}" for name in RIGHTS]))
    html = publisher.get(f"/admin/conditions/page/{draft.pk}/preview/").text
    forms = [form for form in html.split("<form") if "Publish now" in form or "live_from" in form]
    assert len(forms) == 2  # the box stands in a form whose only button schedules
