"""Menu, journey and lists come from what was published: any specialty, no code."""

import pytest

from conditions.models import Stage
from conditions.publishing import publish
from tests.makers import add_block, make_page, make_stage

pytestmark = pytest.mark.django_db


def publish_home():
    home = make_page(section="site", slug="home", menu_title="Home", stage=None)
    publish(page=home, by=None)
    return home


def test_the_journey_follows_the_published_home_page(client):
    make_stage("treat", name="Treat", ordering=1)
    publish(page=make_page(), by=None)
    publish(
        page=make_page(section="treatments", slug="knee", stage=Stage.objects.get(slug="treat")),
        by=None,
    )
    publish_home()
    html = client.get("/conditions/").content.decode()
    assert html.index(">Treat</a>") < html.index(">Understand</a>")


def test_renaming_a_stage_is_public_only_after_publishing_the_home_page(client):
    publish(page=make_page(), by=None)
    home = publish_home()
    Stage.objects.update(name="Learn")
    assert ">Understand</a>" in client.get("/conditions/").content.decode()
    publish(page=home, by=None)
    assert ">Learn</a>" in client.get("/conditions/").content.decode()


def test_a_stage_without_a_page_is_not_offered(client):
    make_stage("recover", name="Recover")
    publish(page=make_page(), by=None)
    publish_home()
    assert ">Recover</a>" not in client.get("/conditions/").content.decode()


def test_the_glossary_page_holds_the_words_of_its_day(client):
    from conditions.models import GlossaryTerm

    GlossaryTerm.objects.create(term="Meniscus", definition="A pad in the knee.")
    publish(page=make_page(section="site", slug="glossary", stage=None), by=None)
    GlossaryTerm.objects.update(definition="Changed since.")
    html = client.get("/glossary/").content.decode()
    assert "A pad in the knee." in html
    assert "Changed since." not in html


def test_the_first_use_of_a_word_is_explained_in_place(client):
    from conditions.models import GlossaryTerm

    GlossaryTerm.objects.create(term="Meniscus", variants="menisci", definition="A pad.")
    page = make_page(words="<p>Your menisci and your meniscus.</p>")
    publish(page=page, by=None)
    html = client.get(page.get_absolute_url()).content.decode()
    assert html.count('class="term-word"') == 1
    assert "A pad." in html


def test_a_treatment_of_another_specialty_stands_in_list_and_comparison(client):
    page = make_page(section="treatments", slug="knee-brace", menu_title="Knee brace")
    compare = make_page(section="treatments", slug="compare", menu_title="Compare")
    add_block(compare, "treatment_option", name="Knee brace", link="/treatments/knee-brace/")
    add_block(compare, "treatment_option", name="Nothing for now", ordering=30)
    publish(page=page, by=None)
    publish(page=compare, by=None)
    assert "Knee brace" in client.get("/treatments/").content.decode()
    html = client.get("/treatments/compare/").content.decode()
    assert html.count('class="option"') == 2
    assert html.count("What can go wrong") == 2
