"""A search reads what is live now, and answers whatever a person types."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conditions.models import GlossaryTerm, Synonym
from conditions.publishing.verbs import publish, publish_starter, redact, withdraw
from conditions.search.find import search
from tests.makers import add_block, add_care_card, make_clinic, make_page, make_user

pytestmark = pytest.mark.django_db


def titles(query):
    return [found.title for found in search(query, emergency_number="000").found]


def quote(query):
    """The quote of the first page, with its marks in square brackets."""
    parts = search(query, emergency_number="000").found[0].quote
    return "".join(f"[{text}]" if is_hit else text for text, is_hit in parts)


def publisher():
    return make_user("conditions.publish_page", "conditions.redact_publication")


def test_a_draft_is_not_found_and_a_published_page_is():
    page = make_page(words="<p>Walk with crutches.</p>")
    assert titles("crutches") == []
    publish_starter(page=page)
    assert titles("crutches") == ["Sample page"]


def test_words_of_an_earlier_version_are_not_found():
    page = make_page(words="<p>Walk with crutches.</p>")
    publish_starter(page=page)
    page.conditions_prose_set.update(html="<p>Walk with a frame.</p>")
    publish_starter(page=page)
    assert titles("crutches") == []
    assert titles("frame") == ["Sample page"]


def test_a_scheduled_version_is_found_from_its_moment_on(monkeypatch):
    page = make_page(words="<p>Walk with crutches.</p>")
    publish_starter(page=page)
    page.conditions_prose_set.update(html="<p>Walk with a frame.</p>")
    tomorrow = timezone.now() + timedelta(days=1)
    publish(page=page, by=publisher(), live_from=tomorrow)
    assert titles("frame") == []
    assert titles("crutches") == ["Sample page"]
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert titles("frame") == ["Sample page"]
    assert titles("crutches") == []


def test_a_withdrawn_page_is_not_found():
    page = make_page(words="<p>Walk with crutches.</p>")
    publish_starter(page=page)
    withdraw(page=page, by=publisher())
    assert titles("crutches") == []


def test_a_redacted_page_is_not_found():
    publication = publish_starter(page=make_page(words="<p>Walk with crutches.</p>"))
    assert titles("crutches")
    redact(publication=publication, by=publisher(), reason="A name.")
    assert titles("crutches") == []


def test_other_forms_of_a_word_and_accents_are_found():
    publish_starter(page=make_page(words="<p>Injections in a café.</p>"))
    for query in ["injection", "INJECTED", "cafe", "Café", "cafe\u0301"]:
        assert titles(query) == ["Sample page"], query


def test_the_words_asked_for_are_marked_in_the_published_sentence():
    publish_starter(
        page=make_page(words="<p>Rest.</p><p>Walk with <b>crutches</b> &amp; care.</p>")
    )
    assert quote("crutch") == "Walk with [crutches] & care."


def test_a_quote_is_escaped(client):
    publish_starter(page=make_page(words="<p>The &lt;script&gt; of crutches.</p>"))
    html = client.get("/search/", {"q": "crutches"}).content.decode()
    assert "The &lt;script&gt; of <mark>crutches</mark>." in html
    hostile = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>" not in hostile


def test_a_result_leads_to_the_heading_it_stands_under(client):
    words = "<h2>Tests &amp; scans</h2><p>One.</p><h2>At home</h2><p>Walk with crutches.</p>"
    page = make_page(words=words)
    publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    for query, words in [("crutches", "At home"), ("scan", "Tests &amp; scans")]:
        address = search(query, emergency_number="000").found[0].address
        path, _, anchor = address.partition("#")
        assert path == page.get_absolute_url()
        assert f'<h2 id="{anchor}">{words}</h2>' in html


def test_a_heading_that_was_asked_for_is_quoted_with_what_follows():
    publish_starter(page=make_page(words="<p>One.</p><h2>Stairs</h2><p>Good leg first.</p>"))
    assert quote("stairs") == "[Stairs]: Good leg first."


def test_a_warning_is_quoted_with_todays_number():
    page = make_page()
    add_care_card(page)
    publish_starter(page=page)
    parts = search("bottom", emergency_number="112").found[0].quote
    assert "".join(text for text, _ in parts) == "Call 112 now if: you cannot feel your bottom"


def test_what_to_avoid_is_never_quoted_as_advice():
    page = make_page()
    add_block(page, "recovery_stage")
    publish_starter(page=page)
    assert quote("twisting") == "What to avoid: [Twisting]."


def test_pages_with_every_word_come_alone_and_else_pages_with_some():
    publish_starter(page=make_page(words="<p>Crutches and stairs.</p>"))
    publish_starter(page=make_page(slug="b", title="Second", words="<p>Crutches alone.</p>"))
    assert titles("crutches stairs") == ["Sample page"]
    answer = search("crutches trampoline", emergency_number="000")
    assert (answer.total, answer.has_all) == (2, False)


def test_a_page_with_some_of_the_words_is_not_said_to_be_about_them(client):
    for slug, words in {"one": "Crutches alone.", "two": "A trampoline."}.items():
        publish_starter(page=make_page(slug=slug, words=f"<p>{words}</p>"))
    html = client.get("/search/", {"q": "crutches trampoline"}).content.decode()
    assert "No page has all of “crutches trampoline”." in html
    assert "2 pages have some of these words" in html


def test_a_word_that_no_page_names_is_said(client):
    publish_starter(page=make_page(words="<p>Crutches alone.</p>"))
    html = client.get("/search/", {"q": "crutches trampoline"}).content.decode()
    assert "No page names “trampoline”." in html
    assert "1 page has some of the other words" in html
    assert "No page names" not in client.get("/search/", {"q": "crutches"}).content.decode()


def test_of_a_long_question_no_word_is_held_against_who_asks(client):
    publish_starter(page=make_page(words="<p>Crutches alone.</p>"))
    asked = "crutches trampoline mother kitchen garden"
    assert search(asked, emergency_number="000").unknown == []


def test_words_that_mean_the_same_are_found_even_as_phrases():
    publish_starter(page=make_page(words="<p>A test of the SI joint.</p>"))
    assert titles("SIJ") == []
    Synonym.objects.create(words="SIJ, SI joint, sacroiliac joint")
    assert titles("sij") == titles("sacroiliac joints") == ["Sample page"]
    assert quote("sij") == "A test of the [SI joint]."


def test_words_that_mean_the_same_are_never_shown(client):
    publish_starter(page=make_page(words="<p>Small cut.</p>"))
    Synonym.objects.create(words="small cut, unpublishedword")
    html = client.get("/search/", {"q": "small cut"}).content.decode()
    assert "<mark>Small cut</mark>" in html
    assert "unpublishedword" not in html


def test_a_word_of_the_live_glossary_is_explained_first(client):
    GlossaryTerm.objects.create(term="Coccyx", variants="tailbone", definition="The last bone.")
    publish_starter(page=make_page(section="site", slug="glossary", stage=None))
    GlossaryTerm.objects.update(definition="Changed since.")
    html = client.get("/search/", {"q": "tailbone pain"}).content.decode()
    assert "The last bone." in html
    assert "Changed since." not in html


def test_a_slip_of_the_pen_is_mended_with_a_published_word(client):
    publish_starter(page=make_page(words="<p>Walk with crutches.</p>"))
    make_page(slug="b", words="<p>Krutchos.</p>")  # a draft
    html = client.get("/search/", {"q": "krutches", "as": "typed"}).content.decode()
    assert "No page about “krutches”" in html
    assert '<a href="/search/?q=crutches">crutches</a>' in html


def test_a_mended_query_is_escaped_and_runs(client):
    publish_starter(page=make_page(words="<p>Walk with crutches.</p>"))
    html = client.get("/search/", {"q": "krutches & <b>", "as": "typed"}).content.decode()
    assert "?q=crutches%20%26%20%3Cb%3E" in html
    assert "<b>" not in html
    mended = client.get("/search/", {"q": "krutches & <b>"}).content.decode()
    assert "<strong>crutches &amp; &lt;b&gt;</strong> instead of" in mended
    assert "<b>" not in mended


@pytest.mark.parametrize("query", ["", " ", "x", "is it", "?!", "\0", "🦴", "the of and"])
def test_a_query_that_says_nothing_gets_a_helpful_answer(client, query):
    make_clinic(telephone="(03) 5550 9876")
    html = client.get("/search/", {"q": query}).content.decode()
    assert "(03) 5550 9876" in html
    assert 'href="/glossary/"' in html
    assert "pages about" not in html


HOSTILE = ['"', '""crutches', "crutches AND NOT", "NEAR(crutches, 2)", "title:crutches", "cru*"]
HOSTILE += ["crutches\0", "(crutches", "crutches'; DROP TABLE conditions_page; --", "-crutches"]
HOSTILE += ["& | ! <-> :*", "crutches:A & stairs", "^crutches", "🦴 crutches 🦴", "a" * 10_000]
HOSTILE += ["crutches " * 2_000, "%s %(q)s {q}", "\ud800".encode("utf-8", "surrogatepass")]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_is_only_words(client, query):
    publish_starter(page=make_page(words="<p>Walk with crutches.</p>"))
    assert client.get("/search/", {"q": query}).status_code == 200
    assert titles("crutches") == ["Sample page"]


def test_an_operator_is_a_word_like_any_other():
    publish_starter(page=make_page(words="<p>Walk with crutches.</p>"))
    assert titles("title:crutches") == ["Sample page"]  # “title” stands nowhere: some words
    assert titles("-crutches") == ["Sample page"]


def test_nobody_keeps_the_answer_and_nobody_lists_it(client):
    response = client.get("/search/", {"q": "sex"})
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not response.cookies


def test_posting_to_the_search_is_refused(client):
    assert client.post("/search/", {"q": "sex"}).status_code == 405


def test_a_word_is_not_mended_into_one_that_leads_nowhere(starter_pages):
    for asked in ("brest feeding", "brestfeeding tablets"):
        answer = search(asked, emergency_number="000")
        assert answer.total or not answer.suggestion


def test_beside_a_fax_number_stands_no_other(client):
    make_clinic()
    html = client.get("/search/", {"q": "fax"}).content.decode()
    shown = html.partition('id="direct"')[2].partition("</section>")[0]
    assert "Fax (02)" in shown
    assert "tel:" not in shown
