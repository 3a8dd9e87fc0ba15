"""A sender's PDF in the record: all that it shows, and nothing of what it does or hides."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from referrals.drawing.file_pages import answer_for
from referrals.drawing.whole_record import joined
from referrals.inspecting.sniffing import PDF
from tests.rendering import ink, page_count, page_seen, page_sizes, page_words
from tests.sample_files import add_page, busy_pdf, form_pdf, layered_pdf, pdf_bytes, pdf_saying

OURS = "<p>ours</p>"


def drawn(data: bytes) -> bytes:
    told, pdf = answer_for(PDF, data)
    assert "why" not in told
    assert told["pages"] == page_count(pdf)
    return pdf


def in_a_record(*files: bytes) -> bytes:
    return joined("SIJ-SAMPLE", OURS, OURS, [drawn(file) for file in files])


def is_inked(pdf: bytes, *, page: int, top: int) -> bool:
    """Whether anything stands in the line of words at this height."""
    return ink(page_seen(pdf, page).crop((0, top - 16, 595, top + 6))) is not None


def test_a_hidden_layer_stays_hidden_in_the_record():
    pdf = in_a_record(layered_pdf("Left hip, no allergy", "Right hip, allergy"))
    assert is_inked(pdf, page=1, top=142)
    assert not is_inked(pdf, page=1, top=242)


def test_two_files_with_layers_of_the_same_names_keep_their_own():
    letter = layered_pdf("Left hip", "Right hip")
    other = layered_pdf("No allergy", "Allergy", name="Letter")
    pdf = in_a_record(letter, other, letter)
    assert [is_inked(pdf, page=page, top=142) for page in (1, 2, 3)] == [True] * 3
    assert [is_inked(pdf, page=page, top=242) for page in (1, 2, 3)] == [False] * 3


def test_a_file_whose_layers_start_hidden_shows_only_those_switched_on():
    source = pikepdf.open(BytesIO(layered_pdf("Left hip", "Right hip")))
    layers = source.Root.OCProperties
    layers.D = Dictionary(BaseState=Name.OFF, ON=Array([layers.OCGs[0]]))
    pdf = in_a_record(pdf_bytes(source), layered_pdf("No allergy", "Allergy"))
    assert [is_inked(pdf, page=page, top=142) for page in (1, 2)] == [True, True]
    assert [is_inked(pdf, page=page, top=242) for page in (1, 2)] == [False, False]


def test_a_note_on_a_hidden_layer_stays_hidden():
    source = pikepdf.open(BytesIO(layered_pdf("Left hip", "Right hip")))
    look = source.make_stream(
        b"0 0 0 rg 0 0 200 20 re f", Subtype=Name.Form, BBox=Array([0, 0, 200, 20])
    )
    note = Dictionary(
        Subtype=Name.Stamp,
        Rect=Array([60, 595, 260, 615]),
        AP=Dictionary(N=look),
        OC=source.Root.OCProperties.OCGs[1],
    )
    source.pages[0].obj.Annots = Array([note])
    assert not is_inked(in_a_record(pdf_bytes(source)), page=1, top=242)


def test_nothing_of_what_a_file_does_comes_along():
    pdf = drawn(busy_pdf())
    assert "Dear colleague" in page_words(pdf)[0]
    plain = BytesIO()
    pikepdf.open(BytesIO(pdf)).save(
        plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
    )
    for name in [b"JavaScript", b"JS", b"OpenAction", b"AA", b"Launch", b"Embedded", b"Annots"]:
        assert b"/" + name not in plain.getvalue()


def test_a_form_shows_its_answer_and_loses_its_form():
    pdf = drawn(form_pdf("Left hip, no allergy"))
    assert "Left hip, no allergy" in page_words(pdf)[0]
    assert page_count(pdf) == 1
    assert "/AcroForm" not in pikepdf.open(BytesIO(pdf)).Root


def test_a_long_answer_is_broken_into_lines_within_its_place():
    words = "She cannot sit for long. " * 8
    box = {"Rect": Array([60, 500, 400, 620]), "Ff": 1 << 12}
    pdf = drawn(form_pdf(words, **box))
    left, top, right, bottom = ink(page_seen(pdf).crop((0, 200, 595, 842)))
    assert page_words(pdf)[0].split().count("cannot") == 8
    assert (left >= 60, right <= 400, bottom <= 342 - 200) == (True, True, True)
    assert bottom - top > 20


@pytest.mark.parametrize("words", ["She cannot sit for long. " * 30, "Nguyễn Thị Hồng"])
def test_an_answer_that_its_place_cannot_show_stands_on_a_page_of_its_own(words):
    told, pdf = answer_for(PDF, form_pdf(words))
    assert told["notes"] == ["typed_words"]
    assert " ".join(words.split()) in " ".join(page_words(pdf)[-1].split())
    assert "Page 1, Question" in page_words(pdf)[-1]


def test_a_box_that_was_ticked_by_a_program_is_shown_ticked():
    source = pikepdf.open(BytesIO(form_pdf("x")))
    field = source.Root.AcroForm.Fields[0]
    yes, no = (
        source.make_stream(content, Subtype=Name.Form, BBox=Array([0, 0, 240, 20]))
        for content in (b"0 0 20 20 re f", b"")
    )
    field.FT, field.V, field.AP = Name.Btn, Name.Yes, Dictionary(N=Dictionary(Yes=yes, Off=no))
    assert is_inked(drawn(pdf_bytes(source)), page=0, top=236)


def test_words_typed_onto_a_page_are_part_of_it_even_without_a_look():
    source = pdf_saying("Referral")
    typed = Dictionary(
        Subtype=Name.FreeText,
        Rect=Array([60, 500, 300, 560]),
        Contents=pikepdf.String("No allergy"),
        DA=pikepdf.String("/Helv 12 Tf 1 0 0 rg"),
    )
    source.pages[0].obj.Annots = Array([typed])
    assert "No allergy" in page_words(drawn(pdf_bytes(source)))[0]


def test_a_note_that_only_a_pop_up_shows_is_printed_on_a_page_of_its_own():
    source = pdf_saying("Referral")
    note = Dictionary(
        Subtype=Name.Text, Rect=Array([60, 500, 80, 520]), Contents=pikepdf.String("Ring her first")
    )
    hidden = Dictionary(
        Subtype=Name.Text, Rect=Array([60, 500, 80, 520]), F=2, Contents=pikepdf.String("Hidden")
    )
    source.pages[0].obj.Annots = Array([note, hidden])
    pages = page_words(drawn(pdf_bytes(source)))
    assert "Ring her first" in pages[1]
    assert "Hidden" not in " ".join(pages)


def test_what_is_struck_out_stays_struck_out():
    source = pdf_saying("Allergic")
    corners = [60, 712, 120, 712, 60, 698, 120, 698]
    mark = Dictionary(
        Subtype=Name.StrikeOut,
        Rect=Array([58, 696, 300, 714]),
        QuadPoints=Array(corners),
        C=Array([0, 0, 0]),
    )
    source.pages[0].obj.Annots = Array([mark])
    seen = page_seen(drawn(pdf_bytes(source)))
    assert max(seen.getpixel((x, 842 - 705)) for x in range(62, 118)) < 220


def test_a_mark_whose_box_lies_elsewhere_is_drawn_where_its_points_are():
    source = pdf_saying("Left hip")
    quads = Array([200, 400, 300, 400, 200, 300, 300, 300])
    mark = Dictionary(Subtype=Name.Highlight, Rect=Array([9, 9, 50, 50]), QuadPoints=quads)
    source.pages[0].obj.Annots = Array([mark])
    assert page_seen(drawn(pdf_bytes(source))).getpixel((250, 842 - 350)) < 240


@pytest.mark.parametrize("kind", ["Square", "Circle", "Polygon", "PolyLine"])
def test_what_is_marked_on_a_page_stays_marked(kind):
    source = pdf_saying("Left hip")
    corners = [200, 300, 300, 300, 300, 400, 200, 400]
    rect = Array([199, 299, 301, 401])
    mark = Dictionary(Subtype=Name("/" + kind), Rect=rect, Vertices=Array(corners), C=Array([0]))
    source.pages[0].obj.Annots = Array([mark])
    seen = page_seen(drawn(pdf_bytes(source)))
    left, top, right, bottom = ink(seen.crop((180, 420, 595, 842)))
    assert right - left == pytest.approx(bottom - top, abs=2)
    assert 95 < right - left < 125
    assert seen.getpixel((250, 842 - 350)) == 255  # only its edge


def test_a_note_in_rich_text_alone_is_not_lost():
    source = pdf_saying("Dear colleague")
    words = "<body><p>Ring <b>her</b> first &amp; soon</p></body>"
    note = Dictionary(Subtype=Name.Text, Rect=Array([50, 50, 50, 50]), RC=pikepdf.String(words))
    source.pages[0].obj.Annots = Array([note])
    pages = page_words(drawn(pdf_bytes(source)))
    assert "Ring her first & soon" in " ".join(pages[1].split())


def test_a_file_that_anybody_may_open_is_joined_without_its_lock():
    locked = pdf_bytes(pdf_saying("Dear colleague"), encryption=pikepdf.Encryption(owner="x"))
    pdf = in_a_record(locked)
    assert "Dear colleague" in page_words(pdf)[1]
    assert not pikepdf.open(BytesIO(pdf)).is_encrypted


def test_a_file_with_a_password_says_so():
    encryption = pikepdf.Encryption(owner="x", user="y")
    assert answer_for(PDF, pdf_bytes(pdf_saying("x"), encryption=encryption))[0] == {
        "why": "locked"
    }


def test_a_form_that_only_adobe_draws_says_so():
    source = pdf_saying("Please wait...")
    source.Root.NeedsRendering = True
    assert answer_for(PDF, pdf_bytes(source))[0] == {"why": "only_adobe"}


def test_a_page_keeps_its_size_its_turn_and_what_is_cut_off():
    source = pikepdf.new()
    add_page(source, "", MediaBox=Array([0, 0, 400, 300]), Rotate=90)
    add_page(source, "", CropBox=Array([100, 100, 300, 400]))
    add_page(source, "", UserUnit=2.0)
    pages = pikepdf.open(BytesIO(drawn(pdf_bytes(source)))).pages
    assert (pages[0].Rotate, list(pages[1].CropBox)) == (90, [100, 100, 300, 400])
    assert pages[2].UserUnit == 2
    assert page_sizes(drawn(pdf_bytes(source)))[:2] == [(300, 400), (200, 300)]


@pytest.mark.parametrize(
    "box", [[0, 0, 1e8, 1e8], [0, 0, 0, 0], ["x"], [0, 0, 100000, 50], [5, 5, 5, 900]]
)
def test_a_page_of_absurd_size_can_be_shown_all_the_same(box):
    source = pikepdf.new()
    add_page(source, "BT /F 14 Tf 60 700 Td (Dear colleague) Tj ET", MediaBox=Array(box))
    width, height = page_sizes(drawn(pdf_bytes(source)))[0]
    assert 1 <= width <= 14400
    assert 1 <= height <= 14400


def test_a_picture_is_found_whose_name_is_followed_by_nothing():
    source = pikepdf.new()
    picture = pikepdf.Stream(source, bytes(300), Subtype=Name.Image, Width=10, Height=10)
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    page = add_page(source, "", Resources=Dictionary(XObject=Dictionary(Im0=picture)))
    page.Contents = source.make_stream(b"q 200 0 0 200 60 500 cm /Im0\0Do Q")
    assert ink(page_seen(in_a_record(pdf_bytes(source)), 1))


def test_what_a_picture_carries_beside_its_dots_is_left_behind():
    source = pdf_saying("x")
    picture = source.make_stream(bytes(3), Subtype=Name.Image, Width=1, Height=1)
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    picture.Metadata = source.make_stream(b"SAMPLE-PLACE")
    picture.OPI = Dictionary(X=pikepdf.String("//elsewhere/share"))
    source.pages[0].Resources.XObject = Dictionary(P=picture)
    pdf = pikepdf.open(BytesIO(drawn(pdf_bytes(source))))
    kept = pdf.pages[0].Resources.XObject.P
    assert "/Metadata" not in kept
    assert "/OPI" not in kept


def test_a_broken_file_says_so():
    assert answer_for(PDF, b"%PDF-1.7 broken")[0] == {"why": "broken"}
