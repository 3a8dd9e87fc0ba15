"""What the public reads is exactly what a named person published."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from conditions.models import Citation, Page, Publication
from conditions.publishing import reviewing, verbs
from tests.makers import (
    add_block,
    add_care_card,
    add_step,
    make_page,
    make_source,
    make_stage,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_public(client):
    page = make_page()
    assert client.get(page.get_absolute_url()).status_code == 404


def test_publishing_makes_the_draft_public(client):
    page = make_page(words="<p>Hello from the draft.</p>")
    verbs.publish(page=page, by=make_user("conditions.publish_page"))
    assert "Hello from the draft." in client.get(page.get_absolute_url()).content.decode()


def publisher():
    return make_user("conditions.publish_page")


def test_editing_after_publishing_changes_nothing_public(client):
    page = make_page()
    verbs.publish(page=page, by=make_user("conditions.publish_page"))
    before = client.get(page.get_absolute_url()).content
    Page.objects.filter(pk=page.pk).update(title="Changed since")
    page.conditions_prose_set.update(html="<p>Changed since.</p>")
    assert client.get(page.get_absolute_url()).content == before


def test_a_publication_names_its_person():
    robin = make_user("conditions.publish_page")
    publication = verbs.publish(page=make_page(), by=robin)
    assert publication.published_by == robin
    assert publication.sha256 == verbs.digest(publication.payload)


def test_a_publication_keeps_the_place_of_its_page():
    page = make_page(ordering=7, in_planner=True, stage=make_stage("treat"))
    row = verbs.publish_starter(page=page)
    assert row.get_absolute_url() == page.get_absolute_url()
    place = (row.menu_title, row.stage, row.ordering, row.in_planner)
    assert place == ("Sample", "treat", 7, True)


def test_a_publication_names_the_sources_of_its_page_in_their_order():
    page = make_page()
    for place, code in enumerate(["R2", "R1"]):
        Citation.objects.create(page=page, source=make_source(code), ordering=place)
    payload = verbs.publish_starter(page=page).payload
    assert [source["code"] for source in payload["sources"]] == ["R2", "R1"]


def test_staff_without_the_permission_may_not_publish():
    with pytest.raises(PermissionDenied):
        verbs.publish(page=make_page(), by=make_user("conditions.change_page"))
    assert not Publication.objects.exists()


def test_nobody_may_do_nothing():
    page = make_page()
    publication = verbs.publish_starter(page=page)
    for verb, facts in [
        (verbs.publish, {"page": page}),
        (verbs.withdraw, {"page": page}),
        (verbs.cancel_schedule, {"page": page}),
        (verbs.restore, {"page": page, "publication": publication}),
        (verbs.redact, {"publication": publication, "reason": "A name."}),
        (reviewing.sign, {"page": page}),
    ]:
        with pytest.raises(PermissionDenied):
            verb(by=None, **facts)
    assert Publication.objects.get().payload == publication.payload


def test_what_came_with_the_site_names_nobody_and_says_so():
    publication = verbs.publish_starter(page=make_page())
    assert (publication.published_by, publication.origin) == (None, "starter")


def test_an_empty_page_is_refused():
    with pytest.raises(verbs.CannotPublish, match="empty"):
        verbs.publish_starter(page=make_page(words=""))


def test_a_failure_midway_publishes_nothing():
    page = make_page()
    with mock.patch.object(verbs.find, "add", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            verbs.publish_starter(page=page)
    assert not Publication.objects.exists()


def test_a_later_publication_replaces_an_earlier_one(client):
    page = make_page(words="<p>Old words.</p>")
    verbs.publish_starter(page=page)
    page.conditions_prose_set.update(html="<p>New words.</p>")
    verbs.publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    assert "New words." in html
    assert "Old words." not in html


def test_equal_drafts_have_equal_digests():
    page = make_page()
    add_care_card(page)
    assert verbs.digest(verbs.snapshot(page)) == verbs.digest(
        verbs.snapshot(Page.objects.get(pk=page.pk))
    )


def test_a_digest_hangs_on_no_order_of_keys():
    """PostgreSQL gives a payload back in an order of its own."""
    stored = Publication.objects.get(pk=verbs.publish_starter(page=make_page()).pk)
    turned = dict(reversed(stored.payload.items()))
    assert verbs.digest(stored.payload) == verbs.digest(turned) == stored.sha256


def test_a_snapshot_is_sanitised_even_when_a_row_was_written_past_the_form():
    page = make_page(words='<p onclick="x()">Hi<script>alert(1)</script></p>')
    assert verbs.snapshot(page)["blocks"] == [{"kind": "prose", "html": "<p>Hi</p>"}]


def test_blocks_keep_their_order_across_kinds():
    page = make_page()
    add_step(page, "Second", ordering=30)
    add_care_card(page, ordering=20)
    kinds = [block["kind"] for block in verbs.snapshot(page)["blocks"]]
    assert kinds == ["prose", "care_card", "step"]


def test_a_publication_without_a_person_must_be_starter_content():
    publication = verbs.publish_starter(page=make_page())
    publication.pk = None
    publication._state.adding = True
    publication.origin = "staff"
    with pytest.raises(IntegrityError, match="publication_names_its_person"):
        publication.save()


def test_the_draft_that_was_seen_is_published():
    page = make_page()
    seen = verbs.digest(verbs.snapshot(page))
    assert verbs.publish(page=page, by=publisher(), seen=seen)


def test_a_draft_that_moved_since_it_was_seen_is_refused():
    page = make_page()
    seen = verbs.digest(verbs.snapshot(page))
    add_care_card(page)
    with pytest.raises(verbs.DraftMoved, match="changed since you looked"):
        verbs.publish(page=page, by=publisher(), seen=seen)


def test_nothing_seen_is_not_the_draft():
    with pytest.raises(verbs.DraftMoved):
        verbs.publish(page=make_page(), by=make_user("conditions.publish_page"), seen="")
    assert not Publication.objects.exists()


def test_a_page_that_a_colleague_changed_meanwhile_is_published_as_it_stands():
    page = make_page()
    seen = verbs.digest(verbs.snapshot(page))
    Page.objects.filter(pk=page.pk).update(title="A colleague's title")
    with pytest.raises(verbs.DraftMoved):
        verbs.publish(page=page, by=publisher(), seen=seen)
    assert verbs.publish_starter(page=page).payload["title"] == "A colleague's title"


def test_an_address_that_another_public_page_has_is_refused():
    old = make_page()
    verbs.publish_starter(page=old)
    Page.objects.filter(pk=old.pk).update(slug="new-address")
    with pytest.raises(verbs.CannotPublish, match="has this address"):
        verbs.publish_starter(page=make_page())


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("figure", {"illustration": "gone"}, "picture is gone"),
        ("figure", {"alt": " "}, "short or long description"),
        ("figure", {"long_description": ""}, "short or long description"),
        ("figure", {"long_description": " "}, "short or long description"),
        ("treatment_option", {"risks": ""}, "lacks a fact"),
        ("treatment_option", {"risks": " "}, "lacks a fact"),
        ("checklist", {"lines": "\n"}, "no items"),
    ],
)
def test_what_a_reader_must_have_is_not_left_out(kind, fields, words):
    page = make_page()
    add_block(page, kind, **fields)
    with pytest.raises(verbs.CannotPublish, match=words):
        verbs.publish_starter(page=page)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "data:text/html,x", ""]
)
def test_a_link_to_elsewhere_than_the_web_loses_its_tag(address):
    page = make_page(words=f'<p><a href="{address}">here</a></p>')
    assert verbs.snapshot(page)["blocks"][0]["html"] == "<p>here</p>"


@pytest.mark.parametrize(
    "address", ["https://x.example", "mailto:a@b.example", "tel:000", "/fees/"]
)
def test_a_link_to_the_web_a_mailbox_a_telephone_or_our_pages_stays(address):
    page = make_page(words=f'<p><a href="{address}" target="_blank">here</a></p>')
    html = verbs.snapshot(page)["blocks"][0]["html"]
    assert html == f'<p><a href="{address}">here</a></p>'


def test_a_page_that_was_opened_and_saved_has_not_changed():
    page = make_page(
        words="<ul>\n<li>One</li>\n<li>Two <strong>x</strong> y</li>\n</ul>\n<p>Z</p>\n"
    )
    before = verbs.digest(verbs.snapshot(page))
    page.conditions_prose_set.update(
        html="<ul><li><p>One</p></li><li><p>Two <strong>x</strong> y</p></li></ul><p>Z</p><p></p>"
    )
    assert verbs.digest(verbs.snapshot(page)) == before
