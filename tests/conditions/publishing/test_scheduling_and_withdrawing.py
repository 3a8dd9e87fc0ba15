"""Live is a question of time; withdrawing and moving leave an honest address behind."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from conditions.models import Page, Publication
from conditions.publishing import verbs
from tests.makers import make_page, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return make_user("conditions.publish_page")


def words_at(client, page, moment):
    with time_machine.travel(moment, tick=False):
        response = client.get(page.get_absolute_url())
        return response.content.decode() if response.status_code == 200 else response.status_code


def rewrite(page, words):
    page.conditions_prose_set.update(html=f"<p>{words}</p>")


def test_a_schedule_goes_live_by_itself(client, robin):
    page, now = make_page(words="<p>Later words.</p>"), timezone.now()
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    assert words_at(client, page, now) == 404
    assert "Later words." in words_at(client, page, now + timedelta(hours=2))


def test_until_then_the_old_words_are_read(client, robin):
    page, now = make_page(words="<p>Old words.</p>"), timezone.now()
    verbs.publish(page=page, by=robin)
    rewrite(page, "Later words.")
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    assert "Old words." in words_at(client, page, now + timedelta(minutes=5))
    assert "Later words." in words_at(client, page, now + timedelta(hours=2))


def test_a_later_decision_supersedes_a_schedule(client, robin):
    page, now = make_page(words="<p>Scheduled words.</p>"), timezone.now()
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    rewrite(page, "Newest decision.")
    verbs.publish(page=page, by=robin)
    assert "Newest decision." in words_at(client, page, now + timedelta(hours=2))


def test_a_schedule_in_the_past_is_refused(robin):
    past = timezone.now() - timedelta(minutes=1)
    with pytest.raises(verbs.CannotPublish, match="has passed"):
        verbs.publish(page=make_page(), by=robin, live_from=past)
    assert not Publication.objects.exists()


def test_a_withdrawn_page_says_that_it_is_gone(client, robin):
    page = make_page()
    verbs.publish(page=page, by=robin)
    verbs.withdraw(page=page, by=robin)
    response = client.get(page.get_absolute_url())
    assert response.status_code == 410
    assert "(02) 5550 1234" in response.content.decode()
    assert "Sample page" not in client.get("/conditions/").content.decode()


def test_a_withdrawn_page_can_come_back(client, robin):
    page = make_page()
    verbs.publish(page=page, by=robin)
    verbs.withdraw(page=page, by=robin)
    verbs.publish(page=page, by=robin)
    assert client.get(page.get_absolute_url()).status_code == 200


def test_the_address_of_a_withdrawn_page_is_free_for_another(client, robin):
    page = make_page()
    verbs.publish(page=page, by=robin)
    verbs.withdraw(page=page, by=robin)
    Page.objects.filter(pk=page.pk).update(slug="put-away")
    verbs.publish(page=make_page(words="<p>The new page.</p>"), by=robin)
    assert "The new page." in client.get("/conditions/sample-page/").content.decode()


def test_what_is_not_public_cannot_be_withdrawn(robin):
    with pytest.raises(verbs.CannotPublish, match="not public"):
        verbs.withdraw(page=make_page(), by=robin)


def test_an_editor_may_not_withdraw(robin):
    page = make_page()
    verbs.publish(page=page, by=robin)
    with pytest.raises(PermissionDenied):
        verbs.withdraw(page=page, by=make_user("conditions.change_page", username="pat"))


def test_a_new_address_is_led_to_from_the_old_one(client, robin):
    page = make_page()
    verbs.publish(page=page, by=robin)
    Page.objects.filter(pk=page.pk).update(slug="better")
    assert (
        client.get("/conditions/sample-page/").status_code == 200
    )  # the draft alone moves nothing
    page.refresh_from_db()
    verbs.publish(page=page, by=robin)
    response = client.get("/conditions/sample-page/")
    assert response.status_code == 301
    assert response["Location"] == "/conditions/better/"


def test_a_version_that_waits_can_be_cancelled(client, robin):
    page, now = make_page(words="<p>Old words.</p>"), timezone.now()
    verbs.publish(page=page, by=robin)
    rewrite(page, "Later words.")
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    assert Publication.objects.waiting().exists()
    verbs.cancel_schedule(page=page, by=robin)
    assert not Publication.objects.waiting().exists()
    assert "Old words." in words_at(client, page, now + timedelta(hours=2))


def test_a_move_that_waits_and_is_cancelled_never_happens(client, robin):
    page, now = make_page(), timezone.now()
    verbs.publish(page=page, by=robin)
    Page.objects.filter(pk=page.pk).update(slug="better", menu_title="Better")
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    row = verbs.cancel_schedule(page=page, by=robin)
    assert (row.get_absolute_url(), row.menu_title) == ("/conditions/sample-page/", "Sample")
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert client.get("/conditions/sample-page/").status_code == 200
        assert client.get("/conditions/better/").status_code != 200


def test_a_version_that_waits_for_a_page_that_was_never_public_can_be_cancelled(client, robin):
    page, now = make_page(), timezone.now()
    verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    verbs.cancel_schedule(page=page, by=robin)
    assert words_at(client, page, now + timedelta(hours=2)) == 410


def test_a_schedule_that_was_overtaken_no_longer_waits(robin):
    page, now = make_page(), timezone.now()
    scheduled = verbs.publish(page=page, by=robin, live_from=now + timedelta(hours=1))
    verbs.publish(page=page, by=robin)
    assert not Publication.objects.waiting().exists()
    assert Publication.objects.with_fate().get(pk=scheduled.pk).was_replaced


def test_nothing_that_waits_cannot_be_cancelled(robin):
    other = make_page(slug="other")
    verbs.publish(page=other, by=robin, live_from=timezone.now() + timedelta(hours=1))
    with pytest.raises(verbs.CannotPublish, match="Nothing is scheduled"):
        verbs.cancel_schedule(page=make_page(), by=robin)


def test_an_editor_may_not_cancel(robin):
    page = make_page()
    verbs.publish(page=page, by=robin, live_from=timezone.now() + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        verbs.cancel_schedule(page=page, by=make_user("conditions.change_page", username="pat"))


def test_each_decision_is_of_the_moment_it_was_made(robin):
    page, now = make_page(), timezone.now() - timedelta(days=3)
    hour = timedelta(hours=1)
    verbs.publish(page=page, by=robin, at=now)
    verbs.publish(page=page, by=robin, live_from=now + 9 * hour, at=now + hour)
    verbs.cancel_schedule(page=page, by=robin, at=now + 2 * hour)
    verbs.withdraw(page=page, by=robin, at=now + 3 * hour)
    times = Publication.objects.order_by("pk").values_list("published_at", "live_from")
    assert list(times) == [
        (now, now),
        (now + hour, now + 9 * hour),
        (now + 2 * hour, now + 2 * hour),
        (now + 3 * hour, now + 3 * hour),
    ]


def test_the_home_page_cannot_be_withdrawn(robin):
    home = make_page(section="site", slug="home", stage=None)
    verbs.publish(page=home, by=robin)
    with pytest.raises(verbs.CannotPublish, match="home page"):
        verbs.withdraw(page=home, by=robin)
