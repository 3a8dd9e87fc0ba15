"""Starter pages come once; what a later release brings is offered, and a person decides."""

from unittest import mock

import pytest
import tomli_w
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from conditions.blocks.prose import Prose
from conditions.models import GlossaryTerm, Page, Publication, ReleaseDecision, Source, StarterLoad
from conditions.publishing import offers
from conditions.publishing.offers import AlreadyDecided, decline, take, undecided
from conditions.publishing.starter_files import load_all, pieces
from conditions.publishing.verbs import (
    DraftMoved,
    digest,
    publish_starter,
    snapshot,
    withdraw,
)
from tests.makers import make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
EDITOR = [f"conditions.{verb}_{m}" for verb in ("add", "change") for m in ("page", "glossaryterm")]
PAGE = {
    "section": "conditions",
    "slug": "causes",
    "title": "Causes",
    "menu_title": "Causes",
    "lead": "What it is. What you can do.",
    "blocks": [{"kind": "prose", "html": "<p>Words of the first release.</p>"}],
}
TERM = {"term": "Ilium", "definition": "The wing bone."}


class Release:
    """The files of one release, which the site then takes for its own."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.patch = folder, monkeypatch

    def brings(self, *pages, terms=(TERM,), sources=()):
        (self.folder / "lists").mkdir(exist_ok=True)
        for page in pages:
            path = self.folder / f"{page['section']}-{page['slug']}.toml"
            path.write_text(tomli_w.dumps(page))
        lists = {"glossary": list(terms), "sources": list(sources)}
        for name, rows in lists.items():
            (self.folder / "lists" / f"{name}.toml").write_text(tomli_w.dumps({name: rows}))
        self.patch.setattr(offers, "of_this_release", lambda: tuple(pieces(self.folder)))

    def start(self):
        """What `prepare_site` does at each start and upgrade."""
        load_all(folder=self.folder)
        offers.note_what_is_here()


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A site that runs on the first release."""
    release = Release(tmp_path, monkeypatch)
    release.brings(PAGE)
    release.start()
    return release


@pytest.fixture
def editor():
    return make_user(*EDITOR)


def page(words="Words of the second release.", **changes):
    return {**PAGE, "blocks": [{"kind": "prose", "html": f"<p>{words}</p>"}], **changes}


def public(client, address="/conditions/causes/"):
    return client.get(address).content.decode()


def offered():
    return [(piece.kind, piece.key) for piece in undecided()]


def test_a_page_that_was_renamed_never_comes_back_at_its_old_address(release):
    Page.objects.update(slug="why-it-hurts")
    publish_starter(page=Page.objects.get())
    release.start()
    assert list(Page.objects.values_list("slug", flat=True)) == ["why-it-hurts"]


def test_a_page_that_was_withdrawn_stays_away(client, release):
    withdraw(page=Page.objects.get(), by=make_user(is_superuser=True))
    release.start()
    assert client.get("/conditions/causes/").status_code == 410


def test_a_term_that_was_deleted_stays_away(release):
    GlossaryTerm.objects.all().delete()
    release.brings(PAGE, page(slug="new"))
    release.start()
    assert not GlossaryTerm.objects.exists()


def test_a_database_with_pages_from_before_the_mark_counts_as_loaded(release):
    make_page()
    StarterLoad.objects.all().delete()
    Page.objects.filter(slug="causes").update(slug="why-it-hurts")
    release.start()
    assert not Page.objects.filter(slug="causes").exists()
    assert StarterLoad.objects.get().loaded_at is None


def test_such_a_database_is_offered_only_what_it_does_not_have(release):
    ReleaseDecision.objects.all().delete()
    StarterLoad.objects.update(loaded_at=None, compared_at=None)
    Prose.objects.update(html="<p>The clinic’s own words.</p>")
    release.brings(PAGE, page(slug="new"), terms=[TERM, {"term": "Sacrum", "definition": "Bone."}])
    release.start()
    assert offered() == [("page", "conditions/new"), ("glossary", "Sacrum")]


def test_a_loading_that_fails_leaves_no_mark(tmp_path, monkeypatch):
    release = Release(tmp_path, monkeypatch)
    release.brings({**PAGE, "title": ""})
    with pytest.raises(Exception, match="title"):
        release.start()
    assert not StarterLoad.objects.exists()


def test_an_upgrade_changes_nothing_that_is_public_and_offers_what_is_new(client, release):
    before = public(client)
    release.brings(page(), page(slug="new"), terms=[{**TERM, "definition": "Other words."}])
    release.start()
    assert public(client) == before
    assert client.get("/conditions/new/").status_code == 404
    assert GlossaryTerm.objects.get().definition == TERM["definition"]
    assert offered() == [
        ("page", "conditions/causes"),
        ("page", "conditions/new"),
        ("glossary", "Ilium"),
    ]


def test_a_page_is_taken_as_a_draft_wherever_the_clinic_has_it_now(client, release, editor):
    Page.objects.update(slug="why-it-hurts", menu_title="Ours", ordering=7)
    publish_starter(page=Page.objects.get())
    release.brings(page())
    take(piece=undecided()[0], by=editor)
    draft = Page.objects.get()
    assert (draft.slug, draft.menu_title, draft.ordering) == ("why-it-hurts", "Ours", 7)
    assert "second release" in str(snapshot(draft))
    assert "first release" in public(client, "/conditions/why-it-hurts/")
    assert draft.saved_by == editor
    assert undecided() == []


def test_a_new_page_is_taken_as_a_draft_beside_a_page_of_the_clinic(client, release, editor):
    make_page(slug="new", title="The clinic’s own")
    release.brings(PAGE, page(slug="new", title="From the release"))
    piece = undecided()[0]
    ReleaseDecision.objects.filter(key="conditions/new").delete()
    Page.objects.filter(slug="new").update(slug="new-2")
    make_page(slug="new", section="guides")
    taken = take(piece=piece, by=editor).page
    assert (taken.slug, taken.title) == ("new", "From the release")
    assert client.get(taken.get_absolute_url()).status_code == 404
    assert not taken.publications.exists()


def test_a_source_that_a_taken_page_cites_comes_with_it(release, editor, monkeypatch):
    source = {"code": "R9", "citation": "Sample A. 2020.", "url": "https://doi.org/10.1000/9"}
    monkeypatch.setattr(offers, "rows_of", lambda name: [source])
    release.brings(page(sources=["R9"]), sources=[source])
    take(piece=undecided()[0], by=editor)
    assert Source.objects.get().uses.get().page == Page.objects.get()


def test_a_term_is_taken_into_its_list_and_published_pages_keep_their_words(
    client, release, editor
):
    before = public(client)
    release.brings(PAGE, terms=[{**TERM, "definition": "Better words."}])
    take(piece=undecided()[0], by=editor)
    assert GlossaryTerm.objects.get().definition == "Better words."
    assert public(client) == before


def test_what_is_not_needed_is_never_offered_again_until_it_changes(release, editor):
    release.brings(page())
    decision = decline(piece=undecided()[0], by=editor)
    assert (decision.by, decision.page) == (editor, Page.objects.get())
    release.start()
    assert undecided() == []
    release.brings(page("Words of the third release."))
    assert offered() == [("page", "conditions/causes")]


def test_each_piece_is_decided_once(release, editor):
    release.brings(page())
    piece = undecided()[0]
    decline(piece=piece, by=editor)
    with pytest.raises(AlreadyDecided, match="Not needed"):
        take(piece=piece, by=editor)
    assert "first release" in str(snapshot(Page.objects.get()))


def test_a_draft_that_moved_meanwhile_is_not_overwritten(release, editor):
    release.brings(page())
    seen = digest(snapshot(Page.objects.get()))
    Page.objects.update(title="A colleague’s title")
    with pytest.raises(DraftMoved):
        take(piece=undecided()[0], by=editor, seen=seen)
    assert Page.objects.get().title == "A colleague’s title"
    assert len(undecided()) == 1


def test_the_draft_is_compared_and_replaced_under_a_lock(release, editor):
    release.brings(page())
    with mock.patch.object(QuerySet, "select_for_update", autospec=True) as locked:
        locked.side_effect = lambda rows, **_: rows
        take(piece=undecided()[0], by=editor)
    assert Page in [call.args[0].model for call in locked.call_args_list]


def test_a_taking_that_fails_midway_decides_nothing(release, editor):
    release.brings(page())
    piece = undecided()[0]
    with mock.patch.object(offers, "fill_page", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            take(piece=piece, by=editor)
    assert undecided() == [piece]


@pytest.mark.parametrize("verb", [take, decline])
def test_who_may_not_change_pages_decides_nothing(release, verb):
    release.brings(page())
    with pytest.raises(PermissionDenied):
        verb(piece=undecided()[0], by=make_user("conditions.view_page"))
    assert len(undecided()) == 1


def test_the_database_holds_one_mark_and_one_decision_by_a_person(release, editor):
    with pytest.raises(IntegrityError, match="starter_load_is_one_row"), transaction.atomic():
        StarterLoad.objects.create(pk=2)
    row = {"kind": "page", "key": "a", "sha256": "b", "at": timezone.now()}
    with pytest.raises(IntegrityError, match="names_its_person"), transaction.atomic():
        ReleaseDecision.objects.create(**row, outcome="taken")
    ReleaseDecision.objects.create(**row, outcome="taken", by=editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseDecision.objects.create(**row, outcome="not_needed", by=editor)


def test_the_command_says_how_many_wait(release, capsys):
    release.brings(page())
    with mock.patch("conditions.management.commands.load_starter.load_all", return_value=[]):
        call_command("load_starter")
    assert "New from this release, for editors to decide on: 1" in capsys.readouterr().out


# --- In the admin -----------------------------------------------------------------------
LIST = "/admin/conditions/page/new-in-release/"


@pytest.fixture
def staff(client, editor):
    return signed_in(client, editor)


def values():
    return [f"{piece.kind}:{piece.sha256}" for piece in undecided()]


def test_the_front_page_leads_to_what_waits(release, staff):
    release.brings(page())
    assert f'href="{LIST}"' in staff.get("/admin/").content.decode()


def test_a_page_is_compared_taken_and_previewed(release, staff):
    release.brings(page())
    compared = staff.get(f"{LIST}{undecided()[0].sha256}/")
    html = " ".join(compared.content.decode().split())
    assert "<del>first</del>" in html
    assert "<ins>second</ins>" in html
    post = {"piece": values(), "seen": compared.context["seen"], "decision": "take"}
    after = staff.post(f"{LIST}decide/", post)
    assert after["Location"] == f"/admin/conditions/page/{Page.objects.get().pk}/preview/"
    assert Publication.objects.count() == 1
    assert "by</th>" in staff.get(LIST).content.decode().casefold()


def test_a_page_that_was_not_compared_replaces_no_draft(release, staff):
    release.brings(page())
    post = {"piece": values(), "decision": "take"}
    said = staff.post(f"{LIST}decide/", post, follow=True).content.decode()
    assert "Look at it once more" in said
    assert "first release" in str(snapshot(Page.objects.get()))


def test_looking_changes_nothing(release, staff):
    release.brings(page(), page(slug="new"))
    for piece in undecided():
        staff.get(f"{LIST}{piece.sha256}/")
    staff.get(LIST)
    assert Page.objects.count() == 1
    assert "first release" in str(snapshot(Page.objects.get()))


def test_a_draft_with_unpublished_words_is_named_before_it_is_replaced(release, staff):
    Page.objects.update(title="Not published yet")
    release.brings(page())
    html = staff.get(f"{LIST}{undecided()[0].sha256}/").content.decode()
    assert "Replace our draft" in html
    assert "If you replace it, they are lost" in html


def test_all_rows_of_a_list_are_decided_with_one_press(release, staff):
    release.brings(PAGE, terms=[TERM, *({"term": t, "definition": "Bone."} for t in "AB")])
    staff.post(f"{LIST}decide/", {"piece": values(), "decision": "take"})
    assert set(GlossaryTerm.objects.values_list("term", flat=True)) == {"Ilium", "A", "B"}


def test_a_second_press_is_told_so(release, staff):
    release.brings(page())
    post = {"piece": values(), "decision": "not_needed"}
    staff.post(f"{LIST}decide/", post)
    again = staff.post(f"{LIST}decide/", post, follow=True)
    assert "This was decided already." in again.content.decode()
    assert ReleaseDecision.objects.exclude(by=None).count() == 1


def test_others_see_and_press_nothing(release, client):
    release.brings(page())
    signed_in(client, make_user("conditions.view_page"))
    post = {"piece": values(), "decision": "take"}
    for address in [LIST, f"{LIST}{undecided()[0].sha256}/"]:
        assert client.get(address).status_code == 403
    assert client.post(f"{LIST}decide/", post).status_code == 403
    assert len(undecided()) == 1


def test_a_link_decides_nothing(release, staff):
    release.brings(page())
    assert staff.get(f"{LIST}decide/", {"piece": values()}).status_code == 403
