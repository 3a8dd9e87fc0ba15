"""What stands on paper is written on with a pen, and read without pressing or turning anything."""

import pytest

from clinic_site.web.style_sheets import sheet
from conditions.illustrations import illustration_names
from conditions.public.leaflets import drawing
from conditions.public.on_paper import drawn_small, for_pens, in_flat_colours


def on_paper(words):
    return for_pens(f"<title>1800 022 222</title><body><li>{words}</li>").partition("<body>")[2]


def test_a_blank_is_a_rule_to_the_edge_and_several_are_as_many_lines():
    assert on_paper("Date: ____") == '<li>Date: <span class="rule"></span></li>'
    assert on_paper("Open: ____ ____ ____").count("next-rule") == 2


def test_a_blank_amid_a_line_stays_in_it():
    assert on_paper("My ____ side") == '<li>My <span class="gap"></span> side</li>'


NUMBERS = ["1800 022 222", "(02) 5550 1234", "0491 570 006", "13 11 14", "+61 2 5550 1234"]


@pytest.mark.parametrize("number", [*NUMBERS, "1300 555 123", "1800 33 00 66"])
def test_a_telephone_number_stays_in_one_piece(number):
    assert f'<span class="number">{number}</span>' in on_paper(f"Ring {number}: a nurse answers.")
    assert ".number{white-space:nowrap}" in "".join(sheet("paper.css").replace(";}", "}").split())


@pytest.mark.parametrize("words", ["13 to 15 weeks", "from 2012 2013", "R13 11 14"])
def test_other_numbers_are_left_alone(words):
    assert on_paper(words) == f"<li>{words}</li>"


def test_what_stands_above_the_page_is_left_alone():
    assert for_pens("<title>1800 022 222</title><body>").startswith("<title>1800 022 222</title>")


@pytest.mark.parametrize("name", illustration_names())
def test_a_drawing_in_a_narrow_column_has_the_words_for_phones(name):
    small = drawn_small(drawing(name).read_bytes())
    assert b"@media (max-width: 480px)" not in small
    assert b"font: 24px" not in small


RUNS = (
    b'<linearGradient id="tee"><stop stop-color="#aaa111"/><stop offset=".5" stop-color="#bbb222"/>'
    b'<stop offset="1" stop-color="#ccc333"/></linearGradient>'
)
FADES = b'<linearGradient id="op"><stop stop-color="#aaa111" stop-opacity="0"/></linearGradient>'
OF_A_MASK = (
    b'<linearGradient id="ends"><stop stop-color="#000"/><stop stop-color="#fff"/></linearGradient>'
)


def test_on_paper_a_colour_that_runs_into_another_is_the_one_between():
    assert b'fill="#bbb222"' in in_flat_colours(RUNS + b'<path fill="url(#tee)"/>')


@pytest.mark.parametrize(("gradient", "name"), [(FADES, "op"), (OF_A_MASK, "ends")])
def test_on_paper_what_fades_and_what_masks_stays(gradient, name):
    picture = gradient + f'<path fill="url(#{name})"/>'.encode()
    assert in_flat_colours(picture) == picture


def test_no_drawing_on_paper_has_clothes_that_run_from_one_colour_into_another():
    picture = drawing("walking-with-crutches").read_bytes()
    assert b"url(#tee)" in picture
    assert b"url(#tee)" not in in_flat_colours(picture)
