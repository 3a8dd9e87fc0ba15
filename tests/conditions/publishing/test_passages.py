"""A passage exists once, is frozen into each publication, and reaches the public by a person."""

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from conditions.models import Passage, Publication
from conditions.planner.questions import questions_of
from conditions.publishing.hints import hints
from conditions.publishing.republishing import republish
from conditions.publishing.unfinished import unfinished_pages
from conditions.publishing.verbs import CannotPublish, publish, restore
from conditions.search import find
from tests.makers import add_block, make_page, make_passage, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    return make_user("conditions.publish_page", "conditions.change_page", "conditions.view_page")


def shown_on(page, *passages):
    for place, passage in enumerate(passages):
        add_block(page, "passage", ordering=30 + place, passage=passage)
    return page


def reworded(passage, html="<ul><li>a leg is newly weak</li></ul>"):
    Passage.objects.filter(pk=passage.pk).update(html=html)


def test_changed_words_stay_away_from_the_public_until_somebody_publishes(client, pat):
    page, card = make_page(), make_passage()
    publish(page=shown_on(page, card), by=pat)
    reworded(card)
    assert "your bottom" in client.get(page.get_absolute_url()).content.decode()


def test_all_pages_that_show_it_are_overtaken_and_are_published_again_by_name(pat):
    card = make_passage()
    pages = [shown_on(make_page(slug=slug), card) for slug in ("one", "two")]
    for page in pages:
        publish(page=page, by=pat)
    reworded(card)
    found = unfinished_pages()
    assert {one.page for one in found} == set(pages)
    assert all(one.only_lists and one.is_overtaken for one in found)
    again = republish(page=pages[0], by=pat)
    assert again.published_by == pat
    assert "newly weak" in str(again.payload)
    assert [one.page for one in unfinished_pages()] == [pages[1]]


def test_another_passage_in_its_place_is_a_draft(pat):
    page = shown_on(make_page(), make_passage())
    publish(page=page, by=pat)
    block = page.conditions_passageblock_set.get()
    block.passage = make_passage("after-surgery", html="<p>Other signs.</p>")
    block.save()
    [found] = unfinished_pages()
    assert not found.only_lists


def test_a_draft_beside_changed_words_still_says_that_the_list_moved(pat):
    page, card = make_page(), make_passage()
    publish(page=shown_on(page, card), by=pat)
    add_block(page, "step", ordering=60)
    reworded(card)
    [found] = unfinished_pages()
    assert (found.only_lists, found.is_overtaken) == (False, True)


def test_a_passage_that_a_page_shows_is_not_deleted():
    shown_on(make_page(), card := make_passage())
    with pytest.raises(ProtectedError):
        card.delete()


def test_an_old_version_brings_back_a_passage_that_is_gone(pat):
    page, card = make_page(), make_passage()
    first = publish(page=shown_on(page, card), by=pat)
    page.conditions_passageblock_set.all().delete()
    card.delete()
    restore(page=page, publication=first, by=pat)
    assert Passage.objects.get().html == "<ul><li>you cannot feel your bottom</li></ul>"
    assert page.conditions_passageblock_set.get().passage == Passage.objects.get()


def test_a_care_passage_is_a_care_card_to_all_who_count_and_draw_them(client):
    levels = ["emergency", "urgent", "urgent"]
    cards = [make_passage(f"card-{n}", level=level) for n, level in enumerate(levels)]
    page = shown_on(make_page(), *cards)
    publication = publish(page=page, by=make_user("conditions.publish_page", username="p"))
    assert any("care cards" in hint for hint in hints(publication.payload))
    html = client.get(page.get_absolute_url()).content.decode()
    assert html.count('class="care-card care-urgent"') == 2
    assert html.count('id="emergency_card"') == 1
    assert 'href="tel:000">Call 000</a>' in html


def test_questions_of_a_passage_can_be_ticked(client, pat):
    asked = {"shape": "questions", "level": "", "heading": "Ask", "html": "<ul><li>Why?</li></ul>"}
    page = shown_on(make_page(), make_passage("asked", **asked))
    publication = publish(page=page, by=pat)
    assert questions_of(publication.payload) == ["Why?"]
    assert "Why?" in client.get("/my-questions/").content.decode()


def test_a_text_with_a_heading_stands_among_the_contents_and_is_found(client, pat):
    words = {"shape": "text", "level": "", "heading": "One joint", "html": "<p>Zebrawort.</p>"}
    page = shown_on(make_page(), make_passage("joint", **words))
    publish(page=page, by=pat)
    assert (
        '<h2 id="one-joint">One joint</h2>' in client.get(page.get_absolute_url()).content.decode()
    )
    [found] = find.search("zebrawort", emergency_number="000").found
    assert found.address.endswith("#one-joint")


def test_a_passage_without_words_that_can_be_shown_is_not_published(pat):
    page = shown_on(make_page(), make_passage(html="<script>x</script>"))
    with pytest.raises(CannotPublish, match="no words"):
        publish(page=page, by=pat)
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("passage_has_a_level_where_it_is_a_care_card", {"level": ""}),
        ("passage_has_a_level_where_it_is_a_care_card", {"shape": "text"}),
        (
            "passage_has_a_heading_where_it_is_no_text",
            {"shape": "questions", "level": "", "heading": ""},
        ),
        ("passage_of_care_ends_in_if", {"heading": "Call now"}),
        ("passage_has_words", {"html": ""}),
    ],
)
def test_the_database_refuses_half_a_passage(name, changes):
    with pytest.raises(IntegrityError, match=name):
        make_passage(**changes)
