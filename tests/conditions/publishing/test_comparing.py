"""What changed between two versions of a page."""

import pytest

from conditions.publishing.comparing import UNREADABLE, Change, compare


def page(*blocks, **fields):
    base = {"format": 1, "title": "Pain", "lead": "What it is.", "blocks": list(blocks)}
    return {**base, **fields}


def prose(html):
    return {"kind": "prose", "html": html}


def card(level="urgent", heading="Call if:"):
    return {"kind": "care_card", "level": level, "heading": heading, "html": "<p>Fever.</p>"}


def changes(old, new):
    return [change for change in compare(old, new) if change.kind != "same"]


def test_equal_versions_are_one_run_of_unchanged_lines():
    version = page(prose("<p>One.</p><p>Two.</p>"))
    assert compare(version, version) == [
        Change("same", "Unchanged", [("same", "4 lines are the same")])
    ]


def test_a_changed_title_shows_its_words():
    [change] = changes(page(), page(title="Pain below the back"))
    assert change == Change("changed", "Title", [("same", "Pain"), ("added", "below the back")])


def test_a_title_written_anew_is_still_the_title():
    [change] = changes(page(), page(title="What hurts"))
    assert change.parts == [("removed", "Pain"), ("added", "What hurts")]


def test_words_that_changed_within_a_paragraph_are_marked():
    [change] = changes(
        page(prose("<p>Rest for two days at home.</p>")),
        page(prose("<p>Rest for <b>three</b> days at home.</p>")),
    )
    assert change == Change(
        "changed",
        "Text 1",
        [
            ("same", "Rest for"),
            ("removed", "two"),
            ("added", "three"),
            ("same", "days at home."),
        ],
    )


def test_a_paragraph_can_be_added_or_removed():
    short, long = page(prose("<p>One.</p>")), page(prose("<p>One.</p><ul><li>Two.</li></ul>"))
    assert changes(short, long) == [Change("added", "Text 1", [("added", "Two.")])]
    assert changes(long, short) == [Change("removed", "Text 1", [("removed", "Two.")])]


def test_a_block_put_in_front_does_not_make_the_others_look_changed():
    old = page(prose("<p>One.</p>"), card(), prose("<p>Two.</p>"))
    new = page(prose("<p>Zero.</p>"), *old["blocks"])
    assert changes(old, new) == [Change("added", "Text 1", [("added", "Zero.")])]


def test_lines_of_different_kinds_are_never_versions_of_each_other():
    old, new = page(prose("<p>Fever.</p>")), page({"kind": "step", "html": "<p>Fever.</p>"})
    assert [(c.kind, c.label) for c in changes(old, new)] == [
        ("added", "Step 1"),
        ("removed", "Text 1"),
    ]


def test_paragraphs_with_little_in_common_are_removed_and_added():
    old, new = page(prose("<p>You can walk.</p>")), page(prose("<p>Implants stay for life.</p>"))
    assert sorted(change.kind for change in changes(old, new)) == ["added", "removed"]


def test_the_urgency_of_a_care_card_is_named():
    [change] = changes(page(card("urgent")), page(card("emergency")))
    assert change.label == "Care card 1"
    assert change.parts == [("same", "Level:"), ("removed", "urgent"), ("added", "emergency")]


def test_a_link_that_leads_elsewhere_is_named():
    [change] = changes(
        page(prose('<p>See <a href="/a/">here</a>.</p>')),
        page(prose('<p>See <a href="https://evil.example">here</a>.</p>')),
    )
    assert "evil.example" in str(change.parts)


def test_numbers_items_and_nested_values_of_a_block_are_compared():
    old = {"kind": "risk_figure", "out_of": 100, "items": ["a"], "source": {"url": "/x"}}
    new = {"kind": "risk_figure", "out_of": 10, "items": ["a", "b"], "source": {"url": "/y"}}
    found = changes(page(old), page(new))
    assert [change.label for change in found] == ["Risk figure 1"] * 3
    assert ("removed", "100") in [part for change in found for part in change.parts]


def test_key_facts_and_sources_are_one_line_each():
    old = page(key_facts=[{"label": "Cut", "value": "2 cm"}], sources=[])
    new = page(
        key_facts=[{"value": "3 cm", "label": "Cut"}], sources=[{"citation": "A trial", "url": ""}]
    )
    assert [c.label for c in changes(old, new)] == ["Key fact 1", "Source 1"]
    assert changes(old, new)[0].parts[0] == ("same", "Cut –")


def test_the_order_of_keys_in_the_database_makes_no_difference():
    version = page(card(), key_facts=[{"label": "Cut", "value": "2 cm"}])
    turned = dict(reversed(version.items()))
    turned["blocks"] = [dict(reversed(version["blocks"][0].items()))]
    assert changes(version, turned) == []


def test_a_change_of_look_alone_does_not_go_unmentioned():
    [change] = changes(page(prose("<p>One.</p>")), page(prose("<h2>One.</h2>")))
    assert change.label == "Look"


def test_a_picture_is_one_line_and_a_treatment_option_says_its_facts_once():
    def version(name, risks):
        picture = {"image": 1, "width": 960, "renditions": [{"name": name, "width": 480}]}
        facts = [{"label": "what can go wrong", "text": risks}]
        option = {"kind": "treatment_option", "risks": risks, "facts": facts}
        return page({"kind": "figure", "picture": picture}, option)

    found = changes(version("a.webp", "Pain"), version("b.webp", "Bleeding"))
    assert [change.label for change in found] == ["Figure 1", "Treatment option 1"]
    assert ("added", "Bleeding") in found[1].parts


def test_lines_of_a_plain_text_are_lines_and_rich_text_under_any_name_has_no_tags():
    old = page({"kind": "figure", "long_description": "One.\nTwo <5.\n"})
    new = page({"kind": "figure", "long_description": "One.\nTwo <b>.", "new": "<p>A <i>b</i></p>"})
    assert [change.parts[-1] for change in changes(old, new)] == [
        ("added", "<b>."),
        ("added", "New: A b"),
    ]


def test_a_less_than_sign_in_a_title_is_a_letter():
    [change] = changes(page(title="Pain <b>"), page(title="Pain"))
    assert ("removed", "<b>") in change.parts


def test_withdrawing_removes_every_line_and_publishing_again_adds_them():
    version = page(prose("<p>One.</p>"))
    assert {change.kind for change in compare(version, {})} == {"removed"}
    assert {change.kind for change in compare({}, version)} == {"added"}
    assert compare({}, {}) == []


@pytest.mark.parametrize(
    "unknown", [{"format": 99}, {"title": "x"}, {"format": None}, None, "x", []]
)
def test_a_version_of_another_format_cannot_be_shown(unknown):
    expected = [Change("changed", "Cannot be shown", [("same", UNREADABLE)])]
    assert compare(unknown, page()) == expected
    assert compare(page(), unknown) == expected


@pytest.mark.parametrize(
    "blocks", [None, "x", 5, [None], ["x"], [[]], [{}], [{"kind": None}], [{"html": None}]]
)
def test_odd_blocks_are_shown_as_well_as_they_can_be(blocks):
    assert isinstance(compare(page(), {**page(), "blocks": blocks}), list)
    assert isinstance(compare({**page(), "blocks": blocks}, page()), list)


def test_a_rewritten_long_page_is_compared_quickly():
    old = page(prose("".join(f"<p>Old words {n} of this page here.</p>" for n in range(300))))
    new = page(prose("".join(f"<p>New text {n} on that sheet there.</p>" for n in range(300))))
    assert len(changes(old, new)) == 600
