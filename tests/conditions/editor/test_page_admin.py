"""The admin around a draft: preview, publish, schedule, history, compare, revert, redact."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from conditions.editor.panels import LISTED_AT_MOST
from conditions.models import Page, Publication
from conditions.publishing import verbs
from tests.makers import add_block, make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
PUBLISHER = ["view_page", "change_page", "view_publication", "publish_page"]


def with_rights(client, *names, username="robin"):
    user = make_user(*[f"conditions.{name}" for name in names], username=username)
    return signed_in(client, user)


@pytest.fixture
def publisher(client):
    return with_rights(client, *PUBLISHER)


@pytest.fixture
def draft():
    return make_page(words="<p>Draft words.</p>")


def url(draft, action):
    return f"/admin/conditions/page/{draft.pk}/{action}/"


def seen(client, draft):
    html = client.get(url(draft, "preview")).content.decode()
    return re.search(r'name="seen" value="(\w+)"', html)[1]


def test_the_frame_shows_the_draft_through_the_public_template(publisher, draft):
    response = publisher.get(url(draft, "frame"))
    assert "Draft words." in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_what_was_previewed_is_published(publisher, draft, client):
    publisher.post(url(draft, "publish"), {"seen": seen(publisher, draft)})
    assert "Draft words." in client.get(draft.get_absolute_url()).content.decode()


def test_publishing_is_refused_when_the_draft_moved(publisher, draft):
    digest = seen(publisher, draft)
    add_block(draft, "step")
    html = publisher.post(url(draft, "publish"), {"seen": digest}, follow=True).content.decode()
    assert "changed since you looked" in html
    assert not Publication.objects.exists()


@pytest.mark.parametrize("form", [{}, {"seen": ""}, {"seen": "0" * 64}])
def test_a_button_of_no_preview_publishes_nothing(publisher, draft, form):
    html = publisher.post(url(draft, "publish"), form, follow=True).content.decode()
    assert "Look at it once more" in html
    assert not Publication.objects.exists()


def test_an_editor_is_refused_in_the_verb_and_sees_no_button(client, draft):
    editor = with_rights(client, "view_page", "change_page")
    assert "Publish now" not in editor.get(url(draft, "preview")).content.decode()
    digest = verbs.digest(verbs.snapshot(draft))
    assert editor.post(url(draft, "publish"), {"seen": digest}).status_code == 403
    assert not Publication.objects.exists()


def test_somebody_without_any_right_sees_no_draft(client, draft):
    stranger = with_rights(client, "view_source")
    for action in ["preview", "frame", "history", "compare"]:
        assert stranger.get(url(draft, action)).status_code == 403


@pytest.mark.parametrize("action", ["publish", "withdraw", "sign", "revert/1", "redact/1"])
def test_nothing_happens_on_a_mere_link(publisher, draft, action):
    assert publisher.get(url(draft, action)).status_code == 403


def test_history_names_who_and_when_and_compares(publisher, draft):
    first = verbs.publish(page=draft, by=make_user(is_superuser=True, username="sam"))
    draft.conditions_prose_set.update(html="<p>Changed words.</p>")
    html = publisher.get(url(draft, "history")).content.decode()
    assert '<td data-label="By:">sam</td>' in html
    assert "The public reads this" in html
    html = publisher.get(url(draft, "compare"), {"old": first.pk, "new": "draft"}).content.decode()
    assert "<del>Draft</del>" in html
    assert "<ins>Changed</ins>" in html


@pytest.mark.parametrize("old", ["", "x", "²", "999"])
def test_comparing_with_a_strange_version_is_no_500(publisher, draft, old):
    assert publisher.get(url(draft, "compare"), {"old": old}).status_code in {200, 404}


def test_an_old_version_goes_to_the_draft_first(publisher, draft, client):
    first = verbs.publish_starter(page=draft)
    draft.conditions_prose_set.update(html="<p>New words.</p>")
    verbs.publish_starter(page=draft)
    publisher.post(url(draft, f"revert/{first.pk}"))
    assert "New words." in client.get(draft.get_absolute_url()).content.decode()
    publisher.post(url(draft, "publish"), {"seen": seen(publisher, draft)})
    assert "Draft words." in client.get(draft.get_absolute_url()).content.decode()


def test_a_draft_that_was_never_published_is_not_lost_without_asking(publisher, draft):
    first = verbs.publish_starter(page=draft)
    draft.conditions_prose_set.update(html="<p>An hour of work.</p>")
    html = publisher.post(url(draft, f"revert/{first.pk}")).content.decode()
    assert "has changes that were never published" in html
    assert "An hour of work." in str(verbs.snapshot(draft))
    publisher.post(url(draft, f"revert/{first.pk}"), {"confirmed": "1"})
    assert "An hour of work." not in str(verbs.snapshot(draft))


def test_a_version_of_another_page_cannot_be_reverted_to(publisher, draft):
    other = verbs.publish_starter(page=make_page(slug="other"))
    assert publisher.post(url(draft, f"revert/{other.pk}")).status_code == 404


def test_two_editors_do_not_overwrite_each_other(client, draft):
    admin = signed_in(client, make_user(is_superuser=True))
    html = admin.get(url(draft, "change")).content.decode()
    form = dict(re.findall(r'name="([\w-]*(?:_FORMS|opened_version))" value="(\d+)"', html))
    Page.objects.filter(pk=draft.pk).update(version=7, saved_by=make_user(username="pat"))
    words = {"title": "Mine", "lead": "A. B.", "section": "conditions", "slug": "sample-page"}
    response = admin.post(url(draft, "change"), {**form, **words, "menu_title": "M", "ordering": 0})
    html = response.content.decode()
    assert "pat saved this page after you opened it" in html
    assert 'value="Mine"' in html
    assert Page.objects.get().title == "Sample page"


def test_a_slug_that_exists_gets_a_message(client, draft):
    admin = signed_in(client, make_user(is_superuser=True))
    html = admin.get("/admin/conditions/page/add/").content.decode()
    form = dict(re.findall(r'name="([\w-]+_FORMS)" value="(\d+)"', html))
    words = {"title": "T", "lead": "A. B.", "section": "conditions", "slug": "sample-page"}
    data = {**form, **words, "menu_title": "M", "ordering": 0}
    html = admin.post("/admin/conditions/page/add/", data).content.decode()
    assert "Another page has this address already." in html


def test_a_published_page_cannot_be_deleted_in_the_admin(client, draft):
    verbs.publish_starter(page=draft)
    admin = signed_in(client, make_user(is_superuser=True))
    assert admin.post(url(draft, "delete"), {"post": "yes"}).status_code == 403
    assert Page.objects.exists()


def test_a_session_that_ended_is_noticed_before_saving(client):
    assert client.get("/admin/account/session/").status_code == 401
    user = make_user()
    answer = signed_in(client, user).get("/admin/account/session/").json()
    assert answer["signed_in"] is True
    assert answer["csrf"]
    assert answer["person"] == str(user.pk)  # the page saves nothing in somebody else's name


def test_the_front_page_lists_what_a_clinician_has_to_read(client, draft):
    verbs.publish_starter(page=draft)
    clinician = with_rights(client, "view_page", "sign_review")
    assert "nobody has signed it" in clinician.get("/admin/").content.decode()
    clinician.post(url(draft, "sign"), {"seen": seen(clinician, draft), "sure": "on"})
    assert "Every published page is signed." in clinician.get("/admin/").content.decode()


def test_many_pages_to_read_are_folded_away(client, draft):
    """So that the front page of a new site begins with what is urgent, not with 22 lines."""
    for number in range(LISTED_AT_MOST):
        verbs.publish_starter(page=make_page(slug=f"page-{number}"))
    reader = with_rights(client, "view_page")
    assert "wait for a clinician" not in reader.get("/admin/").content.decode()
    verbs.publish_starter(page=draft)
    html = reader.get("/admin/").content.decode()
    assert f"<strong>{LISTED_AT_MOST + 1} pages</strong> wait for a clinician" in html
    assert html.count("nobody has signed it") == LISTED_AT_MOST + 1


def test_history_of_many_versions_stays_on_pages(publisher, draft):
    now = timezone.now()
    versions = [
        Publication(
            page=draft,
            section="conditions",
            slug="sample-page",
            menu_title="S",
            ordering=0,
            payload={"format": 1},
            sha256="0" * 64,
            origin="starter",
            published_at=now,
            live_from=now + timedelta(seconds=n),
        )
        for n in range(120)
    ]
    Publication.objects.bulk_create(versions)
    html = publisher.get(url(draft, "history")).content.decode()
    assert html.count("Make it the draft") <= 50
    assert "Page 1 of 3" in html
