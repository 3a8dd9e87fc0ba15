"""What came by fax, post, telephone or hand is typed in once, and is an enquiry like any other."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.utils import timezone

from referrals import person_index
from referrals.entering import entry
from referrals.entering.entry import EnteredBefore
from referrals.files import storage
from referrals.inspecting.child import EICAR
from referrals.ledger.differences import LOOKED_FOR
from referrals.models import AccessLog, Attachment, Enquiry, Event, Notification, Referral
from referrals.workflow import verbs
from referrals.workflow.verbs import CannotMove
from tests.makers import (
    form_key,
    hold_letter,
    make_clinic,
    make_user,
    sample_letter,
    signed_in,
    submitted,
    words_of,
)
from tests.referrals.entering.desk import ENTER, FAXED_AT, entered, faxed, on_paper, receptionist

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def desk(client, robin):
    return signed_in(client, robin)


def kinds_of(enquiry):
    return list(enquiry.events.order_by("pk").values_list("kind", flat=True))


def test_a_faxed_referral_is_stored_and_opened_by_whoever_typed_it(desk, robin):
    answer = desk.post(ENTER, faxed())
    enquiry = Referral.objects.get()
    assert answer["Location"] == enquiry.get_admin_url()
    assert (enquiry.way_in, enquiry.status, enquiry.kind) == ("fax", "opened", "referral")
    assert enquiry.received_at == FAXED_AT  # 11:15 in Perth
    assert kinds_of(enquiry) == ["received", "entered", "opened"]
    assert enquiry.events.get(kind="entered").by == robin
    assert AccessLog.objects.get().reference == enquiry.reference


def test_a_letter_without_a_date_gets_none(desk):
    desk.post(ENTER, faxed(referral_date=""))
    enquiry = Referral.objects.get()
    assert enquiry.referral_date is None
    assert re.search(r"Referral date\s*Not given", words_of(desk.get(enquiry.get_admin_url()).text))


def test_nobody_is_mailed_about_what_the_rooms_typed(robin):
    entered(by=robin, enquiry=on_paper(sender_email="sam@practice.example"))
    assert not Notification.objects.exists()


def test_the_doctor_gets_a_receipt_where_it_is_ticked(desk):
    desk.post(ENTER, faxed(email="sam@practice.example", mail_receipt="on"))
    mail = Notification.objects.get()
    assert (mail.kind, mail.recipient) == ("receipt", "sam@practice.example")


def test_a_tick_without_an_address_is_said_beside_the_address(desk):
    page = desk.post(ENTER, faxed(mail_receipt="on")).text
    assert "Write the address the receipt goes to" in page
    assert not Enquiry.objects.exists()


def test_its_scan_is_inspected_stored_and_adopted(desk, robin):
    desk.post(ENTER, faxed(reason="", letter=sample_letter("scan.pdf")))
    enquiry = Referral.objects.get()
    file = enquiry.attachments.get()
    assert (file.name, file.position, file.state, file.added_by) == ("scan.pdf", 1, "clean", robin)
    assert storage.is_there(name=file.pk)
    assert enquiry.mode == "quick"


def test_a_hostile_scan_is_set_aside_and_said_in_the_timeline(desk):
    desk.post(ENTER, faxed(letter=SimpleUploadedFile("scan.pdf", EICAR)))
    assert Attachment.objects.get().state == "quarantined"
    assert "quarantined" in kinds_of(Enquiry.objects.get())


def test_it_is_found_by_the_patient_and_all_records_agree(robin):
    enquiry = entered(by=robin)
    wanted = person_index.terms(family_name="samplepatient")
    assert list(person_index.find_enquiries(wanted)) == [Enquiry.objects.get(pk=enquiry.pk)]
    assert [one for look in LOOKED_FOR for one in look()] == []


def test_what_the_website_brought_and_nobody_was_told_of_is_still_a_difference():
    """However its row is changed: the line of whoever typed it in is missing."""
    submitted()
    Enquiry.objects.update(way_in="fax")
    Notification.objects.all().delete()
    assert "untold" in [one.kind for look in LOOKED_FOR for one in look()]


def test_a_double_press_makes_one_enquiry(desk):
    post = faxed()
    first = desk.post(ENTER, {**post, "letter": sample_letter()})
    second = desk.post(ENTER, {**post, "letter": sample_letter()})
    assert first["Location"] == second["Location"]
    assert Enquiry.objects.count() == Attachment.objects.count() == 1


def test_the_same_form_with_another_patient_is_asked_about_and_then_entered(desk):
    post = faxed()
    desk.post(ENTER, post)
    page = desk.post(ENTER, {**post, "patient_family_name": "Othersample"})
    assert page.status_code == 409
    assert "You entered this form already" in page.text
    assert "Othersample" in page.text
    key = page.context["form_key"]
    desk.post(ENTER, {**post, "patient_family_name": "Othersample", "form_key": key})
    assert {r.patient_family_name for r in Referral.objects.all()} == {
        "Samplepatient",
        "Othersample",
    }


def test_a_form_that_was_entered_before_is_refused_by_the_verb(robin):
    key = form_key()
    first = entered(by=robin, form_key=key)
    with pytest.raises(EnteredBefore) as refused:
        entered(by=robin, form_key=key, enquiry=on_paper(reason="Another."))
    assert refused.value.first.pk == first.pk


def test_nothing_is_stored_where_something_fails_midway(robin):
    key = form_key()
    letter = hold_letter(key)
    with (
        mock.patch.object(entry.person_index, "index", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        entered(by=robin, form_key=key, attachments=[letter])
    assert not Enquiry.objects.exists()
    assert not Event.objects.exists()
    assert Attachment.objects.get().held_for == key  # waits for the next press


def test_a_full_disk_stores_nothing_and_loses_no_word(desk):
    with mock.patch("referrals.files.storage.write", side_effect=OSError(28, "No space left")):
        page = desk.post(ENTER, faxed(letter=sample_letter(), practice_name="Sample Practice"))
    assert page.status_code == 507
    assert "the disk took none" in page.text
    for typed in ["Samplepatient", "31/1/1980", "Left buttock pain.", "Sample Practice"]:
        assert typed in page.text
    assert not Enquiry.objects.exists()
    assert not Attachment.objects.exists()


def test_more_than_the_site_takes_loses_no_word(desk):
    large = SimpleUploadedFile("scan.pdf", b"%PDF-1.7\n" + b"0" * 17 * 1024 * 1024)
    page = desk.post(ENTER, faxed(letter=large))
    assert page.status_code == 422
    assert "A file may have 10 MB" in page.text
    assert "Samplepatient" in page.text
    assert not Attachment.objects.exists()


def test_a_mistake_keeps_all_that_was_typed_and_the_scan(desk):
    post = faxed(patient_birth_date="31/13/1980", red_flags=["cancer"])
    page = desk.post(ENTER, {**post, "letter": sample_letter()})
    assert page.status_code == 422
    assert "there is no month 13" in page.text
    file = Attachment.objects.get()
    assert f'name="kept" value="{file.pk}"' in page.text
    assert 'value="cancer" aria' in page.text or 'value="cancer" id' in page.text
    desk.post(ENTER, {**post, "patient_birth_date": "31/12/1980", "kept": str(file.pk)})
    assert Enquiry.objects.get().attachments.get() == file


@pytest.mark.parametrize(
    "missing", ["way", "patient_family_name", "patient_birth_date", "name", "received_on"]
)
def test_what_must_be_there_is_said(desk, missing):
    page = desk.post(ENTER, faxed(**{missing: ""}))
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {missing}


def test_neither_words_nor_a_scan_is_nothing_to_refer(desk):
    page = desk.post(ENTER, faxed(reason=""))
    assert "Write a few words, or attach the scan." in page.text


@time_machine.travel(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), tick=False)
def test_in_the_evening_of_perth_it_is_still_today(desk):
    """23:30 there; elsewhere in Australia it is tomorrow, and in London this afternoon."""
    form = desk.get(ENTER).context["form"]
    assert form["received_on"].value().isoformat() == "2026-11-20"
    assert f"{form['received_time'].value():%H:%M}" == "23:30"
    assert desk.post(ENTER, faxed(received_time="11.25 pm")).status_code == 302
    assert Enquiry.objects.get().received_at == datetime(2026, 11, 20, 15, 25, tzinfo=UTC)


@time_machine.travel(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(("day", "clock"), [("20/11/2026", "23:31"), ("21/11/2026", "00:10")])
def test_it_did_not_come_in_the_future(desk, day, clock):
    page = desk.post(ENTER, faxed(received_on=day, received_time=clock))
    assert page.status_code == 422
    assert "is in the future" in page.text


def test_the_verb_takes_no_time_to_come(robin):
    with pytest.raises(CannotMove):
        entered(by=robin, received_at=timezone.now() + timedelta(minutes=1))


@time_machine.travel(datetime(2026, 11, 20, 1, 0, tzinfo=UTC), tick=False)
def test_a_time_that_the_clocks_skipped_is_asked_about(desk):
    make_clinic(time_zone="Australia/Sydney")
    page = desk.post(ENTER, faxed(received_on="4/10/2026", received_time="2:30"))
    assert "The clocks went forward over this time" in page.text


@pytest.mark.parametrize("typed", ["14:30", "2:30 pm", "2.30 p.m.", "2:30PM"])
def test_a_time_is_read_as_people_write_it(desk, typed):
    desk.post(ENTER, faxed(received_on="19/11/2026", received_time=typed))
    assert Enquiry.objects.get().received_at == datetime(2026, 11, 19, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["25:00", "half past two", "13 pm", "1430:00"])
def test_what_is_no_time_is_said(desk, typed):
    page = desk.post(ENTER, faxed(received_time=typed))
    assert "write the time like 14:30" in page.text


@pytest.mark.parametrize(
    ("on_the_fax", "code", "said"),
    [
        ({"medicare_number": "3278 85129 5"}, "medicare_check", "number does not add up"),
        ({"patient_phone": "0491 570 00"}, "patient_phone", "has a digit too few or too many"),
    ],
)
def test_a_number_that_cannot_be_right_is_said_once_and_taken(desk, on_the_fax, code, said):
    post = faxed(**on_the_fax)
    page = desk.post(ENTER, post)
    assert said in page.text
    again = {**post, "warned": page.context["form"].data["warned"]}
    assert desk.post(ENTER, again).status_code == 302
    assert Referral.objects.get().warnings == [code]


def test_an_emergency_sign_makes_it_urgent_and_is_said(desk):
    page = desk.post(ENTER, faxed(red_flags=["cauda_equina"]), follow=True)
    enquiry = Enquiry.objects.get()
    assert (enquiry.urgency, enquiry.is_red_flagged) == ("urgent", True)
    assert "ring the patient or the doctor now" in page.text


def test_without_a_sign_it_stays_routine(desk):
    desk.post(ENTER, faxed())
    assert Enquiry.objects.get().urgency == "routine"


def test_for_whom_is_asked_only_where_there_is_a_choice(desk):
    clinic = make_clinic()
    clinic.clinicians.all().delete()
    one = clinic.clinicians.create(name="Dr Sampleone", role="Surgeon")
    assert "For whom?" not in desk.get(ENTER).text
    clinic.clinicians.create(name="Dr Sampletwo", role="Surgeon")
    assert "First available" in desk.get(ENTER).text
    desk.post(ENTER, faxed(for_clinician=str(one.pk)))
    assert Enquiry.objects.get().for_clinician == one


def test_the_slip_names_the_reference_and_nobody(desk, robin):
    enquiry = entered(by=robin)
    page = words_of(desk.get(f"/admin/referrals/enquiry/{enquiry.pk}/slip/").text)
    assert enquiry.reference in page
    assert "Samplepatient" not in page


def test_its_page_says_how_it_came_and_claims_no_signature(desk, robin):
    page = words_of(desk.get(entered(by=robin).get_admin_url()).text)
    assert "By fax" in page
    assert "Electronically signed" not in page


def test_spam_that_was_typed_in_and_taken_back_mails_nobody(robin):
    enquiry = entered(by=robin, enquiry=on_paper(sender_email="sam@practice.example"))
    verbs.not_spam(enquiry=verbs.mark_spam(enquiry=enquiry, by=robin), by=robin)
    assert not Notification.objects.exists()


def test_a_message_by_telephone_is_entered_too(desk):
    fields = {"name": "Alex Samplewriter", "phone": "02 5550 0123", "topic": "fees"}
    when = {"received_on": "20/11/2026", "received_time": "11:15"}
    words = {"text": "What does a visit cost?", "form_key": faxed()["form_key"]}
    answer = desk.post("/admin/referrals/enquiry/enter-message/", {**fields, **when, **words})
    enquiry = Enquiry.objects.get()
    assert answer["Location"] == enquiry.get_admin_url()
    assert (enquiry.kind, enquiry.way_in, enquiry.message.topic) == ("message", "telephone", "fees")


def test_who_may_not_change_enquiries_enters_none(client):
    reader = make_user("referrals.view_enquiry", username="reader")
    with pytest.raises(PermissionDenied):
        entered(by=reader)
    assert signed_in(client, reader).get(ENTER).status_code == 403
    assert client.post(ENTER, faxed()).status_code == 403
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("day", ["1/1/0001", "27/11/2006"])
def test_a_day_of_other_years_is_refused_beside_its_field(desk, day):
    answer = desk.post(ENTER, faxed(received_on=day))
    assert answer.status_code == 422
    assert "received_on" in answer.context["form"].errors
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("said", ["", "Female"])
def test_sex_at_birth_is_asked_and_may_stay_empty(client, said):
    signed_in(client, receptionist()).post(ENTER, faxed(sex_at_birth=said))
    assert Referral.objects.get().sex_at_birth == said
