"""A printed page leads back to itself and says which version it is."""

import re

import pytest
import qrcode

from conditions.templatetags.leaflet import qr_code, strokes


@pytest.mark.parametrize(
    ("row", "path"),
    [([], ""), ([False, True, True, False, True], "M1 3h2m1 0h1"), ([True], "M0 3h1")],
)
def test_dark_modules_in_a_row_are_one_stroke(row, path):
    assert strokes(3, row) == path


def test_the_strokes_cover_exactly_the_dark_modules():
    address = "https://clinic.example/treatments/minimally-invasive-fusion/"
    code = qr_code(address)
    other = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    other.add_data(address)
    other.make(fit=True)
    dark = sum(sum(row) for row in other.get_matrix())
    assert sum(int(length) for length in re.findall(r"h(\d+)", code.path)) == dark
    assert code.size == len(other.get_matrix())
