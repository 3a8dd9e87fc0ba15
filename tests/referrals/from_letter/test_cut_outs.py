"""The place of an answer is cut out of the drawn page, and of nothing else."""

from io import BytesIO

import pytest
from PIL import Image

from referrals.drawing.cut_outs import ACROSS, cut_outs
from tests.makers import sample_pdf


def sizes(*places):
    pictures = cut_outs(sample_pdf(), [list(place) for place in places])
    return [Image.open(BytesIO(one)).size if one else None for one in pictures]


def test_each_place_is_a_picture_of_its_part_of_the_page():
    assert sizes((0, 0.2, 0.5, 0.6, 0.55)) == [(408, 53)]


def test_a_place_at_the_edge_stays_on_the_page():
    assert sizes((0, 0.0, 0.0, 1.0, 0.1)) == [(ACROSS, 101)]


@pytest.mark.parametrize(
    "place",
    [(3, 0.1, 0.1, 0.5, 0.2), (-1, 0.1, 0.1, 0.5, 0.2), (0, 0.5, 0.1, 0.1, 0.2), (0, 0, 0, 1, 1)],
)
def test_what_is_no_place_in_a_letter_gives_no_picture(place):
    assert sizes(place) == [None]
