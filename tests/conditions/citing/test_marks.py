"""`[R129]` behind a claim: a small number for readers, nothing for all who read words only."""

import pytest
from django.test import Client

from conditions.citing.marks import unmarked, with_marks
from conditions.models import Passage
from conditions.publishing.hints import hints
from conditions.publishing.unfinished import compare
from conditions.publishing.verbs import CannotPublish, publish_starter
from conditions.search.site.passages import reading
from tests.makers import add_block, cite, make_page, make_source, make_user, signed_in

CODES = ["R15", "NCT01681004", "R129"]


@pytest.mark.parametrize(
    ("html", "drawn"),
    [
        ("<p>Less pain [R129].</p>", '<p>Less pain<sup class="cited">3</sup>.</p>'),
        ("<p>Less pain.&nbsp; [R129]</p>", '<p>Less pain.<sup class="cited">3</sup></p>'),
        ("<p>All [R15, NCT01681004].</p>", '<p>All<sup class="cited">1, 2</sup>.</p>'),
        ("<p>Both [ R129 ] and [sic]</p>", "<p>Both [ R129 ] and [sic]</p>"),
        ("<p>Not ours [R7] nor [R15, R7]</p>", "<p>Not ours [R7] nor [R15, R7]</p>"),
        ('<p><a href="/x/">A link [R15]</a></p>', '<p><a href="/x/">A link</a></p>'),
        ("<h2>Heading [R15]</h2>", "<h2>Heading</h2>"),
        ('<img alt="[R15]">', '<img alt="[R15]">'),
    ],
)
def test_a_mark_is_a_number_in_the_order_of_the_sources(html, drawn):
    found = with_marks(html, CODES)
    for number, code in enumerate(CODES, 1):
        link = f'<a href="#source-{code}" aria-label="source {number}">{number}</a>'
        found = found.replace(link, str(number))
    assert found == drawn


def test_a_page_without_sources_keeps_its_brackets():
    assert with_marks("<p>[R15]</p>", []) == "<p>[R15]</p>"


def test_nothing_but_marks_of_the_page_leaves_its_words():
    payload = {"title": "A", "sources": [{"code": "R1"}], "blocks": [{"items": ["B [R1]", "[R2]"]}]}
    assert unmarked(payload)["blocks"] == [{"items": ["B", "[R2]"]}]
    assert payload["blocks"] == [{"items": ["B [R1]", "[R2]"]}]
    assert unmarked({"blocks": ["x"], "sources": "?"}) == {"blocks": ["x"], "sources": "?"}


@pytest.mark.django_db
def test_the_number_leads_to_its_source_on_the_page_and_on_the_list(client):
    page = make_page(section="treatments", slug="steroid", words="<p>Less pain [R2, R1].</p>")
    cite(page, "R1", "R2")
    publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    assert 'pain<sup class="cited"><a href="#source-R2" aria-label="source 2">2</a>' in html
    assert html.index('id="source-R1"') < html.index('id="source-R2"')
    assert 'id="source-R2"' in client.get(f"{page.get_absolute_url()}sources/").content.decode()


@pytest.mark.django_db
def test_a_long_list_in_short_has_the_same_places(client):
    page = make_page(section="treatments", slug="steroid", words="<p>Less pain [R31].</p>")
    cite(page, *[f"R{number}" for number in range(1, 32)])
    publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    assert "See the sources in full" in html
    assert 'href="#source-R31" aria-label="source 31">31<' in html
    assert 'id="source-R31"' in html


@pytest.mark.django_db
def test_search_planner_hints_and_machines_read_no_marks(client):
    page = make_page(section="guides", slug="after", in_planner=True, words="<p>Sore [R1].</p>")
    cite(page, "R1")
    add_block(page, "care_card", html="<p>it hurts a lot [R1]</p>")
    add_block(page, "recovery_stage", ordering=30, can_do="<p>Walk far [R1].</p>")
    add_block(page, "checklist", ordering=40, purpose="ask", lines="May I walk [R1]?")
    payload = publish_starter(page=page).payload
    assert "[R1]" in str(payload["blocks"])
    page_html = client.get(page.get_absolute_url()).content.decode()
    plan = client.get("/recovery/?surgery_date=2026-12-01").content.decode()
    texts = [*reading(payload).columns, *hints(payload), page_html, plan]
    texts.append(client.get("/my-questions/").content.decode())
    assert not any("[R1]" in text for text in texts)
    assert "source-R1" not in plan
    assert "May I walk?" in texts[-1]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["Less pain [R7].", "Less pain [R1, R7].", "Less pain [LEE]."])
def test_a_mark_without_its_source_is_not_published(words):
    page = make_page(words=f"<p>{words}</p>")
    cite(page, "R1")
    make_source("LEE")
    with pytest.raises(CannotPublish, match="is not among the sources of this page"):
        publish_starter(page=page)


@pytest.mark.django_db
def test_a_word_in_brackets_is_published():
    page = make_page(words="<p>He wrote “no pane” [sic] [and more].</p>")
    assert "[sic]" in str(publish_starter(page=page).payload)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["title", "menu_title", "lead"])
def test_a_mark_does_not_stand_in_a_title(name):
    page = make_page(**{name: "Less pain [R1]"})
    cite(page, "R1")
    with pytest.raises(CannotPublish, match=r"Take \[R1\] out of the"):
        publish_starter(page=page)


@pytest.mark.django_db
def test_the_editor_says_how_a_source_is_named():
    user = make_user("conditions.change_page", "conditions.add_prose", "conditions.view_prose")
    page = make_page()
    html = signed_in(Client(), user).get(f"/admin/conditions/page/{page.pk}/change/")
    assert "name its source in square brackets: [R129]" in html.content.decode()


@pytest.mark.django_db
def test_a_passage_brings_its_sources_after_those_of_the_page():
    page = make_page(words="<p>Sore [R1].</p>")
    cite(page, "R1")
    for code in ("R2", "R3"):
        make_source(code)
    words = {"shape": "text", "heading": "", "html": "<p>Choose [R3, R1]. Or wait [R2] [sic].</p>"}
    passage = Passage.objects.create(slug="choices", name="Choices", **words)
    add_block(page, "passage", passage=passage)
    publication = publish_starter(page=page)
    assert [source["code"] for source in publication.payload["sources"]] == ["R1", "R3", "R2"]
    Passage.objects.update(html="<p>Choose [R1].</p>")
    assert compare(page, publication).only_lists
