"""Hints for the person who edits a page."""

import pytest

from conditions.publishing.hints import hints

HARD = "Conservative rehabilitation generally necessitates considerable determination."


def page(*blocks, **fields):
    return {"format": 1, "title": "Pain", "lead": "You can rest.", "blocks": list(blocks), **fields}


def prose(html):
    return {"kind": "prose", "html": html}


def test_a_plain_page_gets_no_hints():
    assert hints(page(prose("<p>You have two joints. They can hurt.</p>"))) == []


def test_a_hard_page_is_told_its_grade_and_its_worst_sentence():
    [hint] = hints(page(prose(f"<p>{HARD}</p>")))
    assert "grade 23.5" in hint
    assert HARD in hint


def test_three_long_sentences_at_most_are_named():
    long = [f"{word} {'it ' * 25}is." for word in ("Now", "Then", "Here", "There")]
    [hint] = [h for h in hints(page(prose(f"<p>{' '.join(long)}</p>"))) if "25 words" in h]
    assert hint.startswith("4 sentences have")
    assert "Here it" in hint
    assert "There it" not in hint


@pytest.mark.parametrize(
    "word", ["cure", "Cures", "CURED", "guarantee", "guaranteed", "best", "<b>cu</b>re"]
)
def test_promises_are_pointed_out(word):
    found = hints(page(prose(f"<p>This is {word} care.</p>")))
    assert [hint for hint in found if "promises too much" in hint]


@pytest.mark.parametrize("text", ["secure", "obscured", "bestow", "manicure", "a_cure"])
def test_words_that_only_contain_a_promise_are_fine(text):
    assert hints(page(prose(f"<p>A {text} thing.</p>"))) == []


def test_a_word_that_stands_often_is_one_hint():
    assert len(hints(page(prose("<p>The best. The Best of all.</p>")))) == 1


def test_a_promise_is_found_in_any_field_of_any_kind_of_block():
    checklist = {"kind": "checklist", "heading": "Bring", "items": ["a list", "your best shoes"]}
    card = {"kind": "care_card", "level": "urgent", "avoid": "<p>A cure.</p>"}
    new = {"kind": "not_known_yet", "parts": [{"words": "We guarantee it."}]}
    assert len(hints(page(checklist, card, new))) == 3


def test_addresses_codes_sources_and_the_glossary_are_not_read():
    figure = {"kind": "figure", "src": "/best-cure.webp", "slug": "best", "url": "/cure"}
    picture = {"illustration": "best", "renditions": [{"name": "best.webp"}]}
    glossary = [{"term": "Cure", "definition": "The best."}]
    sources = [{"citation": "The best cure: 90% guaranteed", "url": "https://best.example"}]
    lists = {"sources": sources, "glossary": glossary}
    assert hints(page({**figure, "picture": picture}, slug="best-cure", **lists)) == []


def test_a_treatment_option_is_read_once():
    option = {"kind": "treatment_option", "name": "Rest", "risks": "A best case. " + "It is. " * 9}
    facts = [{"label": "what can go wrong", "text": "You should, as before."}]
    assert len(hints(page({**option, "facts": facts}))) == 1


def test_a_third_urgent_care_card_is_too_many():
    cards = [{"kind": "care_card", "level": level} for level in ("emergency", "urgent")]
    assert hints(page(*cards, {"kind": "care_card", "level": "non_urgent"})) == []
    [hint] = hints(page(*cards, cards[0]))
    assert "3 emergency or urgent" in hint


@pytest.mark.parametrize(
    "claim", ["7 out of 10 people", "One out of twenty", "5,319 out of 10,000", "20%", "2 per cent"]
)
def test_a_figure_without_a_source_is_pointed_out(claim):
    [hint] = hints(page(prose(f"<p>{claim} felt less pain.</p>"), sources=[]))
    assert "needs a source" in hint
    assert claim in hint


def test_a_source_of_the_page_or_of_a_risk_figure_answers_for_the_figures():
    claim = prose("<p>7 out of 10 people did.</p>")
    figure = {"kind": "risk_figure", "heading": "Pain"}
    assert hints(page(claim, sources=[{"citation": "A 2019 trial"}])) == []
    assert hints(page(claim, {**figure, "source": {"citation": "A trial"}})) == []
    assert len(hints(page(claim, {**figure, "source": None}))) == 1
    assert len(hints(page(figure))) == 1


def test_out_of_bed_is_no_figure():
    assert hints(page(prose("<p>Get out of bed. 2 of us help.</p>"))) == []


def test_should_is_the_last_and_softest_hint():
    found = hints(page(prose("<p>You should rest. It is best.</p>")))
    assert len(found) == 2
    assert "Would “can” do?" in found[-1]


def test_the_emergency_number_is_read_as_a_number():
    words = "Call {emergency} now. " * 5
    assert hints(page(prose(f"<p>{words}</p>"), title="Go", lead="Go")) == []


def test_a_long_sentence_is_shortened_in_a_hint():
    assert all(len(hint) < 800 for hint in hints(page(prose("<p>" + "best word " * 5000 + "</p>"))))


def deep(value, levels):
    for _ in range(levels):
        value = [{"html": value}]
    return value


@pytest.mark.parametrize(
    "payload",
    [
        {},
        None,
        "best",
        [],
        7,
        {"blocks": None},
        {"blocks": "best"},
        {"blocks": [None, 3, "x", [], {}, {"kind": None}, {"kind": []}, {"level": {}}]},
        {"blocks": [{"kind": "risk_figure", 5: 5, "html": None}], "sources": 5},
        {"blocks": [{"kind": "care_card", "level": []}]},
        {"title": "<![x", "lead": "\0\ud800", "key_facts": {"a": {"b": ["<p"]}}},
        {"blocks": deep("best", 5000)},
    ],
)
def test_no_payload_makes_the_hints_raise(payload):
    assert isinstance(hints(payload), list)


def figure(effect, people=100):
    return {
        "kind": "risk_figure",
        "denominator": people,
        "effect": effect,
        "source": {"code": "R1"},
    }


@pytest.mark.parametrize(
    ("figures", "is_told"),
    [
        ([figure("benefit"), figure("harm")], False),
        ([figure("benefit"), figure("benefit"), figure("harm")], True),
        ([figure("benefit"), figure("benefit", people=14), figure("harm")], False),
        ([figure("harm"), figure("")], False),
    ],
)
def test_more_pictures_of_benefits_than_of_harms_are_pointed_out(figures, is_told):
    found = [hint for hint in hints(page(*figures)) if "pictures of a benefit" in hint]
    assert bool(found) == is_told


def test_a_mark_is_not_read_as_words():
    cited = prose("<p>You can rest [R1, R2].</p>")
    sources = [{"code": "R1"}, {"code": "R2"}]
    long = prose(f"<p>{'It ' * 24}is [R1, R2].</p>")
    assert hints(page(cited, sources=sources)) == []
    assert not [h for h in hints(page(long, sources=sources)) if "25 words" in h]
