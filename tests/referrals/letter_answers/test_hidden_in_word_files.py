"""Words of Word files and RTF that nobody sees: white, tiny, or marked as hidden."""

import pytest

from referrals.inspecting.sniffing import DOCX, RTF
from referrals.letter_answers.child import answers_of
from tests.letters.making.sheets import Sheet, as_docx
from tests.referrals.letter_answers.drawn import value

SEEN = "Re: Mr John CITIZEN, DOB 01/02/1960, with pain over the sacroiliac joint."
LOOKS = {
    "hidden": "<w:rPr><w:vanish/></w:rPr>",
    "white": '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>',
    "tiny": '<w:rPr><w:sz w:val="4"/></w:rPr>',
}
RTF_LOOKS = {"hidden": "\\v ", "white": "\\cf1 ", "tiny": "\\fs4 "}


def word_file(looks: str) -> bytes:
    """The second line is written with the looks."""
    import zipfile
    from io import BytesIO

    whole, target = (
        zipfile.ZipFile(BytesIO(as_docx(Sheet().p(SEEN, "Mobile: 0491 570 006", gap=False)))),
        BytesIO(),
    )
    with zipfile.ZipFile(target, "w") as changed:
        for name in whole.namelist():
            text = whole.read(name).decode()
            mobile = '<w:r><w:t xml:space="preserve">Mobile'
            changed.writestr(name, text.replace(mobile, mobile.replace("<w:r>", f"<w:r>{looks}")))
    return target.getvalue()


@pytest.mark.parametrize("way", LOOKS)
def test_hidden_words_of_a_word_file_are_not_read(way):
    answers = answers_of(DOCX, word_file(LOOKS[way]))
    assert value(answers, "patient_family_name") == "Citizen"
    assert "patient_phone" not in answers.answers


def test_the_same_words_are_read_where_they_are_seen():
    assert value(answers_of(DOCX, word_file("")), "patient_phone") == "0491 570 006"


@pytest.mark.parametrize("way", RTF_LOOKS)
def test_hidden_words_of_an_rtf_are_not_read(way):
    colours = "{\\colortbl;\\red255\\green255\\blue255;}"
    text = f"{{\\rtf1\\ansi{colours}{SEEN}\\par {{{RTF_LOOKS[way]}Mobile: 0491 570 006}}\\par}}"
    answers = answers_of(RTF, text.encode())
    assert value(answers, "patient_family_name") == "Citizen"
    assert "patient_phone" not in answers.answers


@pytest.mark.parametrize("way", ["white", "tiny"])
def test_a_letter_with_faint_words_is_marked(way):
    assert answers_of(DOCX, word_file(LOOKS[way])).tricks == ("hidden_words",)
