"""Words explained where they first stand."""

import pytest

from conditions.terms import mark_first_uses, terms_on

ILIUM = {
    "term": "Ilium",
    "variants": ["ilia"],
    "pronunciation": "ILL-ee-um",
    "definition": "The wing bone.",
}


def item(term, *variants, definition="What it is."):
    fields = {"term": term, "variants": list(variants), "pronunciation": ""}
    return {**fields, "definition": definition}


JOINT, SI_JOINT = item("Joint", "joints"), item("Sacroiliac joint")


def marks(html, *glossary):
    return mark_first_uses(html, list(glossary)).count('class="term"')


def test_a_term_is_explained_where_it_stands():
    assert mark_first_uses("<p>Your ilium.</p>", [ILIUM]) == (
        '<p>Your <span class="term"><button type="button" class="term-word" '
        'popovertarget="term-ilium">ilium</button><span class="term-meaning" id="term-ilium" '
        "popover><strong>Ilium</strong> (say ILL-ee-um): The wing bone.</span></span>.</p>"
    )


def test_only_the_first_use_is_marked_whatever_its_form():
    html = "<p>Both ilia. The ILIUM.</p><p>An ilium.</p>"
    marked = mark_first_uses(html, [ILIUM])
    assert marked.count("<button") == 1
    assert ">ilia</button>" in marked


def test_a_term_without_a_pronunciation_says_none():
    assert "<strong>Joint</strong>: What it is." in mark_first_uses("<p>A joint</p>", [JOINT])


def test_longer_terms_are_taken_before_their_parts():
    marked = mark_first_uses("<p>The sacroiliac\n joint. A joint.</p>", [JOINT, SI_JOINT])
    assert ">sacroiliac\n joint</button>" in marked
    assert ". A <span" in marked


@pytest.mark.parametrize(
    "name", ["h1", "h2", "h6", "a", "button", "summary", "dt", "figcaption", "title", "script"]
)
def test_some_elements_are_never_marked(name):
    inside = f'<{name} class="x">ilium <b>ilium</b></{name}>'
    assert mark_first_uses(inside, [ILIUM]) == inside
    assert mark_first_uses(f"{inside}<p>ilium</p>", [ILIUM]).startswith(f"{inside}<p><span")


def test_the_names_of_tags_do_not_matter_in_capitals():
    assert marks("<H2>ilium</H2><A HREF='x'>ilium</A>", ILIUM) == 0


@pytest.mark.parametrize(
    "html",
    [
        "<p>iliums, biilium, ilium2, ilium_x, post-ilium, ilium-like</p>",
        '<img alt="ilium" src="ilium.webp">',
        '<p title="a > ilium">x</p>',
        "<!-- ilium <p>ilium</p> -->",
        "<p>&ilium;</p>",
        "<p>{ilium}</p>",
        "<p>x <p ilium",
        "<a/>ilium</a>",
        "<svg><path/><text>ilium</text></svg>",
        "<h2>ilium",
    ],
)
def test_what_is_no_whole_word_of_prose_is_left_alone(html):
    assert mark_first_uses(html, [ILIUM]) == html


@pytest.mark.parametrize(
    "html", ["ilium", "(ilium)", "ilium’s", "x&nbsp;ilium", "x –ilium–", "<br>ilium"]
)
def test_a_whole_word_may_stand_beside_signs(html):
    assert marks(html, ILIUM) == 1


def test_an_entity_is_not_a_word():
    html = "<p>Q&amp;A, x&nbsp;y, &#x27;</p>"
    assert mark_first_uses(html, [item("amp"), item("nbsp"), item("x27")]) == html


def test_signs_and_spaces_of_a_term_are_found_as_markup_writes_them():
    assert marks("<p>Q&amp;A</p>", item("Q&A")) == 1
    assert terms_on(["Q&A in plain text"], [item("Q&A")])
    assert marks("<p>Paget’s&nbsp;disease</p>", item("Paget's disease")) == 1
    assert marks("<p>C++ (open)</p>", item("(open)"), item("a.b*")) == 1


def test_nothing_of_the_glossary_becomes_markup():
    bad = '<script>alert("x")</script>'
    hostile = {"term": "Ilium", "pronunciation": bad, "definition": bad, "variants": [bad]}
    marked = mark_first_uses("<p>ilium</p>", [hostile])
    assert "<script>" not in marked
    assert marked.count("&lt;script&gt;") == 2


def test_a_page_marked_once_more_stays_as_it_is():
    once = mark_first_uses("<p>ilium, ilium and joint</p>", [ILIUM, JOINT])
    assert mark_first_uses(once, [ILIUM, JOINT]) == once


def test_an_explanation_does_not_explain_its_own_words():
    glossary = [item("Ilium", definition="A bone near the joint."), JOINT]
    marked = mark_first_uses("<p>ilium, joint</p>", glossary)
    assert ": A bone near the joint.</span>" in marked
    assert marks(marked, *glossary) == 2


def test_terms_with_the_same_slug_or_none_get_ids_of_their_own():
    marked = mark_first_uses("<p>C C++ 骨盆</p>", [item("C"), item("C++"), item("骨盆")])
    assert marked.count("<button") == 3
    assert len({part.split('"')[0] for part in marked.split(' id="')[1:]}) == 3


@pytest.mark.parametrize(
    "glossary", [[], [{"term": "", "definition": ""}], [{"term": " ", "variants": ["", None]}]]
)
def test_an_empty_glossary_changes_nothing(glossary):
    assert mark_first_uses("<p>Any word.</p>", glossary) == "<p>Any word.</p>"
    assert terms_on(["<p>Any word.</p>"], glossary) == []


def test_an_item_needs_no_variants_and_no_pronunciation():
    assert marks("<p>ilium</p>", {"term": "Ilium", "definition": "x", "variants": None}) == 1


def test_the_terms_of_a_page_come_in_the_order_of_the_glossary():
    texts = ["<h2>Joints</h2>", "<p>Both ilia.</p><!-- sacroiliac joint -->"]
    assert terms_on(texts, [ILIUM, SI_JOINT, JOINT]) == [ILIUM, JOINT]
    assert terms_on(['<p title="ilium">x</p><script>joint</script>'], [ILIUM, JOINT]) == []


def test_a_long_page_with_a_long_glossary_is_marked_quickly():
    glossary = [item(f"term{number} word") for number in range(200)]
    html = "".join(f"<p>The term{number} word and <b>more</b>.</p>" for number in range(200)) * 5
    assert marks(html, *glossary) == 200
