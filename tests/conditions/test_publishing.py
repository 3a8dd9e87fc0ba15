"""What the public reads is exactly what a named person published."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from conditions import publishing
from conditions.models import Page, Publication
from tests.makers import add_care_card, add_step, make_page, make_user

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_public(client):
    page = make_page()
    assert client.get(page.get_absolute_url()).status_code == 404


def test_publishing_makes_the_draft_public(client):
    page = make_page(words="<p>Hello from the draft.</p>")
    publishing.publish(page=page, by=make_user("conditions.publish_page"))
    assert "Hello from the draft." in client.get(page.get_absolute_url()).content.decode()


def test_editing_after_publishing_changes_nothing_public(client):
    page = make_page()
    publishing.publish(page=page, by=make_user("conditions.publish_page"))
    before = client.get(page.get_absolute_url()).content
    Page.objects.filter(pk=page.pk).update(title="Changed since")
    page.conditions_prose_set.update(html="<p>Changed since.</p>")
    assert client.get(page.get_absolute_url()).content == before


def test_a_publication_names_its_person():
    robin = make_user("conditions.publish_page")
    publication = publishing.publish(page=make_page(), by=robin)
    assert publication.published_by == robin
    assert publication.sha256 == publishing.digest(publication.payload)


def test_staff_without_the_permission_may_not_publish():
    with pytest.raises(PermissionDenied):
        publishing.publish(page=make_page(), by=make_user("conditions.change_page"))
    assert not Publication.objects.exists()


def test_an_empty_page_is_refused():
    with pytest.raises(publishing.CannotPublish, match="empty"):
        publishing.publish(page=make_page(words=""), by=None)


def test_a_failure_midway_publishes_nothing():
    page = make_page()
    with mock.patch.object(publishing, "search_text", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            publishing.publish(page=page, by=None)
    assert not Publication.objects.exists()


def test_a_later_publication_replaces_an_earlier_one(client):
    page = make_page(words="<p>Old words.</p>")
    publishing.publish(page=page, by=None)
    page.conditions_prose_set.update(html="<p>New words.</p>")
    publishing.publish(page=page, by=None)
    html = client.get(page.get_absolute_url()).content.decode()
    assert "New words." in html
    assert "Old words." not in html


def test_equal_drafts_have_equal_digests():
    page = make_page()
    add_care_card(page)
    assert publishing.digest(publishing.snapshot(page)) == publishing.digest(
        publishing.snapshot(Page.objects.get(pk=page.pk))
    )


def test_a_snapshot_is_sanitised_even_when_a_row_was_written_past_the_form():
    page = make_page(words='<p onclick="x()">Hi<script>alert(1)</script></p>')
    assert publishing.snapshot(page)["blocks"] == [{"kind": "prose", "html": "<p>Hi</p>"}]


def test_blocks_keep_their_order_across_kinds():
    page = make_page()
    add_step(page, "Second", ordering=30)
    add_care_card(page, ordering=20)
    kinds = [block["kind"] for block in publishing.snapshot(page)["blocks"]]
    assert kinds == ["prose", "care_card", "step"]


def test_a_publication_without_a_person_must_be_starter_content():
    publication = publishing.publish(page=make_page(), by=None)
    publication.pk = None
    publication._state.adding = True
    publication.origin = "staff"
    with pytest.raises(IntegrityError, match="publication_names_its_person"):
        publication.save()
