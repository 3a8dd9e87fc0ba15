"""What nobody sees in a name, a file name or a note goes when it comes in, in every place."""

import pytest
from django.urls import reverse

from referrals.models import Attachment, Referral
from tests.makers import make_user, quick_post, referral_post, sample_letter, signed_in

pytestmark = pytest.mark.django_db
TURNED = "\u202enhoJ\u202c\u200b"
LINES = ["patient_given_names", "patient_family_name", "name", "practice_name", "interpreter"]


def test_a_name_that_is_shown_backwards_is_stored_as_it_is_read_letter_by_letter(client):
    client.post("/refer/", referral_post(**dict.fromkeys(LINES, TURNED)))
    referral = Referral.objects.get()
    names = {referral.patient_family_name, referral.sender_name, referral.signed_name}
    assert names | {referral.practice_name, referral.interpreter} == {"nhoJ"}


def test_two_spellings_that_look_the_same_find_the_same_person(client):
    client.post("/refer/", referral_post(patient_family_name="Sam\u00adple\u2060patient"))
    user = make_user("referrals.view_enquiry")
    asked = {"family_name": "Sample\u200bpatient"}
    found = reverse("admin:referrals_enquiry_find")
    html = signed_in(client, user).post(found, asked).content.decode()
    assert "1 found" in html


def test_texts_lose_what_turns_doses_around(client):
    client.post("/refer/", referral_post(medicines="Sample \u202e05\u202c mg\nnone else"))
    referral = Referral.objects.get()
    assert referral.medicines == "Sample 05 mg\nnone else"


def test_a_file_is_not_named_like_another_kind(client):
    client.post("/refer/", quick_post(letter=sample_letter("letter\u202efdp.exe")))
    assert Attachment.objects.get().name == "letterfdp.exe.pdf"


def test_a_persian_name_keeps_what_it_needs(client):
    name = "علی\u200cرضا"
    post = referral_post(patient_given_names=name)
    client.post("/refer/", post)
    assert Referral.objects.get().patient_given_names == name
