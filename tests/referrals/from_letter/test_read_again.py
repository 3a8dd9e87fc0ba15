"""A letter that a busy machine had no time for is read again with the next press of its form."""

from unittest import mock

import pytest

from referrals.from_letter import held
from referrals.from_letter.held import MOST_TRIES
from referrals.inspecting import bounded
from referrals.models import Attachment, Referral
from tests.makers import PATIENT, aged_form_key, quick_post, sample_letter, words_of
from tests.referrals.from_letter.conftest import saying
from tests.referrals.from_letter.test_first_press import shown

pytestmark = pytest.mark.django_db
BUSY = saying({}, state="not_in_time")


@pytest.fixture
def reading(monkeypatch):
    """Stands for the child: `side_effect` is what it says, one try after the other."""
    child = mock.Mock(side_effect=[BUSY] * 9)
    monkeypatch.setattr(held, "read_letter", child)
    return child


def pressed(client, key, **changes):
    """The form with its letter, as at first; later with the letter that we keep."""
    kept = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    letter = {"kept": kept, "letter": ""} if kept else {"letter": sample_letter()}
    fields = {"form_key": key, "mode": "quick", "urgency": "routine"}
    return client.post("/refer/", {**fields, **letter, **changes})


def test_the_next_press_reads_it_and_fills_the_form(client, reading):
    reading.side_effect = [BUSY, saying()]
    key = aged_form_key()
    first = words_of(pressed(client, key).content.decode())
    assert "could not read its words in time" in first
    assert "We try again with your next press" in first
    again = pressed(client, key).content.decode()
    assert shown(again)["patient_family_name"] == PATIENT
    assert "in time" not in words_of(again)


def test_a_script_that_asks_again_is_answered_with_what_it_says(client, reading):
    reading.side_effect = [BUSY, saying()]
    key = aged_form_key()
    pressed(client, key)
    fields = {"form_key": key, "mode": "quick", "recheck": "1"}
    kept = [str(Attachment.objects.get().pk)]
    page = client.post("/refer/letter/", {**fields, "kept": kept}).content.decode()
    assert f'data-field="patient_family_name" data-value="{PATIENT}"' in page


def test_after_two_further_tries_it_is_left_to_the_sender(client, reading):
    key = aged_form_key()
    for _ in range(MOST_TRIES + 2):
        page = words_of(pressed(client, key).content.decode())
    assert reading.call_count == MOST_TRIES == 3
    assert "could not read its words in time" in page
    assert "We try again" not in page


@pytest.mark.parametrize("state", ["scan", "unreadable", "too_long"])
def test_what_would_end_the_same_way_is_not_read_again(client, reading, state):
    reading.side_effect = [saying({}, state=state)] * 9
    key = aged_form_key()
    pressed(client, key)
    page = words_of(pressed(client, key).content.decode())
    assert reading.call_count == 1
    assert "in time" not in page


def test_a_letter_for_which_no_time_is_left_stops_nobody(client, reading):
    assert client.post("/refer/", quick_post()).status_code == 302
    assert Referral.objects.get().attachments.count() == 1


def test_a_warning_that_the_second_try_finds_is_asked_about(client, reading):
    reading.side_effect = [BUSY, saying(flags={"cancer": "known breast cancer"})]
    key = aged_form_key()
    pressed(client, key)
    kept = [str(Attachment.objects.get().pk)]
    page = client.post("/refer/", quick_post(form_key=key, kept=kept, letter=[""]))
    assert page.status_code == 422
    assert "known breast cancer" in page.content.decode()


def test_a_busy_machine_is_told_apart_from_a_long_letter():
    with pytest.raises(bounded.ClockRanOut):
        ended_by("import time; time.sleep(60)", wall_seconds=1)
    with pytest.raises(bounded.TookTooLong) as ended:
        ended_by("while True: pass", wall_seconds=60)
    assert ended.type is bounded.TookTooLong


def ended_by(code, *, wall_seconds):
    memory = 200 * 1024 * 1024
    bounds = {"data": b"", "cpu_seconds": 1, "wall_seconds": wall_seconds, "memory": memory}
    bounded.run("timeit", "-n1", "-r1", code, **bounds)
