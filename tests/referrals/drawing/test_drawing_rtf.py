"""The words of an RTF file in the record, as practice software of any age writes them."""

import pytest

from referrals.drawing.file_pages import answer_for
from referrals.drawing.letters.rtf_words import words_of_rtf
from referrals.drawing.letters.words import Paragraph, Table, texts
from referrals.inspecting.sniffing import RTF
from tests.rendering import page_words
from tests.sample_files import rtf


def read(body: str, **head: str) -> list[str]:
    return list(texts(words_of_rtf(rtf(body, **head))))


def test_a_letter_is_drawn_and_says_what_it_is():
    told, pdf = answer_for(RTF, rtf(r"Dear colleague\par Left hip, no allergy"))
    assert told == {"pages": 1, "notes": []}
    words = page_words(pdf)[0]
    assert "Left hip, no allergy" in words
    assert "Words of the sender’s RTF file. The original is in the inbox." in words


def test_a_mark_of_the_byte_order_in_front_does_no_harm():
    assert list(texts(words_of_rtf(b"\xef\xbb\xbf" + rtf("Left hip")))) == ["Left hip"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r"caf\'e9 \u8217?s", "café ’s"),
        (r"{\uc2\u8805 >=5}", "≥5"),
        (r"{\upr{old}{\*\ud{new}}}", "new"),
        (r"a\~b\_c\emdash d", "a\N{NO-BREAK SPACE}b\N{NON-BREAKING HYPHEN}c—d"),
        (r"\{x\} \\", "{x} \\"),
        (r"{\bin5 }{}}}Left", "Left"),
        (r"\u55357?\u56832?", "😀"),
    ],
)
def test_signs_of_every_kind_are_read(body, words):
    assert read(body) == [words]


def test_letters_of_other_languages_follow_their_font():
    head = r"\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset2 Symbol;}}"
    assert read(r"\f0 \'e9 \f1 \'e9 \f2 \'b7", head=head) == ["é й •"]


def test_letters_of_two_bytes_are_put_together():
    assert read(r"\'93\'fa\'96\'7b", head=r"\ansi\ansicpg932") == ["日本"]


def test_hidden_and_deleted_words_are_left_out():
    assert read(r"Left {\v secret}{\deleted right}{\revised hip}\v x\v0 .") == ["Left hip."]


@pytest.mark.parametrize(
    "group",
    [
        r"{\*\generator Sample;}",
        r"{\info{\author Dr Sample}}",
        r"{\stylesheet{\s1 heading 1;}}",
        r"{\*\unknown{x{\par y}}}",
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt }}",
        r"{\*\annotation Note to self}",
        r"{\object\objemb{\*\objdata 0102}{\result }}",
        r"{\xe x}",
    ],
)
def test_what_is_no_text_of_the_letter_is_left_out(group):
    assert read(f"Left{group} hip") == ["Left hip"]


def test_a_field_and_an_object_show_their_result():
    field = r"{\field{\*\fldinst MERGEFIELD x}{\fldrslt Jo Sample}}"
    thing = r"{\object{\*\objdata 00}{\result{ born 1980}}}"
    assert read(field + thing) == ["Jo Sample born 1980"]


@pytest.mark.parametrize(("answer", "sign"), [(r"\ffres1", "☒"), (r"\ffres25\ffdefres0", "☐")])
def test_a_box_of_a_form_shows_whether_it_is_ticked(answer, sign):
    field = r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1" + answer
    assert read(field + r"{\*\ffname Box}}}}{\fldrslt }} Allergy") == [f"{sign} Allergy"]


def test_a_table_keeps_its_cells():
    body = r"\trowd\cellx1000\cellx2000\intbl Allergy\cell None\cell\row\pard After\par"
    table, after = words_of_rtf(rtf(body))
    assert isinstance(table, Table)
    assert [list(texts(cell.pieces)) for cell in table.rows[0]] == [["Allergy"], ["None"]]
    assert after.text == "After"


def test_words_in_a_table_without_an_end_are_not_lost():
    assert read(r"\intbl Allergy\cell None") == ["Allergy", "None"]


def test_a_list_keeps_its_numbers():
    body = r"{\listtext\f0 1.\tab}First\par{\pntext 2.\tab}Second\par"
    pieces = words_of_rtf(rtf(body))
    found = [(piece.label, piece.text.strip()) for piece in pieces]
    assert found == [("1.", "First"), ("2.", "Second")]


def test_letterhead_notes_and_foot_stand_around_the_letter():
    body = r"{\header Sample Practice\par}{\footer Page 1\par}"
    body += r"Left hip{\footnote No allergy}\par"
    assert read(body) == ["Sample Practice", "Left hip[1]", "No allergy", "Page 1"]


def test_a_text_box_and_a_picture_are_shown_once():
    box = r"{\shp{\*\shpinst{\shptxt No allergy\par}}{\shprslt{\pict 00}}}"
    picture = r"{\*\shppict{\pict\pngblip 00ff}}{\nonshppict{\pict 00ff}}"
    assert sorted(read(f"Left {picture}{box}")) == [
        "Left [picture: in the original]",
        "No allergy",
    ]


def test_headings_are_headings():
    head = r"\ansi{\stylesheet{\s0 Normal;}{\s3 heading 2;}}"
    pieces = words_of_rtf(rtf(r"\s3 Plan\par\pard Rest\par", head=head))
    assert [p.level for p in pieces if isinstance(p, Paragraph)] == [2, 0]


def test_a_mail_kept_as_rtf_shows_its_words():
    mail = r"{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 Dear colleague"
    assert read(mail, head=r"\ansi\fromhtml1") == ["Dear colleague"]


@pytest.mark.parametrize("data", [b"{\\rtf1 " + b"{" * 5000, b"no rtf", b"{\\rtf1 \\"])
def test_a_broken_file_says_so(data):
    assert answer_for(RTF, data)[0]["why"] in ("broken", "no_words")
