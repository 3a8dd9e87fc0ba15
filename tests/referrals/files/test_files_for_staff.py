"""Staff who may read the inbox get files and find people; nobody else does, and all is noted."""

from unittest import mock
from urllib.parse import unquote

import pytest
from cryptography.fernet import InvalidToken
from django.urls import reverse

from clinic_site.web.headers import UPLOAD_POLICY
from referrals.files import records, uploads
from referrals.inspecting import bounded
from referrals.models import AccessLog
from tests.makers import make_attachment, make_user, referral, signed_in, submitted
from tests.sample_files import busy_pdf

pytestmark = pytest.mark.django_db
FIND = "admin:referrals_enquiry_find"


@pytest.fixture
def reader(client):
    return signed_in(client, make_user("referrals.view_enquiry"))


@pytest.fixture
def stranger(client):
    return signed_in(client, make_user("conditions.view_page"))


@pytest.fixture
def enquiry():
    return submitted(referral())


def file_url(enquiry, **changes) -> str:
    file = make_attachment(enquiry=enquiry, held_for="", **changes)
    return reverse("admin:referrals_enquiry_file", args=[enquiry.pk, file.pk])


def actions() -> list[str]:
    return [row.action for row in AccessLog.objects.all()]


def test_a_file_is_saved_and_never_shown(reader, enquiry):
    with mock.patch.object(uploads, "read_sent_file", return_value=b"<script>"):
        response = reader.get(file_url(enquiry, name='a"\r\nb.html'))
    assert response.content == b"<script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == UPLOAD_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert actions() == ["view", "download"]


def test_a_suspicious_file_needs_the_button_that_says_so(reader, enquiry):
    url = file_url(enquiry, state="quarantined")
    with mock.patch.object(uploads, "read_sent_file", return_value=b"x"):
        assert reader.get(url).status_code == 403
        assert actions() == []
        assert reader.post(url).status_code == 200


def original_of(url: str) -> str:
    return f"{url}original/"


def test_a_file_that_could_do_something_is_opened_as_a_harmless_copy(reader, enquiry):
    url = file_url(enquiry, state="copy", name="form.pdf", content_type="application/pdf")
    with mock.patch.object(uploads, "read_sent_file", return_value=busy_pdf()):
        response = reader.get(url)
    assert response.content.startswith(b"%PDF-")
    assert b"JavaScript" not in response.content
    assert "form (harmless copy).pdf" in unquote(response.headers["Content-Disposition"])
    assert actions() == ["view", "copy"]


def test_the_original_stays_behind_a_page_that_says_what_is_in_it(reader, enquiry):
    url = original_of(file_url(enquiry, state="copy", suspicions=["javascript"]))
    page = reader.get(url).content.decode()
    assert "It holds a script." in page
    assert "the harmless copy shows the same words" in page
    assert actions() == ["file page"]
    with mock.patch.object(uploads, "read_sent_file", return_value=b"as sent"):
        assert reader.post(url).content == b"as sent"
    assert actions() == ["view", "original", "file page"]


def test_where_no_copy_can_be_drawn_staff_hear_what_to_do(reader, enquiry):
    url = file_url(enquiry, state="copy", content_type="application/pdf")
    with mock.patch.object(uploads, "read_sent_file", return_value=b"%PDF-1.7 broken"):
        response = reader.get(url)
    assert response.status_code == 404
    assert "Ask the sender for a PDF" in response.content.decode()
    assert original_of(url) in response.content.decode()


def test_what_is_not_inspected_yet_cannot_be_opened_by_any_way(reader, enquiry):
    url = file_url(enquiry, state="waiting")
    for response in [reader.get(url), reader.post(url), reader.post(original_of(url))]:
        assert response.status_code == 409
        assert "usually within a minute" in response.content.decode()
    assert set(actions()) == {"file page"}


@pytest.mark.parametrize("problem", [FileNotFoundError(), uploads.FileDamaged(), InvalidToken()])
@pytest.mark.parametrize("state", ["clean", "copy"])
def test_a_file_that_is_gone_or_damaged_is_named_with_what_to_do(reader, enquiry, problem, state):
    url = file_url(enquiry, state=state, name="letter.pdf", content_type="application/pdf")
    with mock.patch.object(uploads, "read_sent_file", side_effect=problem):
        response = reader.get(url)
    assert response.status_code == 410
    assert "to send it again" in response.content.decode()
    assert actions() == ["file page"]


@pytest.mark.parametrize(
    ("state", "codes", "words"),
    [
        ("copy", ["javascript"], "Shown as a harmless copy."),
        ("waiting", [], "Not inspected yet."),
        ("quarantined", ["macros"], "It holds macros."),
    ],
)
def test_the_page_of_an_enquiry_says_the_state_in_words(reader, enquiry, state, codes, words):
    url = file_url(enquiry, state=state, suspicions=codes)
    page = reader.get(enquiry.get_admin_url()).content.decode()
    assert words in page
    assert (f'href="{url}"' in page) == (state == "copy")


def test_a_record_that_has_to_wait_says_so_and_tries_again(reader, enquiry):
    url = reverse("admin:referrals_enquiry_record", args=[enquiry.pk])
    with mock.patch.object(records, "record_pdf", side_effect=bounded.Busy):
        response = reader.get(url)
    assert response.status_code == 503
    assert "tries again by itself" in response.content.decode()
    assert actions() == []


def test_a_file_is_found_under_its_own_enquiry_only(reader, enquiry):
    other = submitted(referral())
    url = file_url(enquiry).replace(f"/{enquiry.pk}/", f"/{other.pk}/")
    assert reader.get(url).status_code == 404


def test_the_record_is_one_pdf_named_for_practice_software(reader, enquiry):
    response = reader.get(reverse("admin:referrals_enquiry_record", args=[enquiry.pk]))
    assert response.content.startswith(b"%PDF-")
    assert "SAMPLEPATIENT_Jo_1980-01-31" in response.headers["Content-Disposition"]
    assert actions() == ["view", "record"]


def test_a_server_without_pango_says_what_is_missing(reader, enquiry):
    problem = records.PdfUnavailable("Install libpango-1.0-0.")
    with mock.patch.object(records, "record_pdf", side_effect=problem):
        url = reverse("admin:referrals_enquiry_record", args=[enquiry.pk])
        response = reader.get(url, follow=True)
    assert "Install libpango-1.0-0." in response.content.decode()


def test_a_person_is_found_by_post_and_the_look_up_is_noted(reader, enquiry):
    response = reader.post(reverse(FIND), {"family_name": "SAMPLE patient"})
    assert enquiry.reference in response.content.decode()
    assert actions() == ["search"]


def test_an_empty_look_up_asks_for_a_detail(reader, enquiry):
    page = reader.post(reverse(FIND), {"family_name": " "}).content.decode()
    assert "at least one detail" in page
    assert enquiry.reference not in page


def test_a_wrong_date_is_explained_and_what_was_typed_stays(reader):
    page = reader.post(reverse(FIND), {"family_name": "Sample", "birth_date": "31 of May"})
    assert "day, month, year" in page.content.decode()
    assert 'value="Sample"' in page.content.decode()


def test_who_may_not_read_the_inbox_gets_nothing(stranger, enquiry):
    urls = [
        reverse(FIND),
        reverse("admin:referrals_enquiry_record", args=[enquiry.pk]),
        file_url(enquiry),
    ]
    urls.append(original_of(urls[2]))
    assert [stranger.get(url).status_code for url in urls] == [403] * 4
    assert stranger.post(urls[3]).status_code == 403
    assert stranger.post(urls[0], {"family_name": "Samplepatient"}).status_code == 403
    assert actions() == []


@pytest.mark.parametrize("problem", [bounded.TookTooLong(), bounded.Failed(1)])
def test_a_record_that_cannot_be_made_at_all_says_what_to_do(reader, enquiry, problem):
    with mock.patch.object(records, "child", side_effect=problem):
        page = reader.get(reverse("admin:referrals_enquiry_record", args=[enquiry.pk]))
    assert page.status_code == 503
    assert "save each file from the enquiry" in page.content.decode()
    assert 'http-equiv="refresh"' not in page.content.decode()
