"""How soon, red flags, the practice and the day it came: mended like a name, and told like new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic_site.models import Clinician
from referrals.ending.calls import rang, take_call_back
from referrals.entering.correcting import correct, details_of, mark_of
from referrals.inbox.clocks import found_by_index, must_ring, the_clocks, to_do
from referrals.inbox.overdue import tell_of_late
from referrals.mail.fallback import move_stuck_mail
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, LateNotice, Notification, Referral
from referrals.workflow import verbs
from referrals.workflow.verbs import CannotMove
from tests.makers import PRESSED_ON_OUR_PAGE, make_clinic, referral, signed_in, submitted
from tests.referrals.entering.desk import FAXED_AT, entered, on_paper, receptionist
from tests.referrals.entering.test_correcting import form_of

pytestmark = pytest.mark.django_db
SECOND, DOCTOR = "second@rooms.example", "surgeon@rooms.example"
FLAG = ["leg_weakness"]


@pytest.fixture(autouse=True)
def clinic():
    return make_clinic(second_email=SECOND, email="rooms@rooms.example")


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def doctor(clinic):
    return Clinician.objects.create(
        clinic=clinic, name="Dr Sample", role="Surgeon", notify_email=DOCTOR
    )


def mend(enquiry, by, **changes):
    now = details_of(Enquiry.objects.get(pk=enquiry.pk))
    right = {**now, **changes}
    return correct(enquiry=enquiry, right=right, seen=mark_of(now), reason="Misread.", by=by)


def told():
    rows = Notification.objects.filter(kind="new_enquiry").order_by("pk")
    return [mail.recipient for mail in rows]


def first_mail():
    return Notification.objects.filter(kind="new_enquiry").order_by("pk").first()


def test_a_red_flag_typed_from_paper_is_told_to_the_doctor_and_the_second_address(robin, doctor):
    entered(by=robin, enquiry=on_paper(red_flags=FLAG, for_clinician=doctor))
    assert told() == [DOCTOR, SECOND]


def test_paper_without_a_red_flag_is_told_to_nobody(robin, doctor):
    entered(by=robin, enquiry=on_paper(red_flags=["cancer"], for_clinician=doctor))
    assert told() == []


@pytest.mark.parametrize("came", ["paper", "web"])
def test_a_red_flag_found_later_rings_and_is_told_as_one_that_comes_in(robin, doctor, came):
    on_it = {"for_clinician": doctor, "urgency": "routine"}
    paper = entered(by=robin, enquiry=on_paper(**on_it)) if came == "paper" else None
    stored = paper or submitted(referral(**on_it))
    Notification.objects.all().delete()
    mend(stored, robin, red_flags=FLAG)
    stored = Referral.objects.get(pk=stored.pk)
    assert (stored.urgency, must_ring(stored)) == ("urgent", True)
    assert told() == ["rooms@rooms.example", DOCTOR, SECOND]
    letter = write_letter(Notification.objects.filter(kind="new_enquiry").first())
    assert letter.subject == f"Referral {stored.reference} (ring now)"
    assert "has arrived" not in letter.body


@pytest.mark.parametrize("decide", ["accept", "return_", "file"])
def test_a_red_flag_found_after_the_decision_is_seen_again(robin, decide):
    words = {"return_": {"note": "No."}, "file": {"outcome": "withdrawn"}}.get(decide, {})
    stored = verbs.open_(enquiry=submitted(referral(urgency="routine")), by=robin)
    getattr(verbs, decide)(enquiry=stored, by=robin, **words)
    mend(stored, robin, red_flags=FLAG)
    stored, of = Enquiry.objects.get(), the_clocks()
    assert must_ring(stored) is (decide == "accept")
    assert Enquiry.objects.filter(to_do(of), needs_look=True).exists()
    assert Enquiry.objects.filter(found_by_index(of, statuses=[])).exists()


def test_whom_was_reached_before_did_not_hear_of_the_red_flag(robin):
    stored = submitted(referral(urgency="routine"))
    before = rang(enquiry=stored, by=robin, whom="doctor", result="reached")
    mend(stored, robin, red_flags=FLAG)
    note = stored.events.get(kind="details_corrected").note
    assert "it rings anew" in note
    rang(enquiry=stored, by=robin, whom="patient", result="no_answer")
    assert must_ring(Enquiry.objects.get())
    reached = rang(enquiry=stored, by=robin, whom="patient", result="reached")
    assert not must_ring(Enquiry.objects.get())
    for call in (before, reached):
        take_call_back(call=call, by=robin)
    assert must_ring(Enquiry.objects.get())


def test_whoever_finds_a_red_flag_is_asked_to_ring_and_it_stays_unread(client, robin):
    stored = verbs.open_(enquiry=submitted(referral()), by=robin)
    page, desk = f"/admin/referrals/enquiry/{stored.pk}/correct/", signed_in(client, robin)
    pressed = {**PRESSED_ON_OUR_PAGE, "HTTP_REFERER": f"http://testserver{page}"}
    typed = {**form_of(desk.get(page)), "red_flags": FLAG, "reason": "In the letter."}
    answer = desk.post(page, typed, follow=True, **pressed)
    assert "ring the patient or the doctor now" in answer.text
    assert Enquiry.objects.get().needs_look


def test_what_was_accepted_rings_until_somebody_was_reached(client, robin):
    stored = verbs.open_(enquiry=submitted(referral(urgency="routine")), by=robin)
    verbs.accept(enquiry=stored, by=robin)
    mend(stored, robin, red_flags=FLAG)
    signed_in(client, robin).get(stored.get_admin_url())
    assert must_ring(Enquiry.objects.get())
    rang(enquiry=stored, by=robin, whom="doctor", result="reached")
    client.get(stored.get_admin_url())
    assert not Enquiry.objects.get().needs_look


def test_who_hears_of_a_found_red_flag_in_place_of_the_rooms_is_told_of_nothing_new(robin):
    stored = submitted(referral(urgency="routine"))
    Notification.objects.all().delete()
    mend(stored, robin, red_flags=["trauma"])
    Notification.objects.filter(kind="new_enquiry").exclude(pk=first_mail().pk).delete()
    assert move_stuck_mail(at=timezone.now() + timedelta(minutes=20))
    letter = write_letter(Notification.objects.get(stands_in_for=first_mail()))
    assert letter.subject.startswith(f"Referral {stored.reference}")
    assert "has arrived" not in letter.body


def test_a_second_correction_of_a_red_flag_tells_nobody_again(robin):
    stored = entered(by=robin, enquiry=on_paper(red_flags=FLAG))
    before = told()
    mend(stored, robin, practice_name="Right Practice")
    mend(stored, robin, red_flags=["leg_weakness", "trauma"])
    assert told() == before


def test_a_red_flag_that_was_a_slip_rings_no_more(robin):
    stored = entered(by=robin, enquiry=on_paper(red_flags=FLAG, urgency="urgent"))
    mend(stored, robin, red_flags=[], urgency="routine")
    stored = Referral.objects.get()
    assert (stored.is_red_flagged, stored.urgency) == (False, "routine")


@pytest.mark.parametrize("flags", [FLAG, ["cancer"]])
def test_a_red_flag_and_routine_at_once_is_urgent(robin, flags):
    stored = entered(by=robin, enquiry=on_paper(urgency="urgent"))
    mend(stored, robin, red_flags=flags, urgency="routine")
    assert Referral.objects.get().urgency == "urgent"


def test_the_urgency_alone_is_not_lowered_while_a_red_flag_stands(client, robin):
    stored = entered(by=robin, enquiry=on_paper(red_flags=FLAG, urgency="urgent"))
    page = f"/admin/referrals/enquiry/{stored.pk}/correct/"
    desk = signed_in(client, robin)
    came = {"received_on": "20/11/2026", "received_time": "11:15"}
    typed = {**form_of(desk.get(page)), **came, "urgency": "routine", "reason": "Misread."}
    answer = desk.post(page, typed)
    assert answer.status_code == 422
    assert "A red flag stands here" in answer.context["form"].errors["urgency"][0]
    assert Referral.objects.get().urgency == "urgent"


def test_the_day_it_came_moves_and_the_old_one_stays_in_the_timeline(client, robin):
    stored = entered(by=robin)
    desk, page = signed_in(client, robin), f"/admin/referrals/enquiry/{stored.pk}/correct/"
    form = desk.get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if name != "red_flags"}
    typed |= {"patient_birth_date": "31/1/1980", "received_on": "19/11/2026", "reason": "Misread."}
    typed |= {"received_time": "11:15", "practice_name": "Right Practice", "urgency": "soon"}
    desk.post(page, {**typed, "seen": desk.get(page).context["seen"]})
    stored = Referral.objects.get()
    assert timezone.localtime(stored.received_at).day == 19
    assert (stored.practice_name, stored.urgency) == ("Right Practice", "soon")
    note = stored.events.get(kind="details_corrected").note
    assert "Practice: “Right Practice”. Before: nothing." in note
    assert "How soon: “Soon”. Before: “Routine”." in note
    assert "Received: 19/11/2026 11:15. Before: 20/11/2026" in note


def test_the_site_knows_itself_when_a_form_came(robin):
    assert "received_at" not in details_of(submitted(referral()))
    assert "received_at" in details_of(entered(by=robin))


@pytest.mark.parametrize("later", [timedelta(minutes=2), timedelta(days=1)])
def test_it_cannot_have_come_after_it_was_typed_in(robin, later):
    stored = entered(by=robin)
    with pytest.raises(CannotMove, match="typed in before"):
        mend(stored, robin, received_at=stored.opened_at + later)
    assert Enquiry.objects.get().received_at == FAXED_AT


def test_what_becomes_late_by_a_corrected_day_is_told_again(robin):
    now = timezone.now()
    stored = entered(by=robin, received_at=now - timedelta(days=40))
    assert tell_of_late(at=now) == 1
    mend(stored, robin, received_at=(now - timedelta(hours=1)).replace(second=0, microsecond=0))
    assert stored.reference in write_letter(Notification.objects.get(kind="late")).body
    assert tell_of_late(at=now + timedelta(hours=2)) == 0
    assert tell_of_late(at=now + timedelta(days=40)) == 1


def test_a_red_flag_whose_call_was_a_slip_is_told_as_late_again(robin):
    now = timezone.now()
    flagged = on_paper(red_flags=FLAG, urgency="urgent")
    stored = entered(by=robin, enquiry=flagged, received_at=now - timedelta(hours=1))
    assert tell_of_late(at=now) == 1
    call = rang(enquiry=stored, by=robin, whom="patient", result="reached")
    take_call_back(call=call, by=robin)
    assert list(LateNotice.objects.filter(clock="ring")) == []
    assert tell_of_late(at=now + timedelta(minutes=5)) == 1


def test_whoever_has_not_heard_of_a_red_flag_that_was_a_slip_hears_nothing(client, robin, doctor):
    came = {"received_on": "20/11/2026", "received_time": "11:15"}
    flagged = on_paper(red_flags=FLAG, urgency="urgent", for_clinician=doctor)
    stored = entered(by=robin, enquiry=flagged)
    to_doctor = next(m for m in Notification.objects.all() if m.recipient == DOCTOR)
    Notification.objects.filter(pk=to_doctor.pk).update(may_have_left=True)
    page, desk = f"/admin/referrals/enquiry/{stored.pk}/correct/", signed_in(client, robin)
    typed = {**form_of(desk.get(page)), **came, "reason": "Misread."}
    del typed["red_flags"]
    answer = desk.post(page, typed, follow=True)
    assert "A mail about the red flag may have gone out" in answer.text
    states = {mail.recipient: mail.state for mail in Notification.objects.all()}
    assert states == {DOCTOR: "queued", SECOND: "undone"}


def test_the_mail_that_a_referral_came_stays_where_its_red_flag_was_a_slip(robin):
    stored = submitted(referral(red_flags=FLAG, urgency="urgent"))
    mend(stored, robin, red_flags=[], urgency="routine")
    mails = Notification.objects.filter(kind="new_enquiry")
    assert set(mails.values_list("state", flat=True)) == {"queued"}


def test_a_red_flag_found_while_it_was_set_aside_is_told_with_not_spam(robin, doctor):
    sent = submitted(referral(urgency="routine", for_clinician=doctor), suspicions=["many_links"])
    stored = verbs.open_(enquiry=sent, by=robin)
    Notification.objects.all().delete()
    mend(stored, robin, red_flags=FLAG)
    assert told() == []
    verbs.not_spam(enquiry=stored, by=robin)
    assert told() == ["rooms@rooms.example", DOCTOR, SECOND]
    verbs.mark_spam(enquiry=stored, by=robin)
    verbs.not_spam(enquiry=stored, by=robin)
    assert len(told()) == 3
