"""A patient who agreed to mail hears the same steps, in words that tell nothing clinical."""

import re
from datetime import date

import pytest
from django.utils import timezone

from conditions.publishing.verbs import publish_starter
from referrals.ending.calls import rang
from referrals.intake.referral_forms import AGREES_NOT, OWN_ADDRESS
from referrals.intake.submitting import content_digest
from referrals.mail import no_mail
from referrals.mail.delivery import deliver_one
from referrals.mail.texts import write_letter
from referrals.models import Call, Ending, Enquiry, Notification, Referral
from referrals.patient_requests.held import held_of
from referrals.retention.erasing import erase_rows
from referrals.workflow import verbs
from tests.makers import (
    make_clinic,
    make_page,
    make_user,
    quick_post,
    referral,
    referral_post,
    signed_in,
    submitted,
)

pytestmark = pytest.mark.django_db
HER = "jo@patient.example"
AGREED = {"patient_email": HER, "patient_agrees_mail": True}


@pytest.fixture
def staff():
    make_clinic()
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(staff):
    return verbs.open_(enquiry=submitted(referral(**AGREED)), by=staff)


def hers(**which):
    return Notification.objects.filter(kind="patient", **which).order_by("pk")


def subjects():
    return [write_letter(mail).subject for mail in hers().exclude(state="undone")]


def test_each_step_is_told_in_plain_words(enquiry, staff):
    verbs.accept(enquiry=enquiry, by=staff)
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=date(2026, 12, 7))
    assert [mail.recipient for mail in hers()] == [HER] * 3
    assert subjects() == ["Your referral has arrived", "We will ring you", "Your visit is booked"]
    assert "for Monday 7 December 2026" in write_letter(hers().last()).body


def test_no_mail_names_a_person_or_says_what_it_is_about(enquiry, staff):
    verbs.accept(enquiry=enquiry, by=staff)
    for _ in range(3):
        rang(enquiry=enquiry, by=staff, whom="patient", result="no_answer")
    verbs.file(enquiry=enquiry, outcome="not_reached", by=staff)
    for mail in hers():
        letter = write_letter(mail)
        words = f"{letter.subject} {letter.from_email} {letter.body} {letter.alternatives[0]}"
        for secret in ("Samplepatient", "Samplegp", "acroiliac", "SIJ", "joint", "pain"):
            assert secret not in words
        assert no_mail.link_for(HER) in letter.body
    assert "ring us on (02) 5550 1234" in write_letter(hers(event__kind="not_reached").get()).body


def test_a_referral_that_is_returned_sends_the_patient_to_her_doctor(enquiry, staff):
    verbs.return_(enquiry=enquiry, by=staff, note="No.")
    verbs.file(enquiry=enquiry, outcome="not_taken", by=staff)
    assert subjects()[1:] == ["Please ask your doctor about your referral"]


def test_a_booking_leads_to_the_page_on_what_to_bring_once_it_is_live(enquiry, staff):
    verbs.file(enquiry=enquiry, outcome="booked", by=staff)
    assert "What to bring" not in write_letter(hers().last()).body
    publish_starter(page=make_page(section="guides", slug="your-first-appointment"))
    assert "/guides/your-first-appointment/" in write_letter(hers().last()).body


@pytest.mark.parametrize(
    "facts",
    [
        {"patient_email": HER},
        {"patient_agrees_mail": True, "patient_email": ""},
        {"patient_agrees_mail": True, "patient_email": None},
        {"patient_agrees_mail": True, "patient_email": "SAM@practice.example"},
    ],
)
def test_without_the_tick_or_an_address_of_her_own_she_gets_no_mail(staff, facts):
    enquiry = verbs.open_(enquiry=submitted(referral(**facts)), by=staff)
    verbs.accept(enquiry=enquiry, by=staff)
    assert not hers().exists()


def test_what_looks_like_spam_writes_to_no_patient_until_it_is_found_real(staff):
    enquiry = submitted(referral(**AGREED), suspicions=["markup"])
    assert not hers().exists()
    verbs.not_spam(enquiry=enquiry, by=staff)
    assert subjects() == ["Your referral has arrived"]


def test_a_flood_writes_to_no_patient(staff):
    submitted(referral(**AGREED), may_mail_receipt=False)
    assert not hers().exists()


def test_undone_before_the_mail_she_hears_nothing_of_it(enquiry, staff):
    verbs.accept(enquiry=enquiry, by=staff)
    verbs.reopen(enquiry=enquiry, by=staff)
    assert subjects() == ["Your referral has arrived"]


def test_news_of_a_decision_waits_its_minute_for_undo(enquiry, staff, settings):
    settings.NEWS_WAITS_SECONDS = 60
    verbs.accept(enquiry=enquiry, by=staff)
    news = hers(event__kind="accepted").get()
    assert (news.due_at - news.created_at).total_seconds() == 60


def test_undone_after_the_mail_she_hears_that_it_no_longer_stands(enquiry, staff):
    verbs.file(enquiry=enquiry, outcome="booked", by=staff)
    hers().update(state="sent", sent_at=timezone.now())
    verbs.reopen(enquiry=enquiry, by=staff)
    assert subjects()[-1] == "We look at your referral again"
    verbs.accept(enquiry=verbs.reread(enquiry), by=staff)
    verbs.reopen(enquiry=enquiry, by=staff)
    assert subjects().count("We look at your referral again") == 1


def test_her_mail_is_not_taken_for_the_doctors(staff):
    """A doctor without an address was told nothing, whatever the patient heard."""
    enquiry = verbs.open_(enquiry=submitted(referral(sender_email="", **AGREED)), by=staff)
    verbs.accept(enquiry=enquiry, by=staff)
    Notification.objects.update(state="sent", sent_at=timezone.now())
    verbs.reopen(enquiry=enquiry, by=staff)
    assert not Notification.objects.filter(kind="status").exists()


def test_whoever_stopped_our_mail_gets_none(staff):
    no_mail.stop(digest=no_mail.digest_of(HER))
    submitted(referral(**AGREED))
    assert not hers().exists()


def test_a_mail_in_retry_of_what_was_undone_is_not_sent(enquiry, staff, settings, mailoutbox):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    verbs.accept(enquiry=enquiry, by=staff)
    Notification.objects.exclude(kind="patient", event__kind="accepted").update(
        state="sent", sent_at=timezone.now()
    )
    hers(event__kind="accepted").update(attempts=1)
    verbs.reopen(enquiry=enquiry, by=staff)
    while deliver_one():
        pass
    assert "We will ring you" not in [mail.subject for mail in mailoutbox]


def test_a_refused_address_is_shown_beside_the_calls_and_not_as_the_senders(client, enquiry, staff):
    hers().update(state="dead", failure="refused", failures_in_a_row=1)
    page = signed_in(client, staff).get(enquiry.get_admin_url()).content.decode()
    assert "The patient did not get our mail" in page
    assert "The sender did not get our mail" not in page


def posted(client, post):
    return client.post("/refer/", post).content.decode()


@pytest.mark.parametrize("make_post", [referral_post, quick_post])
def test_both_forms_take_the_address_with_the_tick(client, make_post, staff):
    client.post("/refer/", make_post(patient_email=HER, patient_agrees_mail="on"))
    stored = Referral.objects.get()
    assert (stored.patient_email, stored.patient_agrees_mail) == (HER, True)
    assert [mail.recipient for mail in hers()] == [HER]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"patient_email": HER}, AGREES_NOT),
        ({"patient_agrees_mail": "on"}, "Write the patient’s email, or take the tick away."),
        ({"patient_email": "sam@PRACTICE.example", "patient_agrees_mail": "on"}, OWN_ADDRESS),
    ],
)
def test_a_slip_is_said_beside_its_field_and_all_stays(client, typed, words, staff):
    page = posted(client, referral_post(**typed))
    assert words in page
    assert "Left buttock pain for a year." in page
    assert not Enquiry.objects.exists()


def test_a_form_from_before_it_was_asked_is_the_same_form_still(staff):
    before = content_digest(referral(), [])
    assert content_digest(referral(patient_email="", patient_agrees_mail=False), []) == before
    assert content_digest(referral(**AGREED), []) != before


def test_the_receipt_says_that_the_patient_hears_too_and_not_where(client, staff):
    post = referral_post(patient_email=HER, patient_agrees_mail="on")
    page = client.post("/refer/", post, follow=True).content.decode()
    assert "The patient hears each step by email too" in page
    assert HER not in page


def test_another_patient_in_the_same_form_has_not_agreed_yet(client, staff):
    post = referral_post(patient_email=HER, patient_agrees_mail="on")
    client.post("/refer/", post)
    other = {"patient_given_names": "Ann", "patient_birth_date": "2/3/1990"}
    answer = client.post("/refer/", {**post, **other, "patient_email": "ann@patient.example"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ann@patient.example" in page
    assert not re.search(r'name="patient_agrees_mail"[^>]*checked', page)


def test_an_erasure_takes_her_address_the_calls_and_the_day_of_the_visit(enquiry, staff):
    rang(enquiry=enquiry, by=staff, whom="patient", result="reached")
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=date(2026, 12, 7))
    erase_rows(pk=enquiry.pk, at=timezone.now(), why="request", asked_by=staff, by=staff)
    for model in (Call, Ending, Referral, Notification, Enquiry):
        assert not model.objects.exists()


def test_the_pdf_of_what_is_held_names_her_address_the_calls_and_the_day(enquiry, staff):
    rang(enquiry=enquiry, by=staff, whom="patient", result="no_answer")
    verbs.file(enquiry=enquiry, outcome="booked", by=staff, booked_on=date(2026, 12, 7))
    held = held_of(Enquiry.objects.get(), set())
    values = [value for section in held.sections for _, value in section.rows]
    assert HER in values
    assert date(2026, 12, 7) in values
    assert "The patient: no answer." in [event.note for event in held.events]
