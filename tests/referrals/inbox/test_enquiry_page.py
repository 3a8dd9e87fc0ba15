"""The page of one enquiry: everything a receptionist needs, and buttons for what can be done."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.utils import timezone

from referrals.mail import outbox
from referrals.mail.fallback import move_stuck_mail
from referrals.mail.health import mail_is_stuck, undelivered_mail
from referrals.models import Enquiry, Event, Notification
from referrals.workflow import verbs
from tests.makers import (
    make_attachment,
    make_clinic,
    make_user,
    message,
    referral,
    signed_in,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"
NAMES = {
    "accept": "Accept",
    "ask": "Ask for more information",
    "return_": "Return with advice",
    "file": "File",
    "reopen": "Open again",
    "mark_spam": "This is spam",
    "not_spam": "Not spam",
}


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


@pytest.fixture
def staff(client, robin):
    return signed_in(client, robin)


def page(client, enquiry):
    """What the page says; how its template is broken into lines does not matter."""
    return re.sub("[ \n]+", " ", client.get(enquiry.get_admin_url()).content.decode())


def press(client, enquiry, verb, **fields):
    seen = Enquiry.objects.get(pk=enquiry.pk).status
    return client.post(f"{INBOX}{enquiry.pk}/do/{verb}/", {"seen": seen, **fields})


@pytest.mark.parametrize(
    ("address", "said"),
    [("sam@practice.example", "The doctor gets an email"), ("", "please ring the doctor")],
)
def test_after_asking_it_says_whether_the_doctor_is_told(staff, address, said):
    enquiry = submitted(referral(sender_email=address))
    page(staff, enquiry)
    response = press(staff, enquiry, "ask", note="Which side?")
    told = [str(m) for m in get_messages(response.wsgi_request)]
    assert len(told) == 1
    assert said in told[0]


def status(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk).status


def test_a_referral_goes_all_the_way_by_its_buttons(staff):
    enquiry = submitted(referral())
    page(staff, enquiry)
    assert status(enquiry) == "opened"
    steps = [
        ("ask", {"note": "Which side?"}, "needs_info"),
        ("accept", {}, "accepted"),
        ("return_", {"note": "Try this."}, "returned"),
        ("reopen", {}, "opened"),
        ("file", {"outcome": "booked"}, "filed"),
        ("reopen", {}, "opened"),
        ("mark_spam", {}, "spam"),
        ("not_spam", {}, "opened"),
    ]
    for verb, fields, after in steps:
        assert press(staff, enquiry, verb, **fields).status_code == 302
        assert status(enquiry) == after
    html = page(staff, enquiry)
    assert all(words in html for words in ["Which side?", "Try this.", "Found not to be spam"])


@pytest.mark.parametrize(
    ("make", "state", "offered"),
    [
        (referral, "opened", ["accept", "ask", "return_", "file", "mark_spam"]),
        (message, "opened", ["file", "mark_spam"]),
        (referral, "returned", ["file", "reopen"]),
        (referral, "spam", ["mark_spam", "not_spam"]),
    ],
)
def test_only_what_can_be_done_now_is_offered(staff, make, state, offered):
    enquiry = submitted(make())
    Enquiry.objects.update(status=state, opened_at=timezone.now())
    html = page(staff, enquiry)
    assert [verb for verb in NAMES if f"/do/{verb}/" in html] == offered
    assert all(NAMES[verb] in html for verb in offered)


@pytest.mark.parametrize("verb", [*NAMES, "revoke_status_link"])
def test_a_reader_sees_no_button_and_may_press_none(client, verb):
    enquiry = submitted(referral())
    signed_in(client, make_user(READ))
    assert "/do/" not in page(client, enquiry)
    before = status(enquiry)
    fields = {"note": "x", "outcome": "booked", "sure": "on"}
    assert press(client, enquiry, verb, **fields).status_code == 403
    assert status(enquiry) == before


@pytest.mark.parametrize("verb", [*NAMES, "revoke_status_link"])
def test_a_mere_link_changes_nothing(staff, verb):
    enquiry = submitted(referral())
    assert staff.get(f"{INBOX}{enquiry.pk}/do/{verb}/").status_code == 403


def test_a_button_that_does_not_exist_is_a_404(staff):
    assert press(staff, submitted(), "open_").status_code == 404


def test_a_foreign_site_cannot_press(robin):
    client = signed_in(Client(enforce_csrf_checks=True), robin)
    enquiry = submitted(referral())
    assert press(client, enquiry, "mark_spam").status_code == 403
    assert status(enquiry) == "received"


def test_words_that_are_missing_are_asked_for_in_place(staff):
    enquiry = submitted(referral())
    page(staff, enquiry)
    response = press(staff, enquiry, "ask", note=" ")
    assert response.status_code == 422
    assert "Write a few words first" in response.content.decode()
    assert status(enquiry) == "opened"


def test_two_people_at_once_the_slower_keeps_what_was_typed(staff, robin):
    enquiry = submitted(referral())
    page(staff, enquiry)
    pat = make_user(READ, CHANGE, username="pat")
    verbs.accept(enquiry=Enquiry.objects.get(), by=pat)
    response = staff.post(
        f"{INBOX}{enquiry.pk}/do/return_/", {"seen": "opened", "note": "A long advice."}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "A colleague was faster" in html
    assert "A long advice.</textarea>" in html
    assert status(enquiry) == "accepted"


def test_words_for_a_step_that_is_gone_can_still_be_copied(staff):
    enquiry = submitted(referral())
    page(staff, enquiry)
    verbs.file(
        enquiry=Enquiry.objects.get(), outcome="booked", by=make_user(CHANGE, username="pat")
    )
    response = staff.post(
        f"{INBOX}{enquiry.pk}/do/return_/", {"seen": "opened", "note": "A long advice."}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "A long advice.</textarea>" in html
    assert "it went to nobody" in html


def test_the_day_of_a_visit_for_a_step_that_is_gone_can_still_be_copied(staff):
    enquiry = submitted(referral())
    page(staff, enquiry)
    pat = make_user(CHANGE, username="pat")
    verbs.file(enquiry=Enquiry.objects.get(), outcome="booked", by=pat)
    typed = {"seen": "accepted", "outcome": "booked", "booked_on": "2026-12-18", "note": ""}
    html = staff.post(f"{INBOX}{enquiry.pk}/do/file/", typed).content.decode()
    assert "Day of the visit: 2026-12-18</textarea>" in html


def test_a_race_lost_in_the_last_moment_is_said_too(staff):
    enquiry = submitted(referral())
    page(staff, enquiry)
    lost = verbs.ChangedMeanwhile("A colleague has just changed it.")
    with mock.patch.object(verbs, "move", side_effect=lost):
        response = press(staff, enquiry, "ask", note="Which side?")
    assert response.status_code == 409
    assert "Which side?</textarea>" in response.content.decode()


def test_switching_a_link_off_is_confirmed(staff):
    enquiry = submitted(referral())
    with_status_link(enquiry)
    assert press(staff, enquiry, "revoke_status_link").status_code == 422
    assert Enquiry.objects.get().status_token_hash
    assert press(staff, enquiry, "revoke_status_link", sure="on").status_code == 302
    assert Enquiry.objects.get().status_token_hash is None


@pytest.mark.parametrize(
    ("state", "offered"), [("dead", True), ("queued", True), ("undone", False)]
)
def test_only_a_mail_that_may_go_again_offers_it(client, state, offered):
    enquiry = submitted(referral())
    staff = signed_in(client, make_user(READ, CHANGE, "referrals.view_notification"))
    mail = enquiry.notifications.first()
    Notification.objects.filter(pk=mail.pk).update(state=state)
    html = staff.get(f"/admin/referrals/notification/{mail.pk}/change/").content.decode()
    assert ("Try again now" in html) is offered


def test_it_tells_the_truth_about_the_mail(staff):
    clinic = make_clinic()
    for email in ["one@clinic.example", "two@clinic.example"]:
        clinic.notified.create(email=email)
    enquiry = submitted(referral())
    assert "Stored · emailed to 0 of 2 · opened by robin on" in page(staff, enquiry)
    enquiry.notifications.filter(recipient__isnull=False, kind="new_enquiry").update(
        state="sent", sent_at=timezone.now()
    )
    assert "Stored · emailed to 2 of 2 · opened by robin on" in page(staff, enquiry)


def test_a_mail_to_the_second_address_is_not_taken_for_one_to_the_rooms(staff):
    make_clinic(second_email="manager@home.example")
    enquiry = submitted(referral())
    Notification.objects.update(state="dead")
    move_stuck_mail()
    Notification.objects.filter(stands_in_for__isnull=False).update(
        state="sent", sent_at=timezone.now()
    )
    assert "emailed to 0 of 1, and to the second address" in page(staff, enquiry)


def test_when_a_letter_was_signed_is_written_as_every_time_is(staff):
    enquiry = submitted(referral(signed_name="Dr Ruth Samplegp"))
    html = staff.get(enquiry.get_admin_url()).content.decode()
    at = re.search(r"<dt>Signed at</dt><dd><bdi>(.*?)</bdi>", html)[1]
    assert re.fullmatch(r"\d+ \w{3} \d{4}, \d+(\.\d\d)? [ap]m", at)


def test_files_are_listed_and_suspicious_ones_marked(staff):
    enquiry = submitted(referral())
    make_attachment(enquiry=enquiry, held_for="", name="letter.pdf", size=2048)
    assert "Set aside" not in page(staff, enquiry)
    make_attachment(
        enquiry=enquiry,
        held_for="",
        position=2,
        name="<b>trap</b>.pdf",
        state="quarantined",
        suspicions=["polyglot"],
    )
    html = page(staff, enquiry)
    assert "letter.pdf" in html
    assert "2.0\xa0KB, PDF" in html
    assert "Set aside: do not open before" in html
    assert "take it for another kind of file" in html
    assert "to send it as a PDF or by fax" in html
    assert "<b>trap</b>" not in html


def test_an_edited_resend_and_the_first_version_name_each_other(staff):
    first, second = submitted(referral()), submitted(referral())
    Enquiry.objects.filter(pk=second.pk).update(resend_of=first)
    assert second.reference in page(staff, first)
    assert first.reference in page(staff, second)


def test_a_suspect_says_why_and_offers_the_way_back(staff):
    enquiry = submitted()
    Enquiry.objects.update(status="spam", spam_reasons=["too_fast", "new_code"])
    html = page(staff, enquiry)
    assert "within three seconds" in html
    assert "New code" in html
    assert "Not spam" in html


def test_a_dead_letter_warns_on_every_staff_page_until_somebody_has_seen_to_it(staff):
    enquiry = submitted()
    assert "Some mail does not arrive" not in staff.get("/admin/").content.decode()
    enquiry.notifications.update(state="dead")
    for url in ["/admin/", INBOX, enquiry.get_admin_url()]:
        assert "Some mail does not arrive" in staff.get(url).content.decode()
    for mail in enquiry.notifications.all():
        staff.post(f"/admin/referrals/notification/{mail.pk}/seen-to/")
    assert "Some mail does not arrive" not in staff.get("/admin/").content.decode()
    assert undelivered_mail().ok
    assert Event.Kind.MAIL_NOTED in enquiry.events.values_list("kind", flat=True)


def test_mail_that_waits_too_long_warns_as_well(staff):
    submitted(at=timezone.now() - timedelta(minutes=16))
    assert "Some mail does not arrive" in staff.get("/admin/").content.decode()


def test_the_warning_costs_one_query_that_an_index_answers(staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        mail_is_stuck()
    rows = Notification.objects.filter(outbox.stuck(timezone.now()))
    plan = rows.explain()
    assert "notification_by_state" in plan or "Seq Scan" in plan  # few rows: PostgreSQL may scan


def test_whoever_may_not_read_the_inbox_is_not_warned(client):
    submitted()
    Notification.objects.update(state="dead")
    signed_in(client, make_user("conditions.view_page"))
    assert "Some mail does not arrive" not in client.get("/admin/").content.decode()
    assert "Some mail does not arrive" not in client.get("/admin/account/login/").content.decode()


@pytest.mark.parametrize("verb", ["retry", "seen-to"])
def test_a_reader_does_nothing_with_a_mail(client, verb):
    submitted()
    Notification.objects.update(state="dead")
    mail = Notification.objects.first()
    signed_in(client, make_user(READ, "referrals.view_notification"))
    assert client.post(f"/admin/referrals/notification/{mail.pk}/{verb}/").status_code == 403
    assert Notification.objects.first().state == "dead"


def test_a_dead_test_message_can_be_sent_again_from_the_list_of_mails(client):
    signed_in(client, make_user(READ, CHANGE, "referrals.view_notification"))
    (mail,) = outbox.send_test()
    Notification.objects.update(state="dead", attempts=7)
    url = f"/admin/referrals/notification/{mail.pk}/"
    assert "Try again now" in client.get(f"{url}change/").content.decode()
    client.post(f"{url}retry/")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 0)


@pytest.mark.parametrize("tie", ["resend_of", "joined_to"])
def test_a_related_one_that_no_key_opens_hides_no_readable_one(client, tie):
    lost, readable = submitted(referral()), submitted(referral())
    over = {"status": "filed", "outcome": "duplicate", "filed_at": readable.received_at}
    over["opened_at"] = readable.received_at
    Enquiry.objects.filter(pk=readable.pk).update(**over, **{tie: lost.pk})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_enquiry SET sender_name = 'x' WHERE id = %s", [lost.pk])
    staff = signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))
    html = staff.get(readable.get_admin_url()).content.decode()
    assert f">{lost.reference}</a>" in html
