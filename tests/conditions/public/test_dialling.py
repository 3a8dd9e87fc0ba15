"""A telephone number in a fact at the top of a page dials, and a count of something does not."""

import pytest

from conditions.templatetags.links import dialling


def test_a_number_dials_and_the_words_around_it_stay():
    made = dialling("Ring a nurse, day or night: Healthdirect, 1800 022 222, free")
    link = '<a href="tel:1800022222">1800 022 222</a>'
    assert made == f"Ring a nurse, day or night: Healthdirect, {link}, free"


def test_a_number_with_its_area_dials():
    assert dialling("(02) 5550 1234") == '<a href="tel:0255501234">(02) 5550 1234</a>'


@pytest.mark.parametrize("words", ["1 in 100", "1800 of 2000 people", "13 to 18 weeks", "4.5 kg"])
def test_what_is_no_telephone_stays_as_it_is(words):
    assert dialling(words) == words


def test_what_somebody_typed_is_never_markup():
    assert dialling("<b> 1800 022 222") == '&lt;b&gt; <a href="tel:1800022222">1800 022 222</a>'


@pytest.mark.parametrize("number", ["02 5550 1234", "0255501234", "(08)5550 1234", "0491570156"])
def test_a_number_dials_however_somebody_wrote_it_in_a_hurry(number):
    digits = number.replace(" ", "").strip("()").replace(")", "")
    assert f'Ring <a href="tel:{digits}">{number}</a>.' == dialling(f"Ring {number}.")
