"""Several enquiries are printed as one PDF, and each is noted as read."""

from io import BytesIO

import pytest
from django.db import connection
from pypdf import PdfReader

from referrals.inspecting import bounded
from referrals.models import AccessLog, Attachment, Enquiry
from referrals.together import pages
from referrals.workflow import verbs
from referrals.workflow.verbs import CannotMove
from tests.makers import hold_letter, make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
READ = "referrals.view_enquiry"
PRINT = "/admin/referrals/enquiry/print/"


@pytest.fixture
def staff(client):
    return signed_in(client, make_user(READ))


@pytest.fixture
def drawn(monkeypatch):
    """Stands for the drawing, where a test is about something else."""
    monkeypatch.setattr(pages, "printed", lambda enquiries: b"%PDF-1.7 drawn")


def references():
    return list(Enquiry.objects.values_list("reference", flat=True))


def test_each_has_its_cover_sheet_and_what_came_with_it(staff):
    letter = hold_letter("0" * 32)
    first = submitted(referral())
    Attachment.objects.filter(pk=letter.pk).update(enquiry=first.pk, held_for="")
    submitted(message())
    answer = staff.post(PRINT, {"reference": references()})
    pdf = PdfReader(BytesIO(answer.content))
    words = "".join(page.extract_text() for page in pdf.pages)
    assert answer["Content-Type"] == "application/pdf"
    assert len(pdf.pages) >= 3
    assert all(reference in words for reference in references())


def test_each_is_noted_before_it_leaves_and_counts_as_read(staff, drawn):
    for _ in range(2):
        submitted(referral())
    staff.post(PRINT, {"reference": references()})
    noted = AccessLog.objects.filter(action="print").values_list("reference", flat=True)
    assert sorted(noted) == sorted(references())
    assert not Enquiry.objects.filter(opened_at=None).exists()


@pytest.mark.parametrize("many", [0, 21])
def test_none_and_too_many_are_refused_in_words(staff, drawn, many):
    for _ in range(many):
        submitted(message())
    answer = staff.post(PRINT, {"reference": references()}, follow=True)
    assert "Tick between 1 and 20" in answer.content.decode()
    assert not AccessLog.objects.filter(action="print").exists()


def test_where_it_cannot_be_drawn_nothing_counts_as_read(staff, monkeypatch):
    def busy(enquiries):
        raise bounded.Busy

    monkeypatch.setattr(pages, "printed", busy)
    submitted(referral())
    answer = staff.post(PRINT, {"reference": references()}, follow=True)
    assert "could not be made just now" in answer.content.decode()
    assert Enquiry.objects.filter(opened_at=None).exists()


def test_the_ticked_rows_of_the_list_are_printed(staff, drawn):
    one, _ = submitted(message()), submitted(message())
    page = staff.get("/admin/referrals/enquiry/").content.decode()
    assert f'name="reference" value="{one.reference}"' in page
    assert f'formaction="{PRINT}"' in page
    answer = staff.post(PRINT, {"reference": [one.reference]})
    assert answer.content == b"%PDF-1.7 drawn"
    noted = AccessLog.objects.filter(action="print").values_list("reference", flat=True)
    assert list(noted) == [one.reference]


def test_a_mere_link_and_whoever_may_read_nothing_get_no_pdf(client, drawn):
    submitted(message())
    signed_in(client, make_user(READ))
    assert client.get(PRINT).status_code == 403
    signed_in(client, make_user("conditions.view_page", username="kim"))
    assert client.post(PRINT, {"reference": references()}).status_code == 403
    assert not AccessLog.objects.filter(action="print").exists()


def test_one_that_no_key_opens_is_left_out_and_named(staff, drawn):
    first, lost = submitted(message()), submitted(message())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_enquiry SET sender_name = 'x' WHERE id = %s", [lost.pk])
    answer = staff.post(PRINT, {"reference": references()})
    assert answer["Content-Type"] == "application/pdf"
    noted = AccessLog.objects.filter(action="print").values_list("reference", flat=True)
    assert list(noted) == [first.reference]
    html = staff.get("/admin/referrals/enquiry/").content.decode()
    assert f"No key of this site opens {lost.reference}" in html


def test_what_is_printed_is_not_saved_for_the_practice_software(staff, drawn):
    one = submitted(referral())
    staff.post(PRINT, {"reference": [one.reference]})
    robin = make_user(READ, "referrals.change_enquiry", username="kim")
    verbs.file(enquiry=Enquiry.objects.get(), outcome="booked", by=robin)
    with pytest.raises(CannotMove, match="Nobody has saved it"):
        verbs.note_in_software(enquiry=Enquiry.objects.get(), by=robin)
