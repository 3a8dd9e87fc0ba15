"""How hard a text is to read."""

import pytest

from conditions.markup import read_words
from conditions.publishing.readability import (
    LONG,
    grade,
    longer_than,
    sentences,
    syllables,
    worst_of,
)


@pytest.mark.parametrize(
    ("html", "words", "parts", "ends"),
    [
        ("<p>The cat sat on the mat.</p>", 6, 6, 1),
        ("<p>You have two joints. They are strong.</p>", 7, 7, 2),
        ("<p>The sacroiliac joint sits between the sacrum and the ilium.</p>", 10, 18, 1),
        ("<p>Steroid injections may reduce inflammation.</p>", 5, 12, 1),
    ],
)
def test_the_grade_follows_the_formula_of_flesch_and_kincaid(html, words, parts, ends):
    assert grade(html) == pytest.approx(0.39 * words / ends + 11.8 * parts / words - 15.59)


def test_a_famous_text_gets_about_its_known_grade():
    gettysburg = (
        "<p>Four score and seven years ago our fathers brought forth on this continent, a new "
        "nation, conceived in Liberty, and dedicated to the proposition that all men are created "
        "equal.</p><p>Now we are engaged in a great civil war, testing whether that nation, or "
        "any nation so conceived and so dedicated, can long endure.</p>"
    )
    assert grade(gettysburg) == pytest.approx(13.6, abs=0.7)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("joint", 1),
        ("bones", 1),
        ("walked", 1),
        ("curled", 1),
        ("safely", 2),
        ("muscles", 2),
        ("boxes", 2),
        ("treated", 2),
        ("movement", 2),
        ("going", 2),
        ("trial", 2),
        ("players", 2),
        ("ligaments", 3),
        ("Ilium", 3),
        ("café", 2),
        ("usual", 3),
        ("video", 3),
        ("MRI", 3),
        ("follow-up", 3),
        ("operation", 4),
        ("diagnosis", 4),
        ("sacroiliac", 5),
        ("osteoporosis", 6),
        ("surgeon’s", 2),
        ("2.6", 1),
        ("5,319", 1),
        ("hmm", 1),
    ],
)
def test_syllables_are_counted_as_spoken(word, count):
    assert syllables(word) == count


def test_headings_list_items_and_line_breaks_end_a_sentence():
    html = "<h2>Risks</h2><ul><li>bleeding</li><li><p>an infection</p></li></ul>One<br>two"
    assert sentences(html) == ["Risks", "bleeding", "an infection", "One", "two"]


def test_markup_within_a_sentence_does_not_end_it():
    html = '<p>See <a href="/x">our <strong>guide</strong></a>, please. Th<em>an</em>ks!</p>'
    assert sentences(html) == ["See our guide, please.", "Thanks!"]


@pytest.mark.parametrize(
    "text",
    [
        "Ask Dr. Lee about it.",
        "Try a cushion, e.g. a wedge.",
        "Pain fell by 2.6 points.",
        "“Stop!” she said.",
        "Come at 3 p.m. or later.",
    ],
)
def test_not_every_full_stop_ends_a_sentence(text):
    assert sentences(f"<p>{text}</p>") == [text]


def test_quotes_and_brackets_stay_with_their_sentence():
    html = "<p>“It hurts.” (Many say so.) 7 out of 10 do.</p>"
    assert sentences(html) == ["“It hurts.”", "(Many say so.)", "7 out of 10 do."]


def test_a_sentence_of_25_words_is_not_long_and_one_of_26_is():
    short_enough = "Word" + " word" * 24 + "."
    html = f"<p>{short_enough} {short_enough[:-1]} more.</p>"
    assert longer_than(LONG, sentences(html)) == [f"{short_enough[:-1]} more."]
    assert len(longer_than(24, sentences(html))) == 2


def test_the_worst_sentence_is_the_one_that_weighs_most_and_not_a_lone_hard_word():
    worst = "Conservative rehabilitation generally necessitates considerable determination."
    html = f"<h2>Osteoporosis</h2><p>You can walk. {worst} You can rest. We help you.</p>" * 2
    assert worst_of(sentences(html), 5)[0] == worst
    assert len(worst_of(sentences(html), 2)) == 2
    assert worst_of(sentences(html), 0) == []


@pytest.mark.parametrize("html", ["", "   ", "<p></p>", "<p>… – !</p>", "<script>a b.</script>"])
def test_a_text_without_words_has_grade_0(html):
    assert grade(html) == 0
    assert sentences(html) == []
    assert worst_of(sentences(html), 5) == []


@pytest.mark.parametrize(
    "html",
    ["<![CDATA[x", "<!x", "<p", "<p class='", "</", "&#xFFFFFFFF;", "a < b", "\0", "<!--", "<?x"],
)
def test_broken_markup_is_read_as_well_as_it_can_be(html):
    grade(f"<p>Well.</p>{html}")
    assert sentences(f"<p>Well.</p>{html}")[0] == "Well."


def test_what_a_browser_does_not_show_is_not_read():
    html = "<p>Seen.<!-- not seen --></p><style>p { x: y }</style><script>no()</script>&amp; more"
    assert read_words(html) == ["Seen.", "& more"]


def test_a_very_long_text_is_read_quickly():
    assert len(sentences("<p>" + "a. B! ... )))) " * 20_000 + "</p>")) > 20_000
