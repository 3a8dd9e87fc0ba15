"""The page of an enquiry: the letter at once, more below, and plain words where there is none."""

from unittest import mock

import pytest
from django.db import IntegrityError, connection

from referrals.drawing.file_pages import answer_for
from referrals.files import records
from referrals.letters import counting, drawing, showing
from referrals.models import Attachment, DrawnFile
from tests import sample_files as kinds
from tests.referrals.letters.conftest import address, attach, letter_url, picture_url

pytestmark = pytest.mark.django_db
LETTER = kinds.pdf_bytes(kinds.pdf_saying("Dear colleague"))


def page_of(reader, enquiry) -> str:
    return reader.get(enquiry.get_admin_url()).text


def test_the_letter_is_on_the_page_without_being_drawn_for_it(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    with mock.patch.object(records, "child") as child:
        page = page_of(reader, enquiry)
    assert f'src="{picture_url(file)}"' in page
    assert not child.called


def test_each_page_says_which_of_how_many_it_is(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=3))
    counting.count_pages()
    page = page_of(reader, enquiry)
    for number in (1, 2, 3):
        assert f'alt="Page {number} of 3 of the letter"' in page
    assert page.count('loading="lazy"') == 2
    assert DrawnFile.objects.get(pk=file.pk).pages == 3


def test_a_long_letter_stands_in_parts(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=13))
    counting.count_pages()
    page = page_of(reader, enquiry)
    assert "7\nmore pages" in page
    assert page.count(".webp") == showing.IN_ALL
    assert letter_url(file, 11) in page


def test_the_stranger_s_file_is_never_an_address_of_a_picture(reader, enquiry):
    attach(enquiry, "letter.pdf", LETTER)
    page = page_of(reader, enquiry)
    pictures = [piece.split('"')[1] for piece in page.split("<img ")[1:]]
    assert all(url.endswith(".webp") for url in pictures if "/letter/" in url)
    assert not any(tag in page for tag in ("<iframe", "<embed", "<object"))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("quarantined", "This file was set aside, so it is not drawn."),
        ("waiting", "The site has not looked inside this file yet."),
    ],
)
def test_what_is_not_given_out_is_not_drawn(reader, enquiry, state, why):
    file = attach(enquiry, "letter.pdf", LETTER, state=state)
    page = page_of(reader, enquiry)
    assert why in page
    assert picture_url(file) not in page


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (kinds.docx(kinds.p("")), "There are no words in this file."),
        (b"%PDF-1.7 broken", "This file could not be drawn here."),
        (
            kinds.pdf_bytes(
                kinds.pdf_saying("x"), encryption=kinds.pikepdf.Encryption(user="x", owner="y")
            ),
            "This file asks for a password.",
        ),
    ],
)
def test_what_cannot_be_drawn_says_so_and_offers_the_file(reader, enquiry, data, why):
    file = attach(enquiry, "letter", data, state="clean")
    drawing_fails(file)
    page = page_of(reader, enquiry)
    assert why in page
    assert address("file", file) in page
    assert picture_url(file) not in page


def drawing_fails(file: Attachment) -> None:
    with pytest.raises(records.StaysApart):
        drawing.picture(attachment=file, page=1, across=100)


def test_what_failed_once_can_be_tried_again(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    DrawnFile.objects.create(attachment=file, pages=0, why="slow", drawn_at=file.stored_at)
    assert "try to draw it once more" in page_of(reader, enquiry)
    assert f'src="{picture_url(file)}?size=large"' in reader.get(letter_url(file)).text
    assert "try to draw it once more" not in page_of(reader, enquiry)


def test_a_busy_machine_does_not_hide_a_letter_that_was_drawn_before(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    DrawnFile.objects.create(attachment=file, pages=1, drawn_at=file.stored_at)
    with mock.patch.object(records, "child", side_effect=records.bounded.TookTooLong):
        drawing_fails(file)
    assert picture_url(file) in page_of(reader, enquiry)


def test_a_page_by_itself_leads_to_its_neighbours(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=3))
    page = reader.get(letter_url(file, 2))
    assert page.headers["Cache-Control"] == "no-store"
    assert f'rel="prev" href="{letter_url(file, 1)}"' in page.text
    assert f'rel="next" href="{letter_url(file, 3)}"' in page.text
    assert reader.get(letter_url(file, 4)).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("l.docx", kinds.docx(kinds.p("Dear &lt;b&gt;colleague"))),
        ("l.rtf", kinds.rtf("Dear <b>colleague")),
    ],
)
def test_words_of_word_and_rtf_are_there_to_hear_and_to_copy(reader, enquiry, name, data):
    file = attach(enquiry, name, data)
    assert address("letter_words", file) in page_of(reader, enquiry)
    assert "Dear &lt;b&gt;colleague" in reader.get(address("letter_words", file)).text


def test_words_of_a_pdf_are_not_offered_for_they_may_not_be_what_it_shows(reader, enquiry):
    file = attach(enquiry, "layers.pdf", kinds.layered_pdf("Left hip", "Right hip"))
    assert address("letter_words", file) not in page_of(reader, enquiry)
    assert "Right hip" not in reader.get(address("letter_words", file)).text


@pytest.mark.parametrize("facts", [{"pages": 0, "why": ""}, {"pages": 2, "why": "slow"}])
def test_a_drawn_file_has_pages_or_a_reason_and_never_both(enquiry, facts):
    file = attach(enquiry, "letter.pdf", LETTER)
    with pytest.raises(IntegrityError, match="drawn_file_has_pages_or_a_reason"):
        DrawnFile.objects.create(attachment=file, drawn_at=file.stored_at, **facts)


# --- Counting ahead ------------------------------------------------------------------------


def test_the_mail_process_counts_each_new_letter_once(enquiry):
    attach(enquiry, "letter.pdf", LETTER)
    attach(enquiry, "aside.pdf", LETTER + b"\n", state="quarantined")
    assert (counting.count_pages(), counting.count_pages()) == (1, 0)


def test_a_letter_that_cannot_be_drawn_is_not_tried_every_minute(enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    with mock.patch.object(records, "child", side_effect=records.bounded.TookTooLong) as child:
        counting.count_pages()
        counting.count_pages()
    assert child.call_count == 1
    assert DrawnFile.objects.get(pk=file.pk).why == "slow"


def test_the_reasons_of_the_drawing_have_words():
    codes = {*records.WHY_APART, answer_for("application/pdf", b"")[0]["why"], "set_aside"}
    assert codes <= set(showing.WHY_NOT)
    assert set(records.NOTES) <= set(showing.NOTES)


def test_a_file_whose_name_no_key_opens_stops_the_counting_of_no_other(enquiry):
    attach(enquiry, "letter.pdf", LETTER)
    lost = attach(enquiry, "other.pdf", LETTER + b"\n")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_attachment SET name = 'x' WHERE position = 2")
    counting.count_pages()
    assert DrawnFile.objects.exclude(pk=lost.pk).exists()
