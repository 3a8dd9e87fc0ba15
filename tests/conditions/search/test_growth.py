"""A search reads what it needs: however many pages are live, and whatever was thrown away."""

from unittest import mock

import pytest

from conditions.models import Page, PreparedPage, Publication
from conditions.prepared.keeping import write
from conditions.publishing.verbs import publish_starter, redact, withdraw
from conditions.search import find, index
from conditions.search.first import nearest_of
from conditions.search.nearest import Evidence
from conditions.search.nearest import asked as asked_of_pages
from conditions.search.site import pages, rows, words
from conditions.search.site.live import live_now
from conditions.search.site.passages import Passage
from conditions.search.wording import Concept
from tests.makers import make_page, make_user

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

QUERIES = ["driving after fusion", "how long off work", "fuson", "sij", "cauda equina"]


@pytest.fixture(autouse=True)
def _nothing_in_memory():
    """Keys of publications come again after each test is undone."""
    pages.forget()
    words.forget()


def answers():
    return [find.search(query, emergency_number="000") for query in QUERIES]


def published(**fields):
    return publish_starter(page=make_page(**fields))


def test_the_list_of_live_pages_is_read_once_for_a_version_of_the_site():
    before = live_now()
    assert live_now() is before
    publication = published(slug="a", words="<p>Crutches.</p>")
    assert publication.pk in live_now().keys - before.keys


def test_an_answer_is_the_same_read_anew_from_rows_and_at_hand(django_assert_max_num_queries):
    first = answers()
    assert answers() == first
    pages.forget()
    words.forget()
    with mock.patch.object(rows, "read_payload", side_effect=AssertionError):
        assert answers() == first
    PreparedPage.objects.all().delete()
    pages.forget()
    words.forget()
    assert answers() == first


def test_a_search_asks_few_questions_once_pages_are_at_hand(django_assert_max_num_queries):
    find.search("driving", emergency_number="000")
    with django_assert_max_num_queries(5):
        find.search("driving", emergency_number="000")


def test_words_that_somebody_else_wrote_into_the_rows_are_never_shown():
    before = answers()
    for row in PreparedPage.objects.filter(template=rows.PAGE):
        PreparedPage.objects.filter(pk=row.pk).update(text=row.text.replace("fusion", "magic"))
    pages.forget()
    assert answers() == before


def test_only_a_few_pages_are_kept_beside_those_of_the_lists():
    live = live_now()
    with mock.patch.object(pages, "MOST_KEPT", 2), mock.patch.object(pages, "names_listed", set):
        found = pages.read_pages(list(live.versions.values()), live)
    assert [page.key for page in found] == list(live.versions)
    assert len(pages._kept) == 2


def test_each_page_that_came_with_the_site_has_sample_questions():
    assert set(live_now().by_name) <= set(asked_of_pages())


def test_a_page_of_the_clinic_itself_stands_first_for_what_it_is_about():
    page = make_page(slug="knee", title="Arthroscopy of the knee", words="<p>A look inside.</p>")
    publish_starter(page=page)
    found = find.search("arthroscopy of the knee", emergency_number="000").found
    assert found[0].address.partition("#")[0] == page.get_absolute_url()


def test_of_many_pages_those_are_read_whose_titles_and_headings_tell():
    key = published(slug="last", title="Crutches", words="<p>Here.</p>").pk
    concept = Concept((("crutches",),))
    keys, total = index.find([concept], live_now().keys, every=True, most=2)
    every, _ = index.find([concept], live_now().keys, every=True, most=100)
    assert (key in keys, len(keys), total) == (True, 2, len(every))
    assert total > 2


def test_of_many_pages_as_many_are_read_as_may_be():
    concept = Concept((("crutches",),))
    keys, total = index.find([concept], live_now().keys, every=True, most=7)
    assert len(set(keys)) == 7 < total
    assert live_now().keys.issuperset(keys)


def test_how_many_pages_were_found_is_told_though_fewer_are_read():
    before = find.search("driving", emergency_number="000")
    with mock.patch.object(find, "MOST_READ", 3):
        after = find.search("driving", emergency_number="000")
    assert before.total > 3
    assert after.total in (before.total, before.total + 1)


def test_a_word_of_a_page_that_is_not_live_any_more_is_not_suggested():
    page = make_page(slug="a", words="<p>Xylophonia plays.</p>")
    publish_starter(page=page)
    assert find.search("xylophonea", emergency_number="000").suggestion == "xylophonia"
    withdraw(page=page, by=make_user("conditions.publish_page"))
    assert find.search("xylophonea", emergency_number="000").suggestion == ""


def test_what_was_redacted_while_a_search_read_it_is_not_kept():
    publication = publish_starter(page=make_page(words="<p>Xylosample.</p>"))
    version = live_now().versions[publication.pk]
    late = rows.rows_for(version, *rows.read_version(version, publication.payload))
    by = make_user("conditions.redact_publication")
    redact(publication=publication, by=by, reason="Name.")
    write(late)
    assert not PreparedPage.objects.filter(publication=publication.pk).exists()


def test_a_word_that_was_redacted_is_not_suggested():
    publication = published(slug="a", words="<p>Xylophonia plays.</p>")
    assert find.search("xylophonea", emergency_number="000").suggestion == "xylophonia"
    by = make_user("conditions.redact_publication")
    redact(publication=publication, by=by, reason="Name.")
    assert find.search("xylophonea", emergency_number="000").suggestion == ""
    assert not PreparedPage.objects.filter(publication=publication.pk).exists()


def test_words_are_counted_as_if_all_pages_had_been_read_again():
    words.vocabulary(live_now())
    page = Page.objects.get(slug="fees")
    withdraw(page=page, by=make_user("conditions.publish_page"))
    published(slug="a", words="<p>Crutches and xylophones.</p>")
    by_difference = words.vocabulary(live_now()).counts
    words.forget()
    assert by_difference == words.vocabulary(live_now()).counts


# --- A nearer passage ------------------------------------------------------------------------


def nearest(chosen, other):
    """Of two passages of a page, of which the first was chosen."""
    page, passages = object(), [Passage("First."), Passage("Second.")]
    places = [(page, passage) for passage in passages]
    evidence = {0: Evidence(*chosen), 1: Evidence(*other)}
    found = nearest_of(evidence, page, passages[0], places, elsewhere=True, asks_number=False)
    return passages.index(found[1])


def test_a_passage_that_holds_more_of_what_was_typed_takes_the_place_of_the_chosen_one():
    assert nearest((1.0, 0.2), (9.0, 0.6)) == 1


def test_a_passage_that_holds_no_more_never_does_however_likely_it_is():
    assert nearest((1.0, 0.5), (9.0, 0.5)) == 0


def test_without_evidence_nothing_takes_the_place():
    passage = Passage("First.")
    assert nearest_of({}, object(), passage, [], elsewhere=True, asks_number=False) is None


def test_a_page_of_the_clinic_itself_is_not_pushed_aside_by_sample_questions():
    page = make_page(slug="eds", title="Hypermobility EDS", words="<p>Hypermobility EDS.</p>")
    publish_starter(page=page)
    assert Publication.objects.live().filter(slug="eds").exists()
    found = find.search("hypermobility eds", emergency_number="000").found
    assert page.get_absolute_url() in [one.address.partition("#")[0] for one in found[:2]]
