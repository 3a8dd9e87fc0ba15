"""On a public site, instructions show once a clinician has signed the page; 000 always does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clinic_site.operations.doctor.finding import NotAsked
from conditions.blocks.registry import BLOCKS
from conditions.models import Publication
from conditions.publishing.reviewing import sign
from conditions.publishing.verbs import publish_starter, snapshot
from conditions.search import find
from conditions.showing.doctor import unsigned_instructions
from conditions.showing.held_back import as_public
from tests.makers import add_block, make_clinic, make_page, make_passage, make_user, signed_in

pytestmark = pytest.mark.django_db
WORD = "zebrawort"


@pytest.fixture(autouse=True)
def _public_site(settings):
    settings.SITE_IS_LOOPBACK = False


@pytest.fixture
def guide():
    """A guide with one instruction about medicines, as it came with the software."""
    make_clinic()
    page = make_page(section="guides", slug="after", in_planner=True)
    add_block(page, "recovery_stage", heading="First", from_week=0)
    words = {"html": f"<p>Stop {WORD} a week before.</p>", "instructs": "medicines"}
    add_block(page, "layer", ordering=40, heading="Tablets", **words)
    publish_starter(page=page)
    return page


def read(client, page):
    return client.get(page.get_absolute_url()).content.decode()


def found():
    return find.search(WORD, emergency_number="000").total


def signed(page, **when):
    sign(page=page, by=make_user("conditions.sign_review", username="dr"), **when)


def test_unsigned_instructions_are_replaced_by_the_number_of_the_rooms(client, guide):
    html = read(client, guide)
    assert WORD not in html
    assert "Ring the rooms about this (medicines)" in html
    assert html.count('class="held-back"') == 1
    assert 'href="tel:' in html.partition('class="held-back"')[2].partition("</section>")[0]


def test_the_search_does_not_find_them_either(guide):
    assert found() == 0


def test_a_signature_shows_them_at_once_and_its_end_hides_them_again(client, guide):
    assert found() == 0
    signed(guide)
    assert WORD in read(client, guide)
    assert found() == 1
    guide.reviews.update(
        reviewed_on=timezone.localdate() - timedelta(days=9),
        next_review_due=timezone.localdate() - timedelta(days=1),
    )
    assert WORD not in read(client, guide)


def test_a_signature_of_other_words_is_none(client, guide):
    signed(guide)
    add_block(guide, "step", ordering=60)
    publish_starter(page=guide)
    assert WORD not in read(client, guide)


def test_a_site_for_trying_out_shows_them(client, guide, settings):
    settings.SITE_IS_LOOPBACK = True
    assert WORD in read(client, guide)
    assert found() == 1
    with pytest.raises(NotAsked):
        list(unsigned_instructions())


def test_an_emergency_card_always_shows(client):
    page = make_page()
    add_block(page, "care_card", level="emergency", instructs="triage")
    add_block(page, "passage", ordering=30, passage=make_passage(instructs="triage"))
    publish_starter(page=page)
    html = read(client, page)
    assert "it hurts" in html
    assert "your bottom" in html
    assert 'class="held-back"' not in html


def test_where_to_go_names_the_nurse_line_and_the_emergency_number(client):
    page = make_page()
    add_block(page, "care_card", level="urgent", instructs="triage")
    publish_starter(page=page)
    html = read(client, page)
    assert "it hurts" not in html
    assert "1800 022 222" in html
    assert '<a href="tel:000">000</a>' in html.partition('class="held-back"')[2]


def test_what_follows_each_other_is_one_box_that_names_each_matter_once(client, guide):
    for place, matter in enumerate(["driving", "medicines"]):
        add_block(guide, "prose", ordering=50 + place, instructs=matter)
    publish_starter(page=guide)
    html = read(client, guide)
    assert html.count('class="held-back"') == 1
    assert "(medicines, driving)" in html


def test_a_changed_passage_that_instructs_waits_like_any_other(client, guide):
    text = {"shape": "text", "level": "", "heading": "", "html": f"<p>{WORD}</p>"}
    add_block(guide, "passage", ordering=50, passage=make_passage("t", instructs="fasting", **text))
    publish_starter(page=guide)
    assert "(medicines, fasting)" in read(client, guide)


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.kind)
def test_no_kind_of_block_shows_an_unsigned_instruction_anywhere(client, kind):
    page = make_page(section="guides", slug="after", words="", in_planner=True)
    for specimen in kind.specimens():
        if specimen.get("level") == "emergency":
            continue
        block = kind(parent=page, region="main", instructs="driving", **kind.fields_from(specimen))
        block.save()
    payload = snapshot(page)
    assert all(block["instructs"] == "driving" for block in payload["blocks"])
    public = as_public(payload, shows_instructions=False)
    assert {block["kind"] for block in public["blocks"]} <= {"held_back"}


def test_planner_calendar_and_questions_leave_them_out(client):
    page = make_page(section="guides", slug="after", in_planner=True)
    driving = {"driving": f"{WORD}.", "instructs": "driving"}
    add_block(page, "recovery_stage", heading="First", from_week=0, **driving)
    add_block(page, "recovery_stage", ordering=30, heading="Then", from_week=6, to_week=None)
    asked = {"purpose": "ask", "lines": f"{WORD}?", "instructs": "medicines"}
    add_block(page, "checklist", ordering=40, **asked)
    publish_starter(page=page)
    dates = "?surgery_date=2026-12-01"
    places = [f"/recovery/{dates}", f"/recovery.ics{dates}", "/my-questions/"]
    texts = [client.get(place).content.decode() for place in places]
    assert all(WORD not in text for text in texts)
    assert "Ring the rooms about this (driving, medicines)" in texts[0]


def test_a_preview_shows_the_words_and_says_what_the_public_reads(guide):
    editor = signed_in(Client(), make_user("conditions.view_page"))
    frame = f"/admin/conditions/page/{guide.pk}/frame/"
    html = editor.get(frame).content.decode()
    assert WORD in html
    assert "Not signed (medicines)" in html
    signed(guide)
    assert "Not signed" not in editor.get(frame).content.decode()


def test_the_doctor_counts_what_waits(guide):
    [found] = unsigned_instructions()
    assert found.says.startswith("1 instruction on 1 page")
    signed(guide)
    assert list(unsigned_instructions()) == []


def test_the_front_page_names_the_page_once(guide):
    editor = signed_in(Client(), make_user("conditions.view_page"))
    html = editor.get("/admin/").content.decode()
    assert html.count("Instructions on 1 page wait for a signature") == 1


def test_what_is_stored_says_nothing_where_nothing_is_instructed():
    add_block(page := make_page(), "step")
    assert "instructs" not in str(publish_starter(page=page).payload)
    assert Publication.objects.count() == 1
