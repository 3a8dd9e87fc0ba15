"""Numbers of people as pictures: the picture counts what the words say."""

import re

import pytest

from conditions.icon_arrays import AISLE, CELL, ROW_HEIGHT, icon_array
from conditions.rendering import render_body

SEGMENT = re.compile(r"M([\d.]+) ([\d.]+)h(\d+)")


def people_in(path):
    """Column and row of each person that a path draws: a dash starts each 10 units."""
    for x, y, length in SEGMENT.findall(path):
        place = (float(x) - 5 - (AISLE if float(x) > 10 * CELL else 0)) / CELL
        for step in range(-(-int(length) // CELL)):
            yield round(place) + step, round((float(y) - 3.5) / ROW_HEIGHT)


@pytest.mark.parametrize(
    ("marked", "people"), [(81, 100), (0, 100), (100, 100), (3, 7), (20, 40), (1, 1), (59, 63)]
)
def test_each_person_is_drawn_once_and_the_first_are_marked(marked, people):
    picture = icon_array(marked, people)
    ours, others = list(people_in(picture.marked_heads)), list(people_in(picture.other_heads))
    assert len(ours) == marked
    assert ours + others == [(n % 20, n // 20) for n in range(people)]


def test_every_head_has_a_body():
    picture = icon_array(81, 100)
    assert picture.marked_heads.count("M") == picture.marked_bodies.count("M")
    assert picture.other_heads.count("M") == picture.other_bodies.count("M")


def test_pictures_that_stand_together_have_one_scale():
    assert icon_array(81, 100).width == icon_array(2, 40).width
    assert icon_array(81, 100).height == 2.5 * icon_array(2, 40).height


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


def drawn(*figures):
    return render_body({"format": 1, "blocks": list(figures)}, emergency_number="000").html


def test_a_picture_has_a_name_and_its_twin_in_words():
    html = drawn(figure(81, 100))
    assert 'aria-label="Picture of 100 people: 81 full, 19 hollow"' in html
    assert "<strong>81 out of 100</strong> people after fusion did well." in html
    assert "<strong>19 out of 100</strong> did not." in html


def test_more_than_a_hundred_people_are_a_bar_in_proportion():
    html = drawn(figure(7, 1000))
    assert 'class="people"' not in html
    assert 'viewBox="0 0 1000 1"' in html
    assert '<rect class="week-span" width="7" height="1"/>' in html
    assert "Bar of 1000 people: 7 filled, 993 empty" in html


def test_a_picture_of_a_hundred_people_is_light():
    html = drawn(figure(81, 100))
    assert len(html[html.index("<svg") : html.index("</svg>")]) < 1400
