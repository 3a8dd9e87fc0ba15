"""Treatments fact by fact: all of them, or those that a reader chose."""

import re

import pytest
from django.utils.text import capfirst

from conditions.blocks.treatment_option import TreatmentOption
from conditions.choosing.mattering import MATTERS
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_page

pytestmark = pytest.mark.django_db

NAMES = ["Doing nothing for now", "Exercise", "Steroid injection", "Fusion"]
URL = "/treatments/compare/"


@pytest.fixture
def html(client):
    """The page with a query."""
    page = make_page(section="treatments", slug="compare", menu_title="Compare")
    for place, name in enumerate(NAMES):
        add_block(
            page, "treatment_option", name=name, risks=f"Risk of {name}.", ordering=20 + place
        )
    publish_starter(page=page)
    return lambda query="": client.get(f"{URL}{query}").content.decode()


def compared(html):
    return [name for name in NAMES if f"Risk of {name}." in html]


def test_nothing_chosen_shows_all_in_equal_detail(html):
    page = html()
    assert compared(page) == NAMES
    assert page.count("Words on evidence.") == len(NAMES)


def test_only_the_chosen_are_compared(html):
    page = html("?option=fusion&option=exercise")
    assert compared(page) == ["Exercise", "Fusion"]
    assert page.count("Words on evidence.") == 2
    assert "2 of 4 choices" in page


def test_what_was_chosen_stays_ticked_and_all_can_be_shown_again(html):
    page = html("?option=fusion")
    assert page.count(" checked>") == 1
    assert 'value="fusion" checked>' in page
    assert 'href="./#compared-1"' in page


@pytest.mark.parametrize("query", ["?option=", "?option=magic", "?option=%3Cscript%3E&x=1"])
def test_a_choice_that_does_not_exist_shows_all_and_is_not_echoed(html, query):
    page = html(query)
    assert compared(page) == NAMES
    assert "magic" not in page
    assert "&lt;script" not in page


def test_each_fact_is_a_row_and_names_its_option_in_every_cell(html):
    page = html("?option=fusion&option=exercise")
    row = page[page.index(">What can go wrong<") : page.index(">Getting back to normal<")]
    assert row.count("<td") == 2
    assert row.index(">Exercise</b>") < row.index(">Fusion</b>")


def test_choosing_costs_no_more_queries(client, html, django_assert_num_queries):
    client.get(URL)
    with django_assert_num_queries(3):
        client.get(f"{URL}?option=fusion")


def test_two_options_need_no_choosing(client):
    page = make_page(section="treatments", slug="compare")
    add_block(page, "treatment_option", name="One", ordering=20)
    add_block(page, "treatment_option", name="Two", ordering=30)
    publish_starter(page=page)
    assert 'class="choose"' not in client.get(URL).content.decode()


def test_options_in_two_places_are_two_tables(client):
    page = make_page(section="treatments", slug="compare")
    for place, name in enumerate(NAMES):
        add_block(page, "treatment_option", name=name, risks=f"Risk of {name}.", ordering=place)
    add_block(page, "prose", ordering=50)
    add_block(page, "treatment_option", name="Other", risks="Risk of other.", ordering=60)
    publish_starter(page=page)
    html = client.get(f"{URL}?option=fusion").content.decode()
    assert compared(html) == ["Fusion"]
    assert "Risk of other." in html
    assert html.count('id="compared-1"') == html.count('id="compared-2"') == 1


@pytest.fixture
def grouped(client):
    """The page with two groups of two."""
    page = make_page(section="treatments", slug="compare")
    for place, name in enumerate(NAMES):
        group = "No needle" if place < 2 else "With a needle"
        add_block(page, "treatment_option", name=name, group=group, ordering=20 + place)
    publish_starter(page=page)
    return lambda query="": client.get(f"{URL}{query}").content.decode()


def heads(table):
    """The choices that a table compares."""
    return re.findall(r'scope="col">(.*?)</th>', table)[1:]


def test_many_choices_stand_in_a_small_table_for_each_group(grouped):
    first, second = grouped().split("<table")[1:]
    assert "<caption>No needle</caption>" in first
    assert "<caption>With a needle</caption>" in second
    assert heads(first) + heads(second) == NAMES
    assert lines(first) == lines(second.partition("</table>")[0])


def test_what_is_ticked_stands_in_one_table_whatever_its_group(grouped):
    page = grouped("?option=fusion&option=exercise")
    assert page.count("<table") == 1
    assert heads(page) == ["Exercise", "Fusion"]
    assert "2 of 4 choices" in page
    assert "<caption>No needle" not in page


def test_what_matters_stands_first_in_each_small_table(grouped):
    page = grouped("?matters=certainty")
    tables = page.split("<table")[1:]
    assert [lines(table)[0] for table in tables] == ["How sure we are"] * 2
    assert page.count('id="compared-1"') == 1


def lines(page):
    """The facts in the order in which they stand."""
    return re.findall(r'<th scope="row">(.*?)</th>', page)


def test_what_matters_stands_first_and_nothing_is_left_out(html):
    usual, sorted_ = lines(html()), lines(html("?matters=certainty&matters=time-off"))
    assert sorted_[:2] == ["Getting back to normal", "How sure we are"]
    assert sorted(sorted_) == sorted(usual)
    assert sorted_[-1] == usual[-1] == "Read more"


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.key)
def test_the_reason_is_told_and_the_choices_keep_their_places(html, matter):
    page = html(f"?matters={matter.key}")
    assert compared(page) == NAMES
    assert matter.why in page
    assert "No choice is better because of its place" in page
    first = TreatmentOption._meta.get_field(matter.facts[0]).verbose_name
    assert lines(page)[0] == capfirst(first)
    heads = re.findall(r'scope="col">(.*?)</th>', page)
    assert heads == ["Fact", *NAMES]


def test_what_matters_and_what_is_compared_are_kept_together(html):
    page = html("?option=fusion&option=exercise&matters=cost")
    assert compared(page) == ["Exercise", "Fusion"]
    assert page.count(" checked>") == 3
    assert page.count('id="compared-1"') == 1


@pytest.mark.parametrize("query", ["", "?matters=", "?matters=magic", "?matters=%3Cscript%3E"])
def test_what_names_nothing_changes_no_order(html, query):
    page = html(query)
    assert lines(page) == lines(html())
    assert "Why the rows come" not in page
    assert "magic" not in page


def test_a_fact_published_under_another_name_stays_in_its_place():
    facts = [
        {"label": "once called so"},
        {"label": "what can go wrong"},
        {"label": "how sure we are"},
    ]
    certainty = [matter for matter in MATTERS if matter.key == "certainty"]
    ordered = TreatmentOption.in_order(facts, certainty)
    assert [fact["label"][:4] for fact in ordered] == ["how ", "once", "what"]


def test_nothing_of_it_is_kept(client, html):
    html()
    assert not client.get(f"{URL}?matters=pain").cookies
