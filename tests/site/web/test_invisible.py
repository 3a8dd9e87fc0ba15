"""One name cannot be shown as another by signs that nobody sees; names of every script stay."""

import pytest

from clinic_site.web.invisible import visible_line, visible_lines

NAMES = [
    "Müller",
    "محمد بن سلمان",
    "علی\u200cرضا",  # Persian: without the joiner it is spelled wrong
    "שָׁרוֹן כֹּהֵן",
    "अमित क्\u200dष",
    "शर्\u200dमा",
    "ക\u0d4d\u200d",  # Malayalam as it was written before 2008
    "ශ්\u200dරී",
    "葛\U000e0100城",
    "O’Brien-Nguyễn",
    "Sam 👩🏽\u200d⚕\ufe0f 1\ufe0f⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "X",
    "김철수",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_stays_as_it_was_typed(name):
    import unicodedata

    assert visible_line(name) == unicodedata.normalize("NFC", name)
    assert visible_lines(name) == name


@pytest.mark.parametrize("code", [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068])
def test_a_direction_turns_no_name_around(code):
    assert visible_line(f"{chr(code)}nhoJ{chr(0x2069)} Smith") == "nhoJ Smith"


HIDDEN = [0x200B, 0x2060, 0x00AD, 0x034F, 0x061C, 0x200E, 0x200F, 0x2063, 0xFEFF, 0xFFF9, 0xFFFA]
HIDDEN += [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x180E, 0x180B, 0x17B4, 0xE0041, 0xE0001, 0xFE00]
HIDDEN += [0xFE0F, 0xE0100, 0x200C, 0x200D, 0x1D173, 0x206A]


@pytest.mark.parametrize("code", HIDDEN)
def test_two_names_that_look_the_same_are_the_same(code):
    assert visible_line(f"Sm{chr(code)}ith{chr(code)}") == "Smith"


def test_a_name_is_composed():
    assert visible_line("Mu\u0308ller") == "Müller"


def test_a_text_keeps_its_lines_and_what_ends_in_its_own_line():
    whole = "אחת \u2067abc\u2069 שתים\u200f\n\u202babc\u202c\nplain"
    assert visible_lines(whole) == whole


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("take \u202e05\u202c mg", "take 05 mg"),  # would be read as 50
        ("a\u2067b\nc\u2069d", "ab\ncd"),
        ("a\u202bb", "ab"),
        ("a\u2069b\u202cc", "abc"),
        ("a\u2066b\u202cc\u2069d", "a\u2066bc\u2069d"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("tag\U000e0041\U000e0042", "tag"),
    ],
)
def test_a_text_loses_what_turns_it_around_or_hides(typed, kept):
    assert visible_lines(typed) == kept


def test_a_long_text_takes_no_time():
    assert visible_lines("\u2067ش\u200c" * 30_000) == "ش" * 30_000
