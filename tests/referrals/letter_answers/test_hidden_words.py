"""Words that nobody sees on the page answer nothing, and the letter is marked."""

import pytest
from pikepdf import Array, Dictionary, Name

from tests.referrals.letter_answers.drawn import (
    LETTER,
    letter,
    pdf,
    read_lines,
    read_pdf,
    value,
    written,
)

OTHER = "Patient Name: Mary IMPOSTOR\nMobile: 0491 570 006\nDate of Birth: 02/03/1970"


def covered(made, page):
    """A white picture over the place, as a scan lies over its text."""
    picture = made.make_stream(
        b"\xff" * 100, Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10
    )
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    page.Resources.XObject.Im = picture


def layer_off(made, page):
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name="Draft"))
    state = Dictionary(OFF=Array([layer]), Order=Array([layer]))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=state)
    page.Resources.Properties = Dictionary(L1=layer)


HIDDEN = {
    "never painted": (written(OTHER, top=400, before="3 Tr"), None),
    "white on white": (written(OTHER, top=400, before="1 g"), None),
    "nearly white": (written(OTHER, top=400, before="0.97 g"), None),
    "tiny": (written(OTHER, top=400, size=2), None),
    "beyond the edge": (written(OTHER, left=700, top=400), None),
    "cut off": (written(OTHER, top=400, before="0 0 5 5 re W n"), None),
    "under white paint": (written(OTHER, top=400) + " q 1 g 40 300 400 150 re f Q", None),
    "under a picture": (written(OTHER, top=400) + " q 400 0 0 150 40 300 cm /Im Do Q", covered),
    "in a layer that is off": (f"/OC /L1 BDC {written(OTHER, top=400)} EMC", layer_off),
    "across the page": ("q 0 1 -1 0 300 300 cm BT /F1 10 Tf (Mobile: 0491 570 006) Tj ET Q", None),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_hidden_words_are_not_read(way):
    extra, change = HIDDEN[way]
    answers = letter(extra=extra, change=change)
    assert value(answers, "patient_family_name") == "Citizen"
    assert value(answers, "patient_birth_date") == "1960-02-01"
    assert "patient_phone" not in answers.answers
    assert "impostor" not in answers.names_and_dates.words


@pytest.mark.parametrize("way", HIDDEN)
def test_a_letter_with_hidden_words_is_marked(way):
    extra, change = HIDDEN[way]
    assert "hidden_words" in letter(extra=extra, change=change).tricks


def test_an_ordinary_letter_is_not_marked():
    assert letter().tricks == ()


def test_white_words_on_a_dark_ground_are_read():
    ground = "q 0 0 0.4 rg 40 380 300 40 re f Q " + written(
        "Mobile: 0491 570 006", top=400, before="1 g"
    )
    assert "mobile" in letter(extra=ground).names_and_dates.words


def test_words_over_others_are_not_read():
    """White letters over black ones would else be read as the name."""
    over = written("Mobile: 0491 570 157", top=400) + written("Mobile: 0491 570 006", top=400)
    assert "patient_phone" not in letter(extra=over).answers


def test_a_text_behind_the_text_is_not_read():
    """What a program is to read aloud (ActualText) is not what the page shows."""
    spoken = written(LETTER.format(more="")).replace("(DOB: 01/02/1960)", "(DOB: 01/02/1960)", 1)
    spoken = f"/Span <</Actual#54ext (DOB: 02/03/1970)>> BDC {spoken} EMC"
    answers = read_pdf(pdf(spoken))
    assert value(answers, "patient_birth_date") == "1960-02-01"


def test_notes_beside_the_page_are_not_read():
    def noted(made, page):
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=Array([50, 300, 70, 320]), Contents=OTHER
        )
        page.Annots = Array([made.make_indirect(note)])

    assert "impostor" not in letter(change=noted).names_and_dates.words


def test_a_scan_with_its_text_behind_it_is_a_scan():
    answers = read_pdf(pdf(written(LETTER.format(more=OTHER), before="3 Tr")))
    assert answers.state == "scan"
    assert not answers.answers


MARKS = {"left to right": "\u202d", "right to left": "\u202e", "isolated": "\u2067"}


@pytest.mark.parametrize("way", MARKS)
def test_a_line_that_turns_its_direction_is_not_read(way):
    answers = read_lines(
        "Re: Mr John CITIZEN", f"DOB: {MARKS[way]}01/02/1960", "A letter of some length."
    )
    assert "patient_birth_date" not in answers.answers
    assert answers.tricks == ("odd_signs",)


def test_signs_without_width_are_taken_out_of_words():
    answers = read_lines(
        "Re: Mr John CIT\u200bIZEN", "DOB: 01/\u200d02/1960", "A letter of some length."
    )
    assert value(answers, "patient_family_name") == "Citizen"
    assert value(answers, "patient_birth_date") == "1960-02-01"
    assert answers.tricks == ("odd_signs",)
