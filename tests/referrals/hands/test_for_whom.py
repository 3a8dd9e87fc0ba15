"""For which doctor a referral is: asked where there are several, changed by staff, told to her."""

import pytest
from django.core.exceptions import PermissionDenied

from clinic_site.models import Clinician
from clinic_site.people.leaving import end_what_comes_to_her
from referrals.hands.verbs import set_for_whom
from referrals.intake.paper import paper_sheets
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, Referral
from referrals.workflow import verbs
from tests.makers import (
    make_clinic,
    make_user,
    quick_post,
    referral,
    referral_post,
    signed_in,
    submitted,
)

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"


@pytest.fixture
def clinic():
    clinic = make_clinic()
    clinic.clinicians.all().delete()
    return clinic


@pytest.fixture
def ash(clinic):
    return clinic.clinicians.create(name="Dr Ash Sample", role="Surgeon", ordering=1)


@pytest.fixture
def lee(clinic):
    return clinic.clinicians.create(
        name="Dr Lee Sample", role="Surgeon", ordering=2, notify_email="lee@rooms.example"
    )


def told(enquiry):
    return [
        mail.recipient for mail in enquiry.notifications.filter(kind="new_enquiry").order_by("pk")
    ]


@pytest.mark.parametrize("mode", ["quick", "full"])
def test_with_one_doctor_nobody_is_asked(client, ash, mode):
    assert "For whom?" not in client.get(f"/refer/?mode={mode}").content.decode()


@pytest.mark.parametrize("post", [quick_post, referral_post])
def test_with_two_doctors_the_sender_chooses_and_the_doctor_hears(client, ash, lee, post):
    client.post("/refer/", post(for_clinician=str(lee.pk)))
    stored = Referral.objects.get()
    assert stored.for_clinician == lee
    assert told(stored) == [make_clinic().email, "lee@rooms.example"]


def test_whoever_is_free_first_is_what_stands_there(client, ash, lee):
    html = client.get("/refer/").content.decode()
    assert "Whoever is free first" in html
    client.post("/refer/", referral_post())
    assert Referral.objects.get().for_clinician is None


def test_a_doctor_who_left_meanwhile_is_said_beside_the_field(client, ash, lee):
    gone = str(lee.pk)
    Clinician.objects.create(clinic=ash.clinic, name="Dr New Sample", role="Surgeon")
    lee.delete()
    response = client.post("/refer/", referral_post(for_clinician=gone))
    assert "This doctor is no longer listed" in response.content.decode()
    assert not Referral.objects.exists()


def test_the_paper_form_has_a_box_for_each_and_for_the_first_free(ash, lee):
    asked = [field for sheet in paper_sheets() for _, group in sheet.groups for field in group]
    (boxes,) = [field.choices for field in asked if field.label == "For whom?"]
    assert boxes == ["Whoever is free first", "Dr Ash Sample", "Dr Lee Sample"]


def test_the_paper_form_of_one_doctor_does_not_ask(ash):
    asked = [field for sheet in paper_sheets() for _, group in sheet.groups for field in group]
    assert "For whom?" not in [field.label for field in asked]


def test_staff_change_it_and_the_other_doctor_hears(ash, lee):
    robin = make_user("referrals.change_enquiry")
    enquiry = submitted(referral(for_clinician=ash))
    assert told(enquiry) == [make_clinic().email]
    set_for_whom(enquiry=enquiry, clinician=lee, by=robin)
    set_for_whom(enquiry=enquiry, clinician=lee, by=robin)
    assert told(enquiry) == [make_clinic().email, "lee@rooms.example"]
    assert [event.note for event in enquiry.events.filter(kind="for_whom")] == [
        "For Dr Lee Sample."
    ]


def test_the_doctor_whose_it_is_now_does_not_hear_that_an_old_one_is_new(ash, lee):
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    enquiry = submitted(referral(for_clinician=ash))
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.file(enquiry=enquiry, by=robin, outcome="withdrawn")
    set_for_whom(enquiry=enquiry, clinician=lee, by=robin)
    letter = write_letter(enquiry.notifications.order_by("pk").last())
    assert letter.subject.startswith(f"Referral {enquiry.reference}")
    assert letter.body.startswith("A referral in the inbox is for you.")
    assert "has arrived" not in letter.body + letter.alternatives[0][0]


def test_who_may_only_read_changes_nothing(ash, lee):
    enquiry = submitted(referral(for_clinician=ash))
    with pytest.raises(PermissionDenied):
        set_for_whom(enquiry=enquiry, clinician=lee, by=make_user("referrals.view_enquiry"))
    assert Enquiry.objects.get(pk=enquiry.pk).for_clinician == ash


def test_the_list_shows_for_whom_and_filters_by_doctor(client, ash, lee):
    rights = ["referrals.view_enquiry", "referrals.change_enquiry"]
    staff = signed_in(client, make_user(*rights))
    hers, free = submitted(referral(for_clinician=lee)), submitted(referral())
    html = staff.get(f"{INBOX}?doctor={lee.pk}").content.decode()
    assert "For Dr Lee Sample" in html
    assert (hers.reference in html, free.reference in html) == (True, False)
    html = staff.get(f"{INBOX}?doctor=first").content.decode()
    assert (hers.reference in html, free.reference in html) == (False, True)


def test_a_doctor_who_is_taken_off_takes_no_referral_with_her(ash, lee):
    enquiry = submitted(referral(for_clinician=lee))
    lee.delete()
    assert Enquiry.objects.get(pk=enquiry.pk).for_clinician is None


def test_who_has_left_hears_of_nothing_more(lee):
    user = make_user(username="lee", email="Lee@rooms.example")
    end_what_comes_to_her(user)
    lee.refresh_from_db()
    assert lee.notify_email == ""
