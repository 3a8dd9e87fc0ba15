"""Each page of a letter is a picture that only shows: sharp, upright, and nobody else's."""

from io import BytesIO
from unittest import mock

import pikepdf
import pytest
from PIL import Image

from clinic_site.web.headers import UPLOAD_POLICY
from referrals.files import records, uploads
from referrals.inspecting import bounded
from referrals.letters import drawing
from referrals.letters.shelf import shelf
from referrals.models import AccessLog, Enquiry
from tests import sample_files as kinds
from tests.makers import make_user, referral, signed_in, submitted
from tests.referrals.letters.conftest import attach, letter_url, picture_url
from tests.rendering import ink

pytestmark = pytest.mark.django_db
LETTER = kinds.pdf_bytes(kinds.pdf_saying("Dear colleague"))
KINDS = {
    "letter.pdf": LETTER,
    "fax.tif": kinds.fax(pages=3),
    "photo.jpg": kinds.photograph(),
    "scan.png": kinds.packed_picture(kinds.sheet((300, 400)), "PNG"),
    "photo.heic": kinds.heic(),
    "letter.docx": kinds.docx(kinds.p("Dear colleague")),
    "letter.rtf": kinds.rtf("Dear colleague"),
}


def seen(response) -> Image.Image:
    assert response.status_code == 200
    return Image.open(BytesIO(response.content))


@pytest.mark.parametrize("name", KINDS)
def test_a_file_of_each_kind_is_seen_as_a_picture(reader, enquiry, name):
    picture = seen(reader.get(picture_url(attach(enquiry, name, KINDS[name]))))
    assert picture.format == "WEBP"
    assert max(picture.size) >= 1240
    assert ink(picture.convert("L")) is not None


def test_the_larger_picture_has_twice_the_dots(reader, enquiry):
    url = picture_url(attach(enquiry, "letter.pdf", LETTER))
    width = seen(reader.get(url)).width
    assert seen(reader.get(url, {"size": "large"})).width == 2 * width == 2480


def test_a_photograph_that_was_turned_stands_upright(reader, enquiry):
    """EXIF says: turn it right round. Its dark corner is at the top left as it was stored."""
    picture = seen(reader.get(picture_url(attach(enquiry, "p.jpg", kinds.photograph(turn=3)))))
    box = ink(picture.convert("L"))
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    assert middle[0] > picture.width / 2
    assert middle[1] > picture.height / 2


def test_the_picture_is_kept_nowhere_and_can_do_nothing(reader, enquiry):
    headers = reader.get(picture_url(attach(enquiry, "letter.pdf", LETTER))).headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == UPLOAD_POLICY
    assert "ETag" not in headers


def test_each_page_is_drawn_by_itself_and_there_is_none_after_the_last(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=3))
    assert reader.get(picture_url(file, 3)).status_code == 200
    assert reader.get(picture_url(file, 4)).status_code == 404
    assert reader.get(picture_url(file, 0)).status_code == 404


def test_the_file_is_drawn_once_for_all_its_pages(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=3))
    with mock.patch.object(records, "as_pages", wraps=records.as_pages) as drawn:
        for page in (1, 2, 3, 1):
            reader.get(picture_url(file, page))
    assert drawn.call_count == 1


# --- Who may -------------------------------------------------------------------------------


def test_nobody_without_the_right_sees_a_page_also_while_it_is_kept(client, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    drawing.picture(attachment=file, page=1, across=drawing.SHEET)
    assert client.get(picture_url(file)).status_code == 302
    signed_in(client, make_user("conditions.view_page"))
    assert client.get(picture_url(file)).status_code == 403
    assert client.get(letter_url(file)).status_code == 403
    assert not AccessLog.objects.filter(action="letter").exists()


def test_a_page_is_found_under_its_own_enquiry_only(reader, enquiry):
    other = submitted(referral())
    Enquiry.objects.update(opened_at=enquiry.opened_at, status="opened")
    file = attach(enquiry, "letter.pdf", LETTER)
    url = picture_url(file)
    assert reader.get(url).status_code == 200
    assert reader.get(url.replace(f"/{enquiry.pk}/", f"/{other.pk}/")).status_code == 404


def test_before_somebody_opened_the_enquiry_no_page_is_shown(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    Enquiry.objects.update(opened_at=None, status="received")
    with mock.patch.object(drawing, "picture") as drawn:
        response = reader.get(picture_url(file))
    assert (response.status_code, drawn.called) == (409, False)
    assert "Nobody has opened this enquiry yet." in response.text
    assert reader.get(letter_url(file)).headers["Location"] == enquiry.get_admin_url()
    assert not AccessLog.objects.filter(action="letter").exists()


def test_reading_is_noted_once_an_hour_for_a_person_and_an_enquiry(reader, enquiry):
    file = attach(enquiry, "fax.tif", kinds.fax(pages=3))
    for page in (1, 2, 3):
        reader.get(picture_url(file, page))
    [row] = AccessLog.objects.filter(action="letter")
    assert (row.reference, row.by.username) == (enquiry.reference, "robin")
    signed_in(reader, make_user("referrals.view_enquiry", username="lee"))
    reader.get(picture_url(file, 1))
    assert AccessLog.objects.filter(action="letter").count() == 2


# --- What cannot be drawn ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (bounded.Busy(), "Others are being drawn just now."),
        (bounded.TookTooLong(), "This page took too long to draw."),
        (bounded.Failed(-9), "This page could not be drawn."),
    ],
)
def test_a_child_that_is_killed_leaves_words_in_place_of_the_page(reader, enquiry, error, words):
    file = attach(enquiry, "letter.pdf", LETTER)
    with mock.patch.object(records, "child", side_effect=error):
        response = reader.get(picture_url(file))
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Content-Security-Policy"] == UPLOAD_POLICY
    assert words in response.text
    assert reader.get(picture_url(file)).status_code == 200


def test_what_is_set_aside_is_never_given_to_a_child(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER, state="quarantined")
    with mock.patch.object(records, "child") as child:
        assert "This file was set aside." in reader.get(picture_url(file)).text
    assert not child.called


@pytest.mark.parametrize("problem", [FileNotFoundError(), uploads.FileDamaged()])
def test_a_file_that_is_gone_says_so(reader, enquiry, problem):
    file = attach(enquiry, "letter.pdf", LETTER)
    with mock.patch.object(uploads, "read_sent_file", side_effect=problem):
        response = reader.get(picture_url(file))
        page = reader.get(letter_url(file)).text
    assert response.status_code == 410
    assert "gone, damaged, or its key is missing" in page


def test_one_drawing_at_a_time_and_too_many_do_not_wait(reader, enquiry):
    file = attach(enquiry, "letter.pdf", LETTER)
    with mock.patch.object(drawing, "WAIT_FOR_A_TURN", 0.01), drawing.turn():
        assert reader.get(picture_url(file)).status_code == 503
    assert reader.get(picture_url(file)).status_code == 200


def test_a_page_of_absurd_size_asks_for_no_more_dots_than_a_sheet(reader, enquiry):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(3, 14400))
    pdf.add_blank_page(page_size=(14400, 14400))
    file = attach(enquiry, "huge.pdf", kinds.pdf_bytes(pdf))
    tall, wide = (seen(reader.get(picture_url(file, page), {"size": "large"})) for page in (1, 2))
    assert tall.height <= 8001
    assert wide.width * wide.height <= 2.01 * 2480 * 2480


def test_nothing_that_was_drawn_lies_on_the_disk(reader, enquiry, settings):
    file = attach(enquiry, "letter.pdf", LETTER)
    before = {path for path in settings.PRIVATE_ROOT.parent.rglob("*") if path.is_file()}
    reader.get(picture_url(file))
    assert {p for p in settings.PRIVATE_ROOT.parent.rglob("*") if p.is_file()} == before
    assert shelf.size > 0
