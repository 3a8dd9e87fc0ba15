"""The list of a section: each page with a picture and one line, in the order of a patient's way."""

import re

import pytest

from conditions.models import Publication
from conditions.public.section_pages import first_line, groups_of
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db


# Before the starter pages come, which stay to the end of the module.
def test_an_empty_section_says_so(client):
    make_clinic()
    html = client.get("/guides/").content.decode()
    assert "There is nothing here yet." in re.sub(r"\s+", " ", html)


@pytest.fixture
def starter(starter_pages):
    make_clinic()


def test_every_page_of_a_section_is_listed_once(client, starter):
    for section in ("conditions", "treatments", "guides"):
        html = client.get(f"/{section}/").content.decode()
        main = html.partition("<main")[2].partition("</main>")[0]
        for page in Publication.objects.live().filter(section=section):
            assert main.count(f'href="{page.get_absolute_url()}"') == 1
        cards = main.count("<li><img ")
        assert cards == Publication.objects.live().filter(section=section).count()


def test_guides_stand_in_the_order_of_the_way_and_forms_come_last(starter):
    groups = {group.heading: [page.name for page in group.pages] for group in groups_of("guides")}
    assert list(groups) == [
        "Understand your pain",
        "Before a visit or surgery",
        "After surgery",
        "Forms and facts",
    ]
    assert groups["Before a visit or surgery"][0] == "Your first appointment"
    assert groups["After surgery"][0] == "Recovery after fusion"
    assert groups["Forms and facts"][0] == "Fees and forms"


def test_the_line_is_the_first_sentence_that_tells_something():
    assert first_line("Two joints. More.") == "Two joints."
    assert first_line("This page is for people with pain. See why.") == "See why."
    assert first_line("This page is for people with pain.") == "This page is for people with pain."


def test_whoever_finds_a_section_elsewhere_reads_what_is_in_it(client, starter):
    head = client.get("/conditions/").content.decode().partition("</head>")[0]
    said = re.search(r'<meta name="description" content="([^"]*)">', head)[1]
    assert said.startswith("Conditions: Sacroiliac joint dysfunction, Symptoms, ")
    assert len(said) <= 155
