"""Numbers of people as pictures: the picture counts what the words say."""

import re

import pytest

from conditions.icon_arrays import CELL, ROW_HEIGHT, corner, icon_array
from conditions.prepared.bodies import render_body

STEP = re.compile(r"([MHVvz])([\d.]*) ?([\d.]*)")


def edges(path):
    """The upright lines of a path, as (x, upper y, lower y)."""
    x = y = 0
    for command, first, second in STEP.findall(path):
        last = y
        if command == "M":
            x, y = int(first), int(second)
            start = (x, y)
            continue
        if command == "H":
            x = int(first)
        elif command == "V":
            y = int(first)
        elif command == "v":
            y += int(first)
        else:
            x, y = start
        if y != last:
            yield x, min(y, last), max(y, last)


def people_in(path, people=100):
    """Who stands within a path: the number of lines to the left of the person is odd."""
    for person in range(people):
        x, y = corner(person)
        x, y = x + CELL / 2, y + ROW_HEIGHT / 2
        if sum(1 for at, top, bottom in edges(path) if at < x and top < y < bottom) % 2:
            yield person


@pytest.mark.parametrize(
    ("marked", "people"),
    [(81, 100), (0, 100), (100, 100), (3, 50), (20, 60), (59, 63), (10, 75), (11, 100)],
)
def test_the_first_people_are_marked_and_the_others_are_not(marked, people):
    picture = icon_array(marked, people)
    assert list(people_in(picture.marked)) == list(range(marked))
    assert list(people_in(picture.others)) == list(range(marked, people))


def test_pictures_that_stand_together_have_one_scale():
    assert icon_array(81, 100).width == icon_array(2, 60).width
    assert 3 * icon_array(81, 100).height == 5 * icon_array(2, 60).height


def figure(numerator, denominator):
    return {
        "kind": "risk_figure",
        "group": "people after fusion",
        "outcome": "did well",
        "others": "did not",
        "numerator": numerator,
        "denominator": denominator,
        "time_frame": "at 6 months",
        "source": {"code": "R1", "citation": "Sample A. 2020.", "url": ""},
    }


def drawn(*blocks):
    return render_body({"format": 1, "blocks": list(blocks)}, emergency_number="000").html


def test_a_picture_has_a_name_and_its_twin_in_words():
    html = drawn(figure(81, 100))
    assert 'aria-label="Picture of 100 people: 81 full, 19 hollow"' in html
    assert "<strong>81 out of 100</strong> people after fusion did well." in html
    assert "<strong>19 out of 100</strong> did not." in html


def test_the_people_are_drawn_once_on_a_page():
    between = {"kind": "prose", "html": "<p>Words.</p>"}
    html = drawn(figure(81, 100), figure(25, 100), between, figure(3, 100))
    assert html.count('<pattern id="person"') == 1
    assert html.count('fill="url(#person)"') == 3


def test_more_than_a_hundred_people_are_a_bar_in_proportion():
    html = drawn(figure(7, 1000))
    assert 'class="people"' not in html
    assert 'viewBox="0 0 1000 1"' in html
    assert '<rect class="week-span" width="7" height="1"/>' in html
    assert "Bar of 1000 people: 7 filled, 993 empty" in html


def test_few_people_stand_in_words_alone():
    html = drawn(figure(3, 49))
    assert "<strong>3 out of 49</strong>" in html
    assert 'class="people"' not in html
    assert "people-bar" not in html


def test_harm_has_a_shape_of_its_own():
    assert 'fill="url(#harmed)"' in drawn({**figure(14, 100), "effect": "harm"})
    assert "14 crossed, 86 hollow" in drawn({**figure(14, 100), "effect": "harm"})
    assert 'fill="url(#person)"' in drawn({**figure(14, 100), "effect": "benefit"})
    assert "harm-span" in drawn({**figure(14, 1000), "effect": "harm"})
