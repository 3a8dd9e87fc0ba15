"""The words of a Word file in the record: all that its reader would see, and no more."""

import pytest

from referrals.drawing.file_pages import answer_for
from referrals.drawing.letters.docx_words import words_of_docx
from referrals.drawing.letters.words import Paragraph, Part, Table, texts
from referrals.inspecting.sniffing import DOCX
from tests.rendering import page_count, page_words
from tests.sample_files import docx, p, part, r

CHOICE = "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>"
CHOICE += "</mc:AlternateContent>"


def read(body: str, **parts: str) -> list[str]:
    return list(texts(words_of_docx(docx(body, **parts))))


def labels(body: str, **parts: str) -> list[str]:
    pieces = words_of_docx(docx(body, **parts))
    return [piece.label for piece in pieces if isinstance(piece, Paragraph)]


def test_a_letter_is_drawn_and_says_what_it_is():
    told, pdf = answer_for(DOCX, docx(p("Dear colleague") + p("Left hip, no allergy")))
    assert told == {"pages": 1, "notes": []}
    words = page_words(pdf)[0]
    assert "Left hip, no allergy" in words
    assert "Words of the sender’s Word file. The original is in the inbox." in words


def test_deleted_and_hidden_words_are_left_out_and_inserted_ones_shown():
    shown = r(".", '<w:vanish w:val="0"/>')
    body = (
        f"<w:p>{r('Left')}<w:del><w:r><w:delText>Right</w:delText><w:tab/></w:r></w:del>"
        f"<w:ins>{r(' hip')}</w:ins><w:moveFrom>{r('moved')}</w:moveFrom>"
        f"<w:moveTo>{r(', no allergy')}</w:moveTo>{r('secret', '<w:vanish/>')}"
        f"{shown}</w:p>"
    )
    assert read(body) == ["Left hip, no allergy."]


def test_words_hidden_by_their_style_are_left_out():
    style = '<w:style w:styleId="{}"><w:name w:val="x"/>{}</w:style>'
    base = style.format("Base", "<w:rPr><w:vanish/></w:rPr>")
    styles = part("styles", base + style.format("Aside", '<w:basedOn w:val="Base"/>'))
    body = p("Shown") + p("Hidden", '<w:pStyle w:val="Aside"/>')
    assert read(body, styles=styles) == ["Shown"]


def test_a_field_shows_its_result_and_not_its_command():
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    command = "<w:r><w:instrText>MERGEFIELD Name</w:instrText></w:r>"
    inner = sign.format("begin") + command + sign.format("separate") + r("x") + sign.format("end")
    whole = sign.format("begin") + command + inner + sign.format("separate") + r("Jo Sample")
    body = f"<w:p>{whole}{sign.format('end')}{r(', born 1980')}</w:p>"
    assert read(body) == ["Jo Sample, born 1980"]


def test_a_field_without_an_end_does_not_swallow_the_letter():
    broken = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
    assert read(broken + p("Left hip")) == ["Left hip"]


@pytest.mark.parametrize(("checked", "sign"), [("1", "☒"), ("0", "☐")])
def test_a_box_of_a_form_shows_whether_it_is_ticked(checked, sign):
    box = f'<w:ffData><w:checkBox><w:checked w:val="{checked}"/></w:checkBox></w:ffData>'
    field = f'<w:r><w:fldChar w:fldCharType="begin">{box}</w:fldChar></w:r>'
    field += "<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"
    field += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert read(f"<w:p>{field}{r(' Allergy')}</w:p>") == [f"{sign} Allergy"]


def test_letterhead_and_foot_are_shown_once_around_the_letter():
    sections = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:headerReference w:type="first" r:id="header2"/><w:titlePg/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    found = read(
        p("Dear colleague") + sections * 2,
        header1=part("hdr", p("Sample Practice")),
        header2=part("hdr", p("Dr Sam Samplegp")),
        footer1=part("ftr", p("Page 1")),
    )
    assert found == ["Dr Sam Samplegp", "Sample Practice", "Dear colleague", "Page 1"]


def test_notes_stand_at_the_end_and_are_named_in_the_text():
    body = f'<w:p>{r("Left hip")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = f'<w:footnote w:id="0" w:type="separator">{p("line")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{p("No allergy")}</w:footnote>'
    pieces = words_of_docx(docx(body, footnotes=part("footnotes", notes)))
    assert list(texts(pieces)) == ["Left hip[2]", "No allergy"]
    assert pieces[-1].pieces[0].label == "[2]"


def test_a_text_box_is_shown_once_though_it_is_kept_twice():
    box = f"<w:txbxContent>{p('No allergy')}</w:txbxContent>"
    newer = f"<w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing>"
    older = f"<w:pict><v:textbox>{box}</v:textbox></w:pict>"
    body = f"<w:p>{r('Left hip')}<w:r>{CHOICE.format(newer, older)}</w:r></w:p>"
    pieces = words_of_docx(docx(body))
    assert list(texts(pieces)) == ["Left hip", "No allergy"]
    assert isinstance(pieces[1], Part)


def test_a_picture_is_named():
    drawing = '<w:drawing><docPr descr="Signature"/><pic:pic/></w:drawing>'
    found = read(f"<w:p><w:r>{drawing}</w:r><w:r><w:pict><v:imagedata/></w:pict></w:r></w:p>")
    assert found == ["[picture, Signature: in the original][picture: in the original]"]


def test_a_table_keeps_its_rows_and_a_deleted_row_is_left_out():
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    rows = f"<w:tr>{cell.format('', p('Allergy'))}{cell.format('', p('None'))}</w:tr>"
    rows += f"<w:tr><w:trPr><w:del/></w:trPr>{cell.format('', p('Gone'))}</w:tr>"
    wide = cell.format('<w:gridSpan w:val="2"/>', p("Both"))
    rows += f"<w:tr>{wide}</w:tr>"
    (table,) = words_of_docx(docx(f"<w:tbl>{rows}</w:tbl>"))
    assert isinstance(table, Table)
    assert [[list(texts(c.pieces)) for c in row] for row in table.rows] == [
        [["Allergy"], ["None"]],
        [["Both"]],
    ]
    assert table.rows[1][0].span == 2


def test_lists_are_numbered_as_in_word():
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/>'
    kinds = [level.format(0, "decimal", "%1."), level.format(1, "lowerLetter", "%1%2)")]
    kind = "".join(one + "</w:lvl>" for one in kinds)
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="5">{kind}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>',
    )
    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    body = "".join(p("x", item.format(place)) for place in (0, 1, 1, 0, 1))
    assert labels(body, numbering=numbering) == ["1.", "1a)", "1b)", "2.", "2a)"]


def test_headings_are_headings():
    style = '<w:style w:styleId="T1"><w:name w:val="heading 1"/></w:style>'
    pieces = words_of_docx(
        docx(p("Plan", '<w:pStyle w:val="T1"/>') + p("x"), styles=part("styles", style))
    )
    assert [piece.level for piece in pieces] == [1, 0]


def test_an_xml_bomb_is_not_unpacked():
    bomb = docx(p("x"), styles='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>')
    assert answer_for(DOCX, bomb)[0] == {"why": "broken"}


def test_what_was_typed_is_text_and_never_markup():
    _, pdf = answer_for(DOCX, docx(p("&lt;h1&gt;Large&lt;/h1&gt; &lt;img src=x&gt;")))
    assert "<h1>Large</h1> <img src=x>" in page_words(pdf)[0]


@pytest.mark.parametrize(
    ("words", "notes"), [("Jo 佐藤", ["rare_signs"]), ("Zoë Müller ☒ 5 µg", [])]
)
def test_letters_that_the_server_may_not_be_able_to_draw_are_noted(words, notes):
    assert answer_for(DOCX, docx(p(words)))[0]["notes"] == notes


def test_a_letter_of_a_picture_alone_says_so():
    assert answer_for(DOCX, docx("<w:p/>"))[0] == {"why": "no_words"}


def test_a_very_long_letter_is_cut_and_says_so():
    told, pdf = answer_for(DOCX, docx(p("Left hip. ") * 4000))
    assert told["notes"] == ["long"]
    assert page_count(pdf) == told["pages"] <= 60
