"""A payload of format 1 is shown, found, compared and restored after a format 2 exists, and what is
stored stays as it was written."""

import json
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.utils import timezone

from conditions import payloads
from conditions.models import GlossaryTerm, Image, Publication
from conditions.payloads import UnknownPayload, readable, upgraded
from conditions.publishing import verbs
from conditions.publishing.comparing import UNREADABLE, compare
from conditions.search import find
from tests.makers import add_block, make_page, make_user, signed_in

OLD = json.loads((Path(__file__).parent / "payloads" / "format-1.json").read_text("utf-8"))


def told_anew(payload):
    """From the format of today to one that ends every page with a sentence."""
    last = {"kind": "prose", "html": "<p>Toldanew in format two.</p>"}
    return {**payload, "blocks": [*payload["blocks"], last]}


@pytest.fixture
def format_2():
    with mock.patch.dict(payloads.UPGRADES, {1: told_anew}):
        yield


@pytest.fixture
def published(db):
    """What an earlier version of this software published."""
    page = make_page(section=OLD["section"], slug=OLD["slug"])
    for block in OLD["blocks"]:
        if key := (block.get("picture") or {}).get("image"):
            Image.objects.create(pk=key, title="A", width=8, height=6, renditions=[])
    now = timezone.now()
    columns = {name: OLD[name] for name in verbs.COLUMNS}
    return Publication.objects.create(
        **columns, page=page, payload=OLD, sha256=verbs.digest(OLD), origin="starter",
        published_at=now, live_from=now,
    )  # fmt: skip


def test_each_step_leaves_what_it_was_given_alone(format_2):
    before = json.dumps(OLD)
    assert upgraded(OLD)["format"] == 2
    assert json.dumps(OLD) == before


def test_title_and_lead_which_lists_read_in_sql_stay_where_they_are():
    assert (upgraded(OLD)["title"], upgraded(OLD)["lead"]) == (OLD["title"], OLD["lead"])


def test_a_payload_of_today_is_taken_as_it_is():
    assert upgraded(OLD) == OLD


@pytest.mark.parametrize("number", [0, 3, None, "1", True, 1.0])
def test_a_format_that_this_software_never_wrote_is_refused(format_2, number):
    with pytest.raises(UnknownPayload, match="payload format"):
        upgraded({**OLD, "format": number})
    assert readable({**OLD, "format": number}) is None


@pytest.mark.parametrize("stored", [None, {}, "x", []])
def test_nothing_is_not_readable(stored):
    assert readable(stored) is None


def test_an_old_payload_is_shown_and_found(client, published, format_2):
    assert "Toldanew" in client.get(published.get_absolute_url()).content.decode()
    call_command("rebuild_search", verbosity=0)
    assert find.search("toldanew", emergency_number="000").total == 1


def test_an_old_payload_is_compared_with_one_of_today(published, format_2):
    new = {**upgraded(OLD), "title": "A new title"}
    changed = [change for change in compare(published.payload, new) if change.kind != "same"]
    assert [change.label for change in changed] == ["Title"]


def test_an_old_payload_becomes_the_draft_and_stays_as_it_was_written(published, format_2):
    by = make_user("conditions.change_page")
    page = verbs.restore(page=published.page, publication=published, by=by)
    assert verbs.snapshot(page)["format"] == 2
    assert verbs.snapshot(page)["blocks"][-1]["html"] == "<p>Toldanew in format two.</p>"
    published.refresh_from_db()
    assert published.payload == OLD
    assert published.sha256 == verbs.digest(OLD)


@pytest.mark.django_db
def test_a_draft_that_was_published_in_an_older_format_is_not_called_changed(client):
    page = make_page()
    add_block(page, "step")
    publication = verbs.publish_starter(page=page)
    staff = signed_in(client, make_user("conditions.view_page"))
    with mock.patch.dict(payloads.UPGRADES, {1: dict}):
        assert verbs.snapshot(page)["format"] == 2
        assert not verbs.is_unpublished(page)
        assert verbs.says_the_same(publication, verbs.snapshot(page))
        preview = staff.get(f"/admin/conditions/page/{page.pk}/preview/")
    assert preview.context["is_published"]


def test_a_version_of_newer_software_harms_no_other_page(client, published):
    """After a step back to older software, its page says so; lists, search and planner work on."""
    publish_home_and_glossary()
    with mock.patch("conditions.payloads.current_format", return_value=0):
        assert client.get(published.get_absolute_url()).status_code == 500
        assert compare(OLD, {})[0].parts == [("same", UNREADABLE)]
        for url in [
            "/guides/",
            "/recovery/",
            "/my-questions/",
            "/search/?q=sacrum",
            "/sitemap.xml",
        ]:
            assert client.get(url).status_code == 200, url
        call_command("rebuild_search", verbosity=0)


def publish_home_and_glossary():
    GlossaryTerm.objects.create(term="Sacrum", definition="A bone.")
    for slug in ("home", "glossary"):
        verbs.publish_starter(page=make_page(section="site", slug=slug, stage=None))


def with_new_names(payload):
    """From the format of today to one that calls stages, terms and questions otherwise."""
    lists = {"stages": [{"slug": "understand", "name": "Newstage"}]} if "stages" in payload else {}
    if "terms" in payload:
        lists["terms"] = [{**term, "definition": "Newmeaning."} for term in payload["terms"]]
    asked = {"kind": "checklist", "purpose": "ask", "heading": "Ask", "items": ["Newquestion?"]}
    return {**payload, **lists, "blocks": [*payload["blocks"], asked]}


@pytest.mark.django_db
def test_what_other_pages_take_of_an_old_payload_is_of_today_too(client):
    verbs.publish_starter(page=make_page())
    publish_home_and_glossary()
    with mock.patch.dict(payloads.UPGRADES, {1: with_new_names}):
        assert "Newstage" in client.get("/conditions/").content.decode()
        assert "Newmeaning." in client.get("/search/?q=sacrum").content.decode()
        assert "Newquestion?" in client.get("/my-questions/").content.decode()
