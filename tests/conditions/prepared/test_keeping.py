"""Prepared pages are kept for later readers; whatever becomes of them, pages are shown."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError
from django.utils import timezone

from conditions.models import PreparedPage, Publication
from conditions.prepared import keeping, menu
from conditions.prepared.holes import FrozenFact, NotYet
from conditions.prepared.making import prepare, template_of
from conditions.publishing.verbs import publish, publish_starter, redact, withdraw
from tests.makers import make_clinic, make_page, make_user

pytestmark = pytest.mark.django_db
WORD = "zebrawort"


@pytest.fixture
def page():
    make_clinic()
    return make_page(words=f"<h2>Why</h2><p>{WORD}: call {{emergency}}.</p>")


@pytest.fixture
def editor():
    return make_user("conditions.publish_page", "conditions.redact_publication")


def read(client, page):
    return client.get(page.get_absolute_url()).content.decode()


def test_publishing_prepares_the_page_for_its_first_reader(client, page, editor):
    publish(page=page, by=editor)
    with mock.patch("conditions.public.filling.prepare", side_effect=AssertionError):
        assert WORD in read(client, page)


def test_the_first_reader_of_a_page_that_came_with_the_site_prepares_it(client, page):
    publish_starter(page=page)
    assert not PreparedPage.objects.exists()
    read(client, page)
    assert PreparedPage.objects.count() == 1


def test_what_cannot_be_prepared_is_published_all_the_same(client, page, editor):
    with mock.patch("conditions.prepared.making.prepare", side_effect=ValueError):
        publish(page=page, by=editor)
    assert WORD in read(client, page)


def test_a_table_that_takes_nothing_costs_no_page_and_is_not_asked_again_at_once(client, page):
    publish_starter(page=page)
    with mock.patch("conditions.prepared.keeping.keep", side_effect=DatabaseError) as keep:
        assert WORD in read(client, page)
        keeping._in_memory.clear()
        assert WORD in read(client, page)
    assert keep.call_count == 1
    keeping.forget()


@pytest.mark.parametrize("text", ["", "{", '{"parts": []}', '["other words"]'])
def test_a_broken_row_is_ignored_and_made_again(client, page, editor, text):
    publish(page=page, by=editor)
    before = read(client, page)
    PreparedPage.objects.update(text=text)
    keeping.forget()
    assert read(client, page) == before
    assert WORD in PreparedPage.objects.get().text


def test_words_that_somebody_else_wrote_into_the_table_are_never_shown(client, page, editor):
    publish(page=page, by=editor)
    row = PreparedPage.objects.get()
    PreparedPage.objects.update(text=row.text.replace(WORD, "forged"))
    assert "forged" not in read(client, page)


def test_a_row_of_another_release_is_ignored(client, page, editor):
    publish(page=page, by=editor)
    PreparedPage.objects.update(text="{}")
    with mock.patch("conditions.prepared.versions.code_digest", return_value="later"):
        assert WORD in read(client, page)


def test_redaction_leaves_nothing(client, page, editor):
    publication = publish(page=page, by=editor)
    read(client, page)
    redact(publication=publication, by=editor, reason="a name")
    assert not PreparedPage.objects.exists()
    assert not keeping._in_memory
    assert client.get(page.get_absolute_url()).status_code == 410


def test_what_was_redacted_while_a_reader_made_it_is_not_kept(client, page, editor):
    publication = publish_starter(page=page)
    late = prepare(publication, template=template_of(publication), shows_instructions=True)
    redact(publication=publication, by=editor, reason="a name")
    keeping.keep(publication, template_of(publication), "digest", late)
    assert not PreparedPage.objects.exists()


def test_another_process_forgets_a_redacted_page_as_it_reads_so(client, page, editor):
    publication = publish(page=page, by=editor)
    read(client, page)
    with mock.patch("conditions.publishing.verbs.keeping.throw_away"):
        redact(publication=publication, by=editor, reason="a name")
    assert client.get(page.get_absolute_url()).status_code == 410
    assert not keeping._in_memory


def test_a_withdrawn_page_is_gone_and_leaves_nothing(client, page, editor):
    publish(page=page, by=editor)
    read(client, page)
    withdraw(page=page, by=editor)
    assert client.get(page.get_absolute_url()).status_code == 410
    assert not PreparedPage.objects.exists()


def test_a_page_that_waits_for_its_time_is_prepared_beside_the_live_one(client, page, editor):
    publish(page=page, by=editor)
    later = timezone.now() + timedelta(hours=1)
    page.title = "Other words"
    page.save()
    publish(page=page, by=editor, live_from=later)
    assert PreparedPage.objects.count() == 2
    assert "Other words" not in read(client, page)
    with mock.patch.object(timezone, "now", return_value=later):
        assert "Other words" in read(client, page)


def test_memory_is_bounded_and_holds_one_version_of_a_page(client, page, editor):
    with mock.patch.object(keeping, "MOST_PAGES", 2):
        for number in range(4):
            other = make_page(section="guides", slug=f"page-{number}")
            publish(page=other, by=editor)
            read(client, other)
    assert len(keeping._in_memory) <= 2


def test_a_word_of_a_page_opens_no_place(client, page, editor):
    page.title = "\ue000components/footer.html\ue001 {% today %}"
    page.save()
    publish(page=page, by=editor)
    assert "\ue000components/footer.html\ue001 {% today %}</h1>" in read(client, page)


def test_a_heading_with_the_emergency_number_is_drawn_as_a_whole(client, editor):
    make_clinic()
    page = make_page(words="<h2>Call {emergency}</h2><p>Now.</p>")
    publication = publish(page=page, by=editor)
    template = "conditions/page.html"
    assert prepare(publication, template=template, shows_instructions=True) is None
    assert 'id="call-000"' in read(client, page)


def test_a_template_that_would_freeze_a_fact_of_today_is_told_off():
    with pytest.raises(FrozenFact):
        str(NotYet())
    with pytest.raises(FrozenFact):
        list(NotYet())


@pytest.mark.django_db(transaction=True)
def test_the_menu_is_read_once_a_second_and_anew_after_a_publish(
    editor, page, django_assert_num_queries
):
    publish(page=page, by=editor)
    with mock.patch.object(menu, "menu_now", wraps=menu.menu_now) as read:
        assert [menu.live_pages(), menu.live_pages()][1][0].slug == page.slug
    assert read.call_count == 1
    publish(page=make_page(section="guides", slug="next"), by=editor)
    assert {found.slug for found in menu.live_pages()} == {page.slug, "next"}
    later = timezone.now() + timedelta(seconds=2)
    with mock.patch.object(timezone, "now", return_value=later), django_assert_num_queries(1):
        menu.live_pages()
    assert Publication.objects.count() == 2
    menu.forget()
