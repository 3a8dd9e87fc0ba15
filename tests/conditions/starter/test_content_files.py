"""Content goes out as TOML and comes back equal; what staff wrote stays."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from conditions.models import (
    GlossaryTerm,
    Page,
    Passage,
    ReleaseDecision,
    Source,
    Stage,
    StarterLoad,
)
from conditions.publishing import verbs
from conditions.publishing.starter_files import load_all, write_all
from tests.conditions.publishing.test_history import KINDS
from tests.makers import add_block, make_page, make_source

pytestmark = pytest.mark.django_db
LISTED = (Stage, Source, GlossaryTerm, Passage)


def everything():
    """Every draft and list as plain data."""
    pages = [verbs.snapshot(page) for page in Page.objects.order_by("section", "slug")]
    facts = sorted(Page.objects.values_list("slug", "review_facts__text"))
    lists = [list(m.objects.order_by("pk").values()) for m in LISTED]
    return pages, facts, [[without_pk(row) for row in rows] for rows in lists]


def without_pk(row):
    return {name: value for name, value in row.items() if name != "id"}


def empty():
    """As on a new site. Publications cannot be deleted, so the drafts here were never published."""
    Page.objects.all().delete()
    for model in (*LISTED, StarterLoad, ReleaseDecision):
        model.objects.all().delete()


def test_load_export_load_gives_equal_rows(tmp_path):
    page = make_page(in_planner=True)
    page.citations.create(source=make_source("R0"), ordering=1)  # of the sample chart
    for place, kind in enumerate(KINDS):
        add_block(page, kind, ordering=20 + place)
    page.key_facts.create(label="Cut", value="2 to 3 “cm”")
    page.citations.create(source=make_source())
    page.review_facts.create(text="A fact\nin two lines")
    GlossaryTerm.objects.create(term="Ilium", variants="ilia", definition="Wing bone.")
    before = everything()
    write_all(folder=tmp_path)
    empty()
    load_all(folder=tmp_path)
    assert everything() == before


def test_the_starter_pages_survive_a_round_trip(tmp_path):
    load_all()
    call_command("export_content", str(tmp_path))
    assert {path.name for path in tmp_path.glob("*.toml")} >= {"conditions-causes.toml"}


def test_loading_keeps_the_words_of_staff(tmp_path):
    make_page()
    write_all(folder=tmp_path)
    Page.objects.update(title="Ours")
    load_all(folder=tmp_path)
    assert Page.objects.get().title == "Ours"


def test_a_broken_file_loads_nothing_at_all(tmp_path):
    page = make_page()
    add_block(page, "care_card", heading="Ring if:")
    write_all(folder=tmp_path)
    empty()
    file = tmp_path / "conditions-sample-page.toml"
    file.write_text(file.read_text().replace("Ring if:", "Ring us"))
    with pytest.raises(ValidationError, match="if:"):
        load_all(folder=tmp_path)
    assert not Page.objects.exists()
    assert not Stage.objects.exists()
