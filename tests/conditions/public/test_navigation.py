"""Menu, journey and lists come from what was published: any specialty, no code."""

import re

import pytest
from django.utils.html import strip_tags

from conditions.models import Page, Stage
from conditions.publishing.verbs import publish_starter, withdraw
from conditions.templatetags.navigation import by_letter
from tests.makers import add_block, make_page, make_stage, make_user

pytestmark = pytest.mark.django_db


def publish_home():
    home = make_page(section="site", slug="home", menu_title="Home", stage=None)
    publish_starter(page=home)
    return home


def test_the_journey_follows_the_published_home_page(client):
    make_stage("treat", name="Treat", ordering=1)
    publish_starter(page=make_page())
    publish_starter(
        page=make_page(section="treatments", slug="knee", stage=Stage.objects.get(slug="treat")),
    )
    publish_home()
    html = client.get("/conditions/").content.decode()
    assert html.index(">Treat</a>") < html.index(">Understand</a>")


def test_renaming_a_stage_is_public_only_after_publishing_the_home_page(client):
    publish_starter(page=make_page())
    home = publish_home()
    Stage.objects.update(name="Learn")
    assert ">Understand</a>" in client.get("/conditions/").content.decode()
    publish_starter(page=home)
    assert ">Learn</a>" in client.get("/conditions/").content.decode()


def test_a_stage_without_a_page_is_not_offered(client):
    make_stage("recover", name="Recover")
    publish_starter(page=make_page())
    publish_home()
    assert ">Recover</a>" not in client.get("/conditions/").content.decode()


def test_the_glossary_page_holds_the_words_of_its_day(client):
    from conditions.models import GlossaryTerm

    GlossaryTerm.objects.create(term="Meniscus", definition="A pad in the knee.")
    publish_starter(page=make_page(section="site", slug="glossary", stage=None))
    GlossaryTerm.objects.update(definition="Changed since.")
    html = client.get("/glossary/").content.decode()
    assert "A pad in the knee." in html
    assert "Changed since." not in html


def test_the_first_use_of_a_word_is_explained_in_place(client):
    from conditions.models import GlossaryTerm

    GlossaryTerm.objects.create(term="Meniscus", variants="menisci", definition="A pad.")
    page = make_page(words="<p>Your menisci and your meniscus.</p>")
    publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    assert html.count('class="term-word"') == 1
    assert "A pad." in html


def test_a_treatment_of_another_specialty_stands_in_list_and_comparison(client):
    page = make_page(section="treatments", slug="knee-brace", menu_title="Knee brace")
    compare = make_page(section="treatments", slug="compare", menu_title="Compare")
    add_block(compare, "treatment_option", name="Knee brace", link="/treatments/knee-brace/")
    add_block(compare, "treatment_option", name="Nothing for now", ordering=30)
    publish_starter(page=page)
    publish_starter(page=compare)
    assert "Knee brace" in client.get("/treatments/").content.decode()
    html = client.get("/treatments/compare/").content.decode()
    assert html.count('class="option"') == 2
    assert html.count("Words on risks.") == 2


@pytest.fixture
def journey():
    """Two stages with pages A and B in the first and C in the second, and D in none."""
    understand, treat = make_stage("understand", ordering=1), make_stage("treat", ordering=2)
    for place, (slug, stage) in enumerate(
        [("a", understand), ("b", understand), ("c", treat), ("d", None)]
    ):
        page = make_page(slug=slug, menu_title=slug.upper(), stage=stage, ordering=place)
        publish_starter(page=page)
    publish_home()


def onward(client, slug):
    """What the page calls before and after it, as (relation, address, words)."""
    html = client.get(f"/conditions/{slug}/").content.decode()
    links = re.findall(r'rel="(prev|next)" href="([^"]+)">(.*?)</a>', html, re.DOTALL)
    return [(rel, url, " ".join(strip_tags(words).split())) for rel, url, words in links]


def test_a_page_leads_on_along_the_journey(client, journey):
    assert onward(client, "a") == [("next", "/conditions/b/", "Next B")]
    assert onward(client, "b") == [
        ("prev", "/conditions/a/", "Before this A"),
        ("next", "/conditions/c/", "Next Treat C"),
    ]


def test_the_journey_ends(client, journey):
    assert onward(client, "c") == [("prev", "/conditions/b/", "Before this Understand B")]


def test_a_page_outside_the_journey_leads_nowhere(client, journey):
    assert onward(client, "d") == []


def test_a_withdrawn_page_is_passed_over(client, journey):
    user = make_user("conditions.publish_page")
    withdraw(page=Page.objects.get(slug="b"), by=user)
    assert onward(client, "a") == [("next", "/conditions/c/", "Next Treat C")]


def test_a_page_says_which_step_of_the_journey_it_is(client, journey):
    html = client.get("/conditions/c/").content.decode()
    assert "Step 2 of 2: <strong>Treat</strong>" in html
    assert html.count('aria-current="step"') == 1
    assert "Step " not in client.get("/conditions/d/").content.decode()


def test_the_first_page_leads_only_to_pages_that_exist(client):
    publish_starter(page=make_page())
    publish_home()
    assert "/conditions/symptoms/" not in client.get("/").content.decode()
    publish_starter(page=make_page(slug="symptoms", menu_title="Symptoms"))
    assert "Start with your symptoms" in client.get("/").content.decode()


def test_the_menu_begins_with_the_warning_signs_where_a_page_has_them(client):
    signs = '/conditions/symptoms/#emergency_card">Warning signs'
    assert signs not in client.get("/contact/").content.decode()
    publish_starter(page=make_page(slug="symptoms", menu_title="Symptoms"))
    menu = client.get("/contact/").content.decode().partition("Often needed")[2]
    assert menu.index(signs) < menu.index("/refer/")


def test_menu_and_footer_lead_to_larger_text_where_a_page_tells_of_it(client):
    address = '"/guides/accessibility/">'
    assert address not in client.get("/contact/").content.decode()
    publish_starter(page=make_page(section="guides", slug="accessibility", menu_title="Access"))
    menu, _, footer = client.get("/contact/").content.decode().partition("<footer")
    assert f"{address}Larger text, read aloud" in menu
    assert f"{address}Access<" in footer


def test_a_list_shows_the_introduction_as_published(client):
    page = make_page(lead="Published words.")
    publish_starter(page=page)
    Page.objects.filter(pk=page.pk).update(lead="Draft words.")
    html = client.get("/conditions/").content.decode()
    assert "Published words." in html
    assert "Draft words." not in html


def test_a_glossary_stands_under_its_letters():
    terms = [{"term": word} for word in ["ilium", "Implant", "Sacrum"]]
    grouped = [(letter, [t["term"] for t in some]) for letter, some in by_letter(terms)]
    assert grouped == [("I", ["ilium", "Implant"]), ("S", ["Sacrum"])]
