"""Comparisons on one scale: what was typed is what is drawn, and nothing unread is published."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conditions.blocks.evidence_chart import EvidenceChart, read_row
from conditions.prepared.bodies import render_body
from conditions.publishing.verbs import CannotPublish, publish_starter, restore
from tests.makers import add_block, cite, make_page, make_user

BLINDED = "Norway; 32; 31; blinded; not stated; 10; −3; 22; published; R0"
OPEN = "USA; 102; 46; open; the maker; 38.3; 29; 47; computed; R0"


def chart(**changes):
    fields = EvidenceChart.fields_from(EvidenceChart.specimens()[0])
    return EvidenceChart(**{**fields, **changes})


def drawn(**changes):
    payload = {"format": 1, "blocks": [chart(**changes).payload()], "sources": [{"code": "R0"}]}
    return render_body(payload, emergency_number="000").html


def test_the_blinded_comparison_comes_first_and_is_filled():
    html = drawn(rows=f"{OPEN}\n{BLINDED}")
    first, second = re.findall(r"<li>\n<p>.*?</li>", html, re.DOTALL)
    assert "Norway" in first
    assert "chart-full" in first
    assert "chart-known" in first
    assert "USA" in second
    assert "chart-hollow" in second
    assert "chart-ours" in second


def test_everything_drawn_stands_in_words():
    html = drawn(rows=BLINDED)
    assert "<strong>10 points</strong>, range 3 worse to 22 better, published" in html
    assert "63 people: 32 treated, 31 compared. Who paid: not stated." in html
    assert 'href="#source-R0"' in html
    assert "range about 29 to 47, worked out by us" in drawn(rows=OPEN)


def test_signs_stand_at_their_place_on_the_scale():
    html = drawn(rows=OPEN, scale_from=-10, scale_to=60, mark=20)
    assert '<rect class="chart-hollow" x="67.1%"' in html  # 5 + 90 * 48.3 / 70
    assert 'class="chart-ours" x1="55.1%" x2="78.3%"' in html
    assert 'class="chart-zero" x1="17.9%"' in html
    assert 'class="chart-mark" x1="43.6%"' in html


def test_a_chart_brings_no_inline_style():
    assert "style=" not in drawn()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Norway; 32; 31", "write ten parts"),
        (BLINDED.replace("32", "many"), "“many” is no number of people"),
        (BLINDED.replace("10;", "ten;"), "“ten” is no number of points"),
        (BLINDED.replace("10;", "30;"), "between low and high"),
        (BLINDED.replace("blinded", "masked"), "write blinded or open"),
        (BLINDED.replace("22", "99"), "99 is outside the scale"),
    ],
)
def test_a_line_that_cannot_be_drawn_is_refused_where_it_stands(line, says):
    with pytest.raises(ValidationError) as refused:
        chart(rows=f"{OPEN}\n{line}").clean()
    assert [says in message for message in refused.value.message_dict["rows"]] == [True]


@pytest.mark.django_db
def test_a_line_that_was_written_past_the_form_is_not_published():
    page = make_page()
    add_block(page, "evidence_chart", rows=f"{OPEN}\nNorway; 32")
    with pytest.raises(CannotPublish, match="cannot be read"):
        publish_starter(page=page)


@pytest.mark.django_db
def test_a_comparison_names_a_source_of_its_page():
    page = make_page()
    add_block(page, "evidence_chart", rows=OPEN)
    with pytest.raises(CannotPublish, match="“R0” is not among the sources"):
        publish_starter(page=page)


@pytest.mark.django_db
def test_an_old_version_comes_back_as_it_was_typed():
    page, user = make_page(), make_user("conditions.change_page")
    cite(page, "R0")
    add_block(page, "evidence_chart", rows=OPEN)
    old = publish_starter(page=page)
    restore(page=page, publication=old, by=user)
    assert EvidenceChart.objects.get().rows == OPEN
    assert publish_starter(page=page).sha256 == old.sha256


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"scale_from": 5},
        {"scale_to": -20},
        {"mark": 61},
        {"mark": None},
        {"mark_label": ""},
    ],
)
def test_the_database_refuses_a_chart_that_cannot_be_drawn(fields):
    page = make_page()
    with pytest.raises(IntegrityError), transaction.atomic():
        add_block(page, "evidence_chart", **fields)


def test_a_row_is_read_with_a_hyphen_as_with_a_minus_sign():
    assert read_row(BLINDED) == read_row(BLINDED.replace("−", "-"))
