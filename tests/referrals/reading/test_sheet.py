"""“Who has read my record”: one sheet for one patient, with nothing of anybody else."""

from datetime import date, timedelta
from io import BytesIO
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.utils import timezone
from pypdf import PdfReader

from clinic_site.zone import in_clinic_time
from referrals.access_log import note_access, note_left
from referrals.files import records
from referrals.models import AccessLog
from referrals.reading import sheet
from referrals.reading.asking import Details
from referrals.reading.sheet import NotOnePerson, make_sheet
from tests.makers import make_user, referral, signed_in, submitted
from tests.referrals.reading.test_log_page import ADA, RIGHTS, ada, erase, read, words_of

pytestmark = pytest.mark.django_db
SHEET = "/admin/referrals/accesslog/sheet/"
FIND = "/admin/referrals/enquiry/find/"
DETAILS = Details("Samplewood", "Ada", date(1979, 3, 14))


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", first_name="Robin", last_name="Reception")


@pytest.fixture
def lee():
    return make_user(*RIGHTS, username="lee", first_name="Lee", last_name="Administrator")


@pytest.fixture
def boss(client, lee):
    return signed_in(client, lee)


def sheet_of(client, *enquiries, **more):
    post = {**ADA, "of": [enquiry.reference for enquiry in enquiries], **more}
    return client.post(SHEET, post)


def test_it_says_who_read_what_and_when_in_the_clinics_time(boss, robin):
    mine = ada()
    at = timezone.now() - timedelta(days=3)
    read(mine, robin, at=at)
    with in_clinic_time():
        there = timezone.localtime(at)
    page = words_of(sheet_of(boss, mine).text)
    assert "For Ada Samplewood , born 14 March 1979" in page
    assert f"{there.day} {there:%b %Y}" in page
    assert "Robin Reception Staff Opened it, and could read all that was sent." in page
    assert "Lee Administrator Staff Made this sheet, or one like it." in page


def test_by_role_only_it_names_nobody(boss, robin):
    read(mine := ada(), robin)
    page = words_of(sheet_of(boss, mine, show="roles").text)
    assert "Staff Opened it" in page
    assert "Robin" not in page


def test_it_holds_nothing_of_another_patient(boss, robin):
    mine, twin, other = ada(), ada(patient_given_names="Amy"), submitted(referral())
    for enquiry in (mine, twin, other):
        read(enquiry, robin)
    note_access(references=["inbox"], by=robin, action="list")
    page = sheet_of(boss, mine, other).text
    assert mine.reference in page
    assert not [one for one in (twin, other) if one.reference in words_of(page)]
    assert "Looked at a list" not in page


def test_look_ups_that_found_nobody_stand_in_it(client, robin, lee):
    signed_in(client, robin).post(FIND, {"family_name": "Samplewood", "birth_date": "14/3/1979"})
    client.post(FIND, {"family_name": "Othersample"})
    page = words_of(sheet_of(signed_in(client, lee)).text)
    found = "Robin Reception Staff Looked for your name and date of birth, and found nothing."
    assert page.count(found) == 1
    assert page.count("and found nothing.") == 1


def test_a_list_that_was_drawn_all_day_leaves_nothing_else_out(lee, robin, monkeypatch):
    monkeypatch.setattr(sheet, "LINES_AT_MOST", 5)
    mine, now = ada(), timezone.now()
    read(mine, robin, at=now - timedelta(days=30))
    for day in range(20):
        for minute in (1, 2):
            read(mine, robin, action="list", at=now - timedelta(days=day, minutes=minute))
    made = make_sheet(details=DETAILS, references=[mine.reference], by=lee)
    said = [line.what for line in made.parts[0].lines]
    assert len(said) == 5
    assert said[0] == "Made this sheet, or one like it."
    assert said[1].startswith("Saw your name")
    assert said[-1] == "Opened it, and could read all that was sent."
    assert made.is_cut
    assert made.readings == 42


def test_what_is_no_list_is_never_left_out(lee, robin, monkeypatch):
    monkeypatch.setattr(sheet, "LINES_AT_MOST", 5)
    mine, now = ada(), timezone.now()
    for day in range(10):
        read(mine, robin, at=now - timedelta(days=day))
    made = make_sheet(details=DETAILS, references=[mine.reference], by=lee)
    assert len(made.parts[0].lines) == 11
    assert not made.is_cut


def test_many_times_of_one_day_are_one_line_and_count_as_one(lee, robin, monkeypatch):
    monkeypatch.setattr(sheet, "LINES_AT_MOST", 5)
    mine, now = ada(), timezone.now() - timedelta(days=5)
    note_access(references=[mine.reference] * 60, by=robin, action="list", at=now)
    made = make_sheet(details=DETAILS, references=[mine.reference], by=lee)
    assert not made.is_cut
    assert made.readings == 61


def test_what_the_senders_link_and_our_mail_did_is_said_without_a_person(boss):
    mine = ada()
    note_left(reference=mine.reference, action="status page")
    note_left(reference=mine.reference, action="to rooms")
    page = words_of(sheet_of(boss, mine).text)
    assert "Somebody with the sender’s link Saw how far it is." in page
    assert "The website Sent an email with details to the clinic." in page


def test_what_was_erased_stands_in_it_once_it_is_ticked(client, robin, lee):
    mine = ada()
    read(mine, robin)
    erase(mine)
    page = words_of(sheet_of(signed_in(client, lee), mine).text)
    assert f"{mine.reference} It is not held here any more." in page
    assert "Opened it, and could read" in page


def test_making_it_is_written_down_with_every_enquiry_in_it(boss):
    first, second = ada(), ada()
    sheet_of(boss, first, second)
    rows = AccessLog.objects.filter(action="sheet", by__username="lee")
    assert {row.reference for row in rows} == {first.reference, second.reference}
    assert {len(row.looked_for.split()) for row in rows} == {2}


def test_without_its_row_there_is_no_sheet(boss):
    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "referrals_accesslog" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    mine = ada()
    with connection.execute_wrapper(refuse):
        answer = sheet_of(boss, mine)
    assert answer.status_code == 503
    assert mine.reference not in answer.text


def test_a_family_name_alone_makes_no_sheet_as_it_is_many_peoples(boss, lee):
    mine = ada()
    answer = boss.post(SHEET, {"family_name": "Samplewood", "of": mine.reference}, follow=True)
    assert "Write family name, given names and date of birth" in answer.text
    with pytest.raises(NotOnePerson):
        make_sheet(details=Details("Samplewood"), references=[mine.reference], by=lee)
    assert not AccessLog.objects.filter(action="sheet").exists()


def test_the_pdf_says_the_same_and_its_name_names_nobody(boss, robin):
    read(mine := ada(), robin)
    answer = sheet_of(boss, mine, pdf="yes")
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Who has read my record" in text
    assert mine.reference in text
    assert "Robin Reception" in text
    assert "Samplewood" not in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


def test_without_what_draws_pdfs_the_page_says_so_and_is_there(boss):
    mine = ada()
    with mock.patch.object(records, "draw_pdf", side_effect=records.PdfUnavailable("Install it.")):
        answer = sheet_of(boss, mine, pdf="yes")
    assert "No PDF on this server yet. Install it." in answer.text
    assert mine.reference in answer.text


def test_whoever_may_not_see_the_log_makes_no_sheet(client, robin):
    mine = ada()
    signed_in(client, robin)
    assert sheet_of(client, mine).status_code == 403
    with pytest.raises(PermissionDenied):
        make_sheet(details=DETAILS, references=[mine.reference], by=robin)
    assert not AccessLog.objects.exists()


def test_a_link_makes_none(boss):
    assert boss.get(SHEET, ADA).status_code == 405


@pytest.mark.parametrize("junk", ["x" * 500, "\x00", "SIJ-IIIIIIII", "nobody found"])
def test_a_reference_that_is_none_is_left_out(boss, junk):
    assert boss.post(SHEET, {**ADA, "of": [junk]}).status_code == 200
    assert AccessLog.objects.get(action="sheet").reference == "nobody found"
