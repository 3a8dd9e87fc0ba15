"""How soon, red flags, the practice and the day it came: mended like a name, and told like new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic_site.models import Clinician
from referrals.entering.correcting import correct, details_of, mark_of
from referrals.inbox.clocks import must_ring
from referrals.mail.fallback import move_stuck_mail
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, Notification, Referral
from referrals.workflow.verbs import CannotMove
from tests.makers import make_clinic, referral, signed_in, submitted
from tests.referrals.entering.desk import FAXED_AT, entered, on_paper, receptionist

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
