"""Text pasted from word processors says what it said there."""

import json
from pathlib import Path

import pytest

from conditions.blocks.care_card import CareCard
from conditions.blocks.prose import Prose, cleaned
from conditions.pasting import as_meant
from tests.makers import make_page, make_user, signed_in
from tests.timing import processor_seconds

NBSP = "\xa0"


def word_item(words, *, level=1, marker="·", listed="l0"):
    gap = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span>"
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:{36 * level}.0pt;"
        f"text-indent:-18.0pt;mso-list:{listed} level{level} lfo1'><![if !supportLists]>"
        f"<span style='font-family:Symbol'><span style='mso-list:Ignore'>{marker}{gap}"
        "</span></span>"
        f"<![endif]>{words}<o:p></o:p></p>\n"
    )


GOOGLE = (
    '<meta charset=\'utf-8\'><b style="font-weight:normal;" id="docs-internal-guid-1">{}</b>'
    '<br class="Apple-interchange-newline">'
)


def span(words, weight=400, style=""):
    return f'<span style="font-size:11pt;font-weight:{weight};{style}">{words}</span>'


CASES = {
    "google: bold words alone are bold": (
        GOOGLE.format(f"<p dir=ltr>{span('Plain, ')}{span('bold', 700)}{span(', plain.')}</p>"),
        "<p>Plain, <strong>bold</strong>, plain.</p>",
    ),
    "google: weights inside each other": (
        GOOGLE.format(f"<p>{span('all ' + span('none', 400), 700)}</p>"),
        "<p><strong>all </strong>none</p>",
    ),
    "google: nested lists": (
        GOOGLE.format(
            f'<ul><li aria-level="1"><p>{span("One")}</p></li><ul><li aria-level="2"><p>'
            f'{span("Inner")}</p></li></ul><li aria-level="1"><p>{span("Two")}</p></li></ul>'
        ),
        "<ul><li><p>One</p><ul><li>Inner</li></ul></li><li>Two</li></ul>",
    ),
    "google: a heading is not bold twice": (
        GOOGLE.format(f"<h1 dir=ltr>{span('After surgery', 700)}</h1><p>{span('Rest.')}</p>"),
        "<h2>After surgery</h2><p>Rest.</p>",
    ),
    "google: a list goes on where it was": (
        GOOGLE.format(f'<ol start="3"><li aria-level="1"><p>{span("Third")}</p></li></ol>'),
        '<ol start="3"><li>Third</li></ol>',
    ),
    "google: a link without its detour": (
        GOOGLE.format(
            '<p><a href="https://www.google.com/url?q=https://a.example/x&amp;sa=D">'
            f"{span('here', 400, 'text-decoration:underline')}</a></p>"
        ),
        '<p><a href="https://a.example/x">here</a></p>',
    ),
    "word: a list with its signs": (
        word_item("One") + word_item("Inner", level=2, marker="o") + word_item("Two"),
        "<ul><li><p>One</p><ul><li>Inner</li></ul></li><li>Two</li></ul>",
    ),
    "word: a numbered list": (
        word_item("First", marker="1.") + word_item("Second", marker="2."),
        "<ol><li>First</li><li>Second</li></ol>",
    ),
    "word: letters under numbers, then plain text": (
        word_item("First", marker="1)")
        + word_item("Sub", level=2, marker="a)")
        + "<p class=MsoNormal>After.<o:p></o:p></p>",
        "<ol><li><p>First</p><ol><li>Sub</li></ol></li></ol><p>After.</p>",
    ),
    "word: signs that it does not mark": (
        f"<p class=MsoListParagraph>·{NBSP * 4}One</p><p class=MsoListParagraph>·{NBSP * 4}Two</p>",
        "<ul><li>One</li><li>Two</li></ul>",
    ),
    "word: lines broken in the source": (
        "<p class=MsoNormal>A sentence\nthat is <b>broken\nin</b> the source.<o:p>&nbsp;</o:p></p>",
        "<p>A sentence that is <strong>broken in</strong> the source.</p>",
    ),
    "word: what is hidden or struck out is not meant": (
        "<p class=MsoNormal>Take <s>50</s><del>60</del> 100 mg"
        "<span style='mso-hide:all;display:none'> secret</span>.</p>",
        "<p>Take 100 mg.</p>",
    ),
    "word online: each item in a list of its own": (
        '<div class="ListContainerWrapper"><ul class="BulletListStyle1"><li data-aria-level="1">'
        '<p class="Paragraph"><span class="TextRun" style="font-weight:bold">'
        "<span>One</span></span><span>&nbsp;</span></p></li></ul></div>"
        '<div class="ListContainerWrapper"><ul><li data-aria-level="2"><p><span>Inner</span></p>'
        "</li></ul></div>",
        "<ul><li><p><strong>One</strong></p><ul><li>Inner</li></ul></li></ul>",
    ),
    "outlook: a table that only places words": (
        "<table><tr><td><p class=MsoNormal>Dear all,</p><p class=MsoNormal>See you.</p></td></tr>"
        "</table>",
        "<p>Dear all,</p><p>See you.</p>",
    ),
    "outlook: lines in blocks": (
        '<div class="elementToProof">One</div><div><br></div><div>Two</div>',
        "<p>One</p><p>Two</p>",
    ),
    "libreoffice": (
        '<h1 class="western">Title</h1><p style="line-height:100%"><font face="Liberation Serif">'
        "A <b>bold</b> and <i>slanted</i> word</font></p><ul><li><p>One</p></li></ul>",
        "<h2>Title</h2><p>A <strong>bold</strong> and <em>slanted</em> word</p>"
        "<ul><li>One</li></ul>",
    ),
    "pages: styles by class": (
        "<style>p.p1 {margin: 0} span.s1 {font: bold 12px Helvetica}</style>"
        '<p class="p1"><span class="s1">Bold</span> plain</p>'
        '<ul class="ul1"><li class="li1"><span class="s1"></span>One</li></ul>',
        "<p><strong>Bold</strong> plain</p><ul><li>One</li></ul>",
    ),
    "a table keeps its cells": (
        "<table><tr><th>Drug</th><th>Stop</th></tr><tr><td><p>A</p></td><td></td></tr>"
        "<tr><td>B</td><td><p>2 days</p><p>before</p></td></tr></table>",
        "<p><strong>Drug</strong> | <strong>Stop</strong></p><p>A |</p><p>B | 2 days; before</p>",
    ),
    "a table in a table is read once": (
        "<table><tr><td>A</td><td><table><tr><td>x</td><td>y</td></tr></table></td></tr></table>",
        "<p>A | x | y</p>",
    ),
    "lines broken for want of paragraphs": (
        "<div>One<br><br><br>Two<br>still two<br></div>",
        "<p>One</p><p>Two<br>still two</p>",
    ),
    "typographic marks": (
        '<p class="x">‘Ring’ “now” – it’s 5&nbsp;mg…</p>',
        f"<p>‘Ring’ “now” – it’s 5{NBSP}mg…</p>",
    ),
    "raised and lowered numbers": (
        '<p class="x">10<sup>2</sup> and T<span style="vertical-align:sub">1</span></p>',
        "<p>10² and T₁</p>",
    ),
    "signs of markup in the words": (
        '<p class="x">p &lt; 0.05 &amp; <b>n &gt; 3</b></p>',
        "<p>p &lt; 0.05 &amp; <strong>n &gt; 3</strong></p>",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_pasted_says_what_it_said(name):
    pasted, meant = CASES[name]
    assert as_meant(pasted) == meant
    assert as_meant(as_meant(pasted)) == meant


@pytest.mark.parametrize("name", CASES)
def test_the_field_makes_the_same_of_it_without_any_script(name):
    pasted, meant = CASES[name]
    assert cleaned(pasted) == cleaned(meant)


def test_our_own_markup_is_never_touched():
    for path in Path("conditions/starter").glob("*.toml"):
        for line in path.read_text().split("\n"):
            assert as_meant(line) == line or "class=" in line


@pytest.mark.parametrize("start", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
def test_nothing_that_runs_gets_through(start):
    html = cleaned(f'{start}<p class="x" onclick="y()">Words <a href="javascript:z()">link</a></p>')
    assert html == "<p>Words link</p>"


def test_a_short_text_makes_bold_words_of_a_heading():
    field = CareCard._meta.get_field("html")
    assert field.sanitize('<h1 class="x">Signs</h1>') == "<p><strong>Signs</strong></p>"


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 20_000,
        "<span style='font-weight:700'>" * 5_000 + "x",
        "<table><tr><td>" * 500,
        "<p class=MsoListParagraph>" + "·" * 100_000,
        "<br>" * 50_000 + "<b>",
        "<ul><li>" * 3_000,
        "<td>" * 20_000 + "<b>",
        "<p class='x'>words " * 5_000,
    ],
)
def test_hostile_markup_costs_little_and_breaks_nothing(hostile):
    assert processor_seconds(lambda: as_meant(hostile)) < 5


@pytest.mark.django_db
def test_a_row_written_past_the_form_is_meant_well_too():
    page = make_page(words="")
    block = Prose(parent=page, region="main", ordering=10, html=CASES["word: a numbered list"][0])
    assert block.payload()["html"] == "<ol><li>First</li><li>Second</li></ol>"


@pytest.mark.django_db
def test_the_editor_is_told_what_the_clipboard_means(client):
    address = "/admin/conditions/page/pasted/"
    editor = signed_in(client, make_user("conditions.change_page"))
    table = CASES["a table keeps its cells"]
    answer = json.loads(editor.post(address, {"html": table[0]}).content)
    assert answer == {"html": table[1], "had_table": True}
    assert editor.get(address).status_code == 403
    assert editor.post(address, {"html": "x" * 1_000_001}).status_code == 413


@pytest.mark.django_db
def test_who_may_not_edit_is_told_nothing(client):
    reader = signed_in(client, make_user("conditions.view_page"))
    assert reader.post("/admin/conditions/page/pasted/", {"html": "<b>x</b>"}).status_code == 403
