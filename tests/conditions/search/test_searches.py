"""What patients, GPs, physiotherapists and carers type has a good first answer."""

import tomllib
from pathlib import Path

import pytest
from django.urls import reverse

from conditions.models import Page
from conditions.publishing.verbs import withdraw
from conditions.search.find import search
from conditions.search.first_answers import first_answer_to, pages_named
from tests.makers import make_clinic, make_user

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

FILE = Path(__file__).with_name("searches.toml")
SEARCHES = tomllib.loads(FILE.read_text(encoding="utf-8"))


def first_answer(client, query):
    """The heading of a fact or tool, else the end of the address of the first page."""
    shown = client.get(reverse("conditions:search"), {"q": query}).context
    if shown["direct"]:
        return shown["direct"][0].heading
    found = shown["answer"].found
    return found[0].address.partition("#")[0].strip("/").rpartition("/")[2] if found else ""


@pytest.mark.parametrize("group", SEARCHES)
def test_the_first_answer_is_good(client, group):
    make_clinic()
    first = {query: first_answer(client, query) for query in SEARCHES[group]}
    assert {q: first[q] for q, good in SEARCHES[group].items() if first[q] not in good} == {}


def test_each_page_that_is_chosen_as_a_first_answer_exists():
    assert pages_named() <= {f"{page.section}/{page.slug}" for page in Page.objects.all()}


def test_a_page_that_was_withdrawn_is_no_answer_any_more():
    assert first_answer_to("medicare rebate") == "guides/fees"
    withdraw(page=Page.objects.get(slug="fees"), by=make_user("conditions.publish_page"))
    found = search("medicare rebate", emergency_number="000").found
    assert found
    assert not any("/guides/fees/" in page.address for page in found)
