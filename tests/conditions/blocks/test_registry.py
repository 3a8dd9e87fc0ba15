"""The registry collects the kinds; whoever reads them all asks it."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string

from conditions.blocks import BLOCK_OF_KIND, BLOCKS, editor_permissions
from conditions.blocks.kind import Chosen
from conditions.blocks.registry import (
    claims_in,
    kind_of,
    questions_in,
    search_lines,
    warnings_in,
    words_of,
)
from conditions.models import Page
from tests.makers import add_block, make_page


def test_an_editor_chooses_from_the_kinds_in_their_order_and_text_comes_first():
    inlines = [inline.model for inline in site._registry[Page].inlines[: len(BLOCKS)]]
    assert inlines == BLOCKS
    assert [kind.place for kind in BLOCKS] == sorted(kind.place for kind in BLOCKS)
    assert BLOCKS[0].kind == "prose"


@pytest.mark.parametrize("block", [{"kind": "carousel"}, {"kind": ["x"]}, {}, None, "x"])
def test_a_block_of_no_known_kind_says_nothing(block):
    assert kind_of(block) is None
    assert list(search_lines(block)) == []
    assert warnings_in([block]) == claims_in([block]) == questions_in([block]) == []


def test_emergency_and_urgent_cards_and_passages_are_warnings_and_figures_claims():
    blocks = [specimen for kind in BLOCKS for specimen in kind.specimens()]
    assert [block["level"] for block in warnings_in(blocks)] == ["emergency", "urgent", "emergency"]
    assert {block["kind"] for block in claims_in(blocks)} == {"risk_figure", "evidence_chart"}


def test_words_of_a_block_leave_out_marks_and_addresses_and_keep_what_it_cites():
    [figure, *_] = BLOCK_OF_KIND["risk_figure"].specimens()
    assert "A sample study" in words_of(figure)
    assert "doi.org" not in words_of(figure)
    assert words_of({"kind": "care_card", "level": "urgent", "heading": "Ring if:"}) == "Ring if:"


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.kind)
def test_every_specimen_is_whole_drawn_and_read(kind):
    for block in kind.specimens():
        assert kind.missing_words(block) == ""
        assert all(line.text for line in kind.search_lines(block))
    blocks = [kind.prepared(block) for block in kind.specimens()]
    context = {"blocks": blocks, "run": 1, **kind.shared_context(blocks, Chosen())}
    assert render_to_string(kind.template(), context).strip()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.kind)
def test_a_block_comes_back_from_its_payload_and_from_its_file(kind):
    page = make_page(words="")
    block = add_block(page, kind.kind)
    for data in (block.payload(), block.as_data()):
        again = kind(parent=page, region="main", **kind.fields_from(data))
        assert again.payload() == block.payload()


@pytest.mark.django_db
def test_what_an_editor_may_do_with_each_kind_is_known_to_the_database():
    codenames = editor_permissions()
    assert len(set(codenames)) == 4 * len(BLOCKS)
    assert Permission.objects.filter(codename__in=codenames).count() == len(codenames)
