"""Pages that a changed list has overtaken are published again, and no draft with them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.utils import timezone

from conditions.editor import panels, republish_actions
from conditions.models import GlossaryTerm, Page, Publication
from conditions.publishing.republishing import NothingToRepublish, republish
from conditions.publishing.unfinished import unfinished_pages
from conditions.publishing.verbs import CannotPublish, DraftMoved, publish
from tests.makers import add_block, make_page, make_source, make_stage, make_user, signed_in

pytestmark = pytest.mark.django_db
SHOW = "/admin/conditions/page/publish-again/"
PRESS = f"{SHOW}now/"


@pytest.fixture(autouse=True)
def _looked_at_anew():
    panels.unfinished.cache_clear()


@pytest.fixture
def pat():
    return make_user("conditions.publish_page", "conditions.change_page", "conditions.view_page")


def public(slug="sample-page", words="<p>The ilium is a bone.</p>", *, by, **changes):
    page = make_page(slug=slug, title=f"Page {slug}", words=words, **changes)
    publish(page=page, by=by)
    return page


def explain(definition="The wing bone of the pelvis."):
    GlossaryTerm.objects.update_or_create(term="ilium", defaults={"definition": definition})


def meaning_of(page):
    [term] = Publication.objects.live().get(page=page).payload["glossary"]
    return term["definition"]


def write_draft(page):
    Page.objects.filter(pk=page.pk).update(lead="A sentence that nobody published. It is new.")


def pressed(html):
    """What the button of the page would post."""
    return [part.split('"')[0] for part in html.split('name="page" value="')[1:]]


def test_a_new_word_reaches_the_public_in_the_name_of_who_pressed(pat):
    page = public(by=pat)
    explain()
    publication = republish(page=page, by=pat)
    assert publication.published_by == pat
    assert meaning_of(page) == "The wing bone of the pelvis."
    assert unfinished_pages() == []


def test_a_second_press_publishes_nothing_more(pat):
    page = public(by=pat)
    explain()
    republish(page=page, by=pat)
    with pytest.raises(NothingToRepublish):
        republish(page=page, by=pat)
    assert Publication.objects.filter(page=page).count() == 2


def test_a_draft_is_never_published_by_it(pat):
    page = public(by=pat)
    explain()
    write_draft(page)
    with pytest.raises(CannotPublish, match="has a draft"):
        republish(page=page, by=pat)
    assert Publication.objects.filter(page=page).count() == 1


def test_what_is_scheduled_is_not_brought_forward(pat):
    page = public(by=pat)
    write_draft(page)
    publish(page=page, by=pat, live_from=timezone.now() + timedelta(days=2))
    explain()
    with pytest.raises(CannotPublish, match="scheduled"):
        republish(page=page, by=pat)
    assert "nobody published" not in Publication.objects.live().get(page=page).payload["lead"]


def test_a_page_that_was_never_published_or_is_withdrawn_stays_away(pat):
    with pytest.raises(CannotPublish):
        republish(page=make_page(), by=pat)
    assert not Publication.objects.exists()


def test_a_word_that_changed_after_it_was_looked_at_is_looked_at_again(pat):
    page = public(by=pat)
    explain()
    with pytest.raises(DraftMoved, match="since you looked"):
        republish(page=page, by=pat, seen="of something else")


def test_who_may_not_publish_may_not_do_this(pat):
    page = public(by=pat)
    explain()
    with pytest.raises(PermissionDenied):
        republish(page=page, by=make_user("conditions.change_page", username="eddie"))


def test_a_source_with_other_words_is_told_apart_from_a_draft(pat):
    page = make_page()
    page.citations.create(source=make_source())
    add_block(page, "risk_figure")
    publish(page=page, by=pat)
    source = make_source()
    source.citation = "Sample A. A sample study, corrected. 2021."
    source.save()
    [found] = unfinished_pages()
    assert found.only_lists
    republish(page=page, by=pat)
    assert unfinished_pages() == []


def test_another_source_is_a_draft(pat):
    page = make_page()
    citation = page.citations.create(source=make_source())
    publish(page=page, by=pat)
    citation.source = make_source("R2")
    citation.save()
    [found] = unfinished_pages()
    assert not found.only_lists


def test_another_picture_is_a_draft(pat):
    page = make_page()
    figure = add_block(page, "figure")
    publish(page=page, by=pat)
    figure.illustration = "seven-causes"
    figure.save()
    [found] = unfinished_pages()
    assert not found.only_lists


def test_the_name_of_a_stage_concerns_the_home_page_alone(pat):
    public(by=pat)
    public(slug="home", section="site", by=pat)
    stage = make_stage()
    stage.name = "Learn"
    stage.save()
    assert [one.page.slug for one in unfinished_pages() if one.only_lists] == ["home"]


def test_the_page_shows_what_goes_and_what_comes(client, pat):
    explain("A bone.")
    public(by=pat)
    explain("A wing.")
    html = signed_in(client, pat).get(SHOW).content.decode()
    assert "<del>bone.</del>" in html
    assert "<ins>wing.</ins>" in html


def test_one_press_publishes_all_that_were_shown(client, pat):
    pages = [public(slug=slug, by=pat) for slug in ("one", "two")]
    explain()
    browser = signed_in(client, pat)
    shown = pressed(browser.get(SHOW).content.decode())
    html = browser.post(PRESS, {"page": shown}, follow=True).content.decode()
    assert "Published in your name: Page one, Page two." in html
    assert [meaning_of(page) for page in pages] == ["The wing bone of the pelvis."] * 2


def test_a_page_with_a_draft_is_named_and_left_out(client, pat):
    page = public(by=pat)
    explain()
    write_draft(page)
    browser = signed_in(client, pat)
    html = browser.get(SHOW).content.decode()
    assert pressed(html) == []
    assert "has a draft" in html
    forged = browser.post(PRESS, {"page": f"{page.pk}:"}, follow=True).content.decode()
    assert "Not published: Page sample-page. This page has a draft." in forged


def test_a_failure_midway_leaves_the_rest_and_says_which(client, pat, monkeypatch):
    pages = {slug: public(slug=slug, by=pat) for slug in ("one", "two", "three")}
    explain()

    def stumbles(*, page, **facts):
        if page.slug == "two":
            raise DatabaseError("away")
        return republish(page=page, **facts)

    monkeypatch.setattr(republish_actions, "republish", stumbles)
    browser = signed_in(client, pat)
    shown = pressed(browser.get(SHOW).content.decode())
    html = browser.post(PRESS, {"page": shown}, follow=True).content.decode()
    assert "Published in your name: Page one, Page three." in html
    assert "Not published: Page two" in html
    assert [Publication.objects.filter(page=page).count() for page in pages.values()] == [2, 1, 2]


@pytest.mark.parametrize("value", ["", "x", "999999", "²:", f"{'9' * 40}:", "1:" + "f" * 64])
def test_what_was_made_up_publishes_nothing(client, pat, value):
    public(by=pat)
    answer = signed_in(client, pat).post(PRESS, {"page": value}, follow=True)
    assert answer.status_code == 200
    assert Publication.objects.count() == 1


def test_an_editor_looks_and_does_not_press(client, pat):
    public(by=pat)
    explain()
    eddie = make_user("conditions.change_page", "conditions.view_page", username="eddie")
    browser = signed_in(client, eddie)
    html = browser.get(SHOW).content.decode()
    assert "A colleague who may publish does the rest." in html
    assert pressed(html) == []
    assert browser.post(PRESS, {"page": "1:"}).status_code == 403


def test_the_front_page_counts_them_and_leads_there(client, pat):
    page = public(by=pat)
    explain()
    html = signed_in(client, pat).get("/admin/").content.decode()
    assert "<strong>1 page</strong>" in html
    assert SHOW in html
    write_draft(page)
    panels.unfinished.cache_clear()
    assert SHOW in client.get("/admin/").content.decode()
