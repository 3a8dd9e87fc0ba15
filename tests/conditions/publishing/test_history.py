"""Revert goes through the draft; redaction empties the words and keeps who, when and why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models, transaction

from conditions.blocks import BLOCKS
from conditions.models import Publication
from conditions.publishing import verbs
from tests.makers import add_block, cite, make_page, make_stage, make_user

pytestmark = pytest.mark.django_db
KINDS = [block.kind for block in BLOCKS]


@pytest.fixture
def admin():
    return make_user(is_superuser=True)


def test_an_old_version_becomes_the_draft_with_every_kind_of_block(admin):
    page = make_page()
    for place, kind in enumerate(KINDS):
        add_block(page, kind, ordering=20 + place)
    cite(page, "R1", "R0")
    page.key_facts.create(label="Cut", value="2 to 3 cm")
    old = verbs.publish(page=page, by=admin)
    for block in verbs.blocks_of(page):
        block.delete()
    verbs.restore(page=page, publication=old, by=admin)
    assert verbs.snapshot(page) == old.payload


def test_going_back_leaves_the_place_in_menus_alone(admin):
    page = make_page(ordering=5, stage=None)
    old = verbs.publish(page=page, by=admin)
    page.stage, page.ordering, page.in_planner = make_stage("treat"), 30, True
    page.save(update_fields=["stage", "ordering", "in_planner"])
    verbs.restore(page=page, publication=old, by=admin)
    assert (page.stage.slug, page.ordering, page.in_planner) == ("treat", 30, True)


def test_going_back_counts_as_a_save_so_that_an_open_form_is_out_of_date(admin):
    page = make_page(version=7)
    old = verbs.publish(page=page, by=admin)
    restored = verbs.restore(page=page, publication=old, by=admin)
    assert (restored.version, restored.saved_by) == (8, admin)


def test_who_may_not_change_a_page_restores_nothing(admin):
    page = make_page()
    old = verbs.publish(page=page, by=admin)
    publisher = make_user("conditions.publish_page", username="pat")
    with pytest.raises(PermissionDenied):
        verbs.restore(page=page, publication=old, by=publisher)
    page.refresh_from_db()
    assert page.version == 1


def test_restoring_alone_changes_nothing_public(client, admin):
    page = make_page(words="<p>Old.</p>")
    old = verbs.publish(page=page, by=admin)
    page.conditions_prose_set.update(html="<p>New.</p>")
    verbs.publish(page=page, by=admin)
    verbs.restore(page=page, publication=old, by=admin)
    assert "New." in client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize("payload", [{}, {"format": 99}])
def test_a_version_without_readable_words_cannot_be_restored(admin, payload):
    page = make_page()
    publication = verbs.publish(page=page, by=admin)
    publication.payload = payload
    with pytest.raises(verbs.CannotPublish, match="empty or was written"):
        verbs.restore(page=page, publication=publication, by=admin)


def test_a_failure_midway_leaves_the_draft_as_it_was(admin, monkeypatch):
    page = make_page()
    add_block(page, "step")
    old = verbs.publish(page=page, by=admin)
    before = verbs.snapshot(page)
    old.payload["blocks"][1]["heading"] = "x" * 500
    with pytest.raises(Exception, match="at most 80"):
        verbs.restore(page=page, publication=old, by=admin)
    page.refresh_from_db()
    assert verbs.snapshot(page) == before


def test_redaction_empties_the_words_and_keeps_the_rest(client, admin):
    page = make_page(words="<p>Jo Samplepatient was here.</p>")
    publication = verbs.publish(page=page, by=admin)
    sha256 = publication.sha256
    verbs.redact(publication=publication, by=admin, reason="Named a patient")
    assert publication.payload == {}
    assert (publication.redacted_by, publication.sha256) == (admin, sha256)
    assert client.get(page.get_absolute_url()).status_code == 410


def test_redaction_needs_a_reason(admin):
    publication = verbs.publish(page=make_page(), by=admin)
    with pytest.raises(verbs.CannotPublish, match="Say why"):
        verbs.redact(publication=publication, by=admin, reason=" ")


def test_a_publisher_may_not_redact(admin):
    publication = verbs.publish(page=make_page(), by=admin)
    publisher = make_user("conditions.publish_page", username="pat")
    with pytest.raises(PermissionDenied):
        verbs.redact(publication=publication, by=publisher, reason="x")


@pytest.mark.parametrize(
    "change", [{"sha256": "0" * 64}, {"live_from": "2020-01-01T00:00Z"}, {"published_by": None}]
)
def test_the_database_lets_no_other_change_pass_as_a_redaction(admin, change):
    publication = verbs.publish(page=make_page(), by=admin)
    redaction = {
        "payload": {},
        "redacted_by": admin,
        "redacted_at": publication.published_at,
        "redaction_reason": "x",
    }
    rows = models.QuerySet(Publication)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**redaction, **change)


def test_a_redaction_cannot_be_undone_or_redated(admin):
    publication = verbs.publish(page=make_page(), by=admin)
    verbs.redact(publication=publication, by=admin, reason="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.QuerySet(Publication).update(redaction_reason="y")
