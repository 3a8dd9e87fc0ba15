"""A slip is mended: the old value stays sealed in the timeline, and the mail finds its way."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.utils import timezone

from referrals import person_index
from referrals.entering import correcting
from referrals.entering.correcting import correct, details_of, mark_of
from referrals.entering.sending_again import send_again
from referrals.mail import delivery, no_mail, outbox
from referrals.models import Enquiry, Event, Notification, Referral
from referrals.workflow import verbs
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, NothingWritten
from tests.makers import make_user, message, referral, signed_in, submitted, words_of
from tests.referrals.entering.desk import receptionist

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "sam@practise.example", "sam@practice.example"


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def enquiry(robin):
    sent = submitted(referral(sender_email=WRONG))
    return verbs.open_(enquiry=Enquiry.objects.get(pk=sent.pk), by=robin)


@pytest.fixture
def desk(client, robin):
    return signed_in(client, robin)


def page_of(enquiry):
    return f"/admin/referrals/enquiry/{enquiry.pk}/correct/"


def mend(enquiry, by, *, seen="", reason="Misread.", **changes):
    now = details_of(Enquiry.objects.get(pk=enquiry.pk))
    details = {**now, **changes}
    return correct(enquiry=enquiry, right=details, seen=seen or mark_of(now), reason=reason, by=by)


def form_of(page):
    """What a browser would post: everything as it stands there."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values["patient_birth_date"] = f"{values['patient_birth_date']:%d/%m/%Y}"
    typed = {n: v or "" for n, v in values.items() if v or n != "red_flags"}
    return {**typed, "seen": page.context["seen"]}


def found_by(**detail):
    return list(person_index.find_enquiries(person_index.terms(**detail)))


def sent_to(address):
    return [
        (m.kind, m.state) for m in Notification.objects.order_by("pk") if m.recipient == address
    ]


def test_a_name_is_corrected_and_the_old_one_stays_in_the_timeline(desk, robin, enquiry):
    post = form_of(desk.get(page_of(enquiry)))
    desk.post(page_of(enquiry), {**post, "patient_family_name": "Rightname", "reason": "Misread."})
    assert Referral.objects.get().patient_family_name == "Rightname"
    line = enquiry.events.get(kind="details_corrected")
    assert line.by == robin
    assert line.note == "Family name: “Rightname”. Before: “Samplepatient”.\nWhy: Misread."


def test_the_old_value_lies_sealed(robin, enquiry):
    mend(enquiry, robin, patient_family_name="Rightname")
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM referrals_event WHERE kind = 'details_corrected'")
        assert "Samplepatient" not in cursor.fetchone()[0]


def test_a_look_up_finds_what_is_right_and_no_longer_what_was_wrong(robin, enquiry):
    """The wrong birth date may be another patient's."""
    mend(enquiry, robin, patient_birth_date=date(1981, 1, 31), patient_family_name="Rightname")
    assert found_by(birth_date=date(1981, 1, 31)) == found_by(family_name="Rightname")
    assert len(found_by(family_name="Rightname")) == 1
    assert found_by(birth_date=date(1980, 1, 31)) == []
    assert list(person_index.missing()) == []


def test_what_was_sent_keeps_its_digest(robin, enquiry):
    before = Enquiry.objects.get().content_digest
    mend(enquiry, robin, patient_phone="0491 570 157")
    assert Enquiry.objects.get().content_digest == before


def test_nothing_happens_where_nothing_differs(desk, robin, enquiry):
    page = desk.post(page_of(enquiry), form_of(desk.get(page_of(enquiry))), follow=True)
    assert "Nothing differs" in page.text
    assert not Event.objects.filter(kind="details_corrected").exists()


def test_a_double_press_is_one_correction(desk, enquiry):
    post = {**form_of(desk.get(page_of(enquiry))), "phone": "02 5550 9999", "reason": "Slip."}
    for _ in range(2):
        assert desk.post(page_of(enquiry), post).status_code == 302
    assert Event.objects.filter(kind="details_corrected").count() == 1


def test_what_a_colleague_changed_meanwhile_stays(desk, enquiry):
    """Of a form that was opened before it, only what was changed there is put right."""
    post = form_of(desk.get(page_of(enquiry)))
    mend(enquiry, receptionist("kim"), patient_phone="0491 570 158", red_flags=["cauda_equina"])
    typed = {**post, "patient_family_name": "Rightname", "reason": "Misread."}
    assert desk.post(page_of(enquiry), typed).status_code == 302
    now = Referral.objects.get()
    assert (now.patient_family_name, now.patient_phone) == ("Rightname", "0491 570 158")
    assert (now.red_flags, now.urgency) == (["cauda_equina"], "urgent")


def test_where_both_changed_the_same_both_stand_beside_it_until_she_presses_again(desk, enquiry):
    post = form_of(desk.get(page_of(enquiry)))
    mend(enquiry, receptionist("kim"), patient_phone="0491 570 158", red_flags=["cauda_equina"])
    typed = {**post, "patient_phone": "0491 570 159", "reason": "Misread on the fax."}
    page = desk.post(page_of(enquiry), typed)
    assert page.status_code == 409
    assert "A colleague has put “0491 570 158” here meanwhile" in words_of(page.text)
    for words in ["0491 570 159", "Misread on the fax.", "A colleague has changed the same"]:
        assert words in page.text
    assert Referral.objects.get().patient_phone == "0491 570 158"
    assert desk.post(page_of(enquiry), form_of(page)).status_code == 302
    now = Referral.objects.get()
    assert (now.patient_phone, now.red_flags) == ("0491 570 159", ["cauda_equina"])


def test_the_form_holds_no_detail_in_its_hidden_marks(enquiry):
    assert "Samplepatient" not in mark_of(details_of(enquiry))


def test_of_two_at_once_the_second_is_refused(robin, enquiry):
    seen = mark_of(details_of(enquiry))
    mend(enquiry, robin, seen=seen, patient_phone="0491 570 158")
    with pytest.raises(ChangedMeanwhile):
        mend(enquiry, robin, seen=seen, patient_phone="0491 570 159")
    assert Referral.objects.get().patient_phone == "0491 570 158"


def test_a_reason_belongs_to_it(desk, enquiry):
    post = {**form_of(desk.get(page_of(enquiry))), "patient_family_name": "Rightname"}
    page = desk.post(page_of(enquiry), post)
    assert page.status_code == 422
    assert "Write in a few words why" in page.text
    assert "Rightname" in page.text


def test_the_verb_asks_for_a_reason_and_for_a_name(robin, enquiry):
    with pytest.raises(NothingWritten):
        mend(enquiry, robin, reason=" ", patient_phone="0491 570 157")
    with pytest.raises(CannotMove):
        mend(enquiry, robin, patient_family_name="")


def test_a_failure_midway_changes_nothing(robin, enquiry):
    with (
        mock.patch.object(correcting, "index_anew", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        mend(enquiry, robin, patient_family_name="Rightname")
    assert Referral.objects.get().patient_family_name == "Samplepatient"
    assert not Event.objects.filter(kind="details_corrected").exists()


def test_of_a_message_its_writer_is_corrected(robin):
    sent = submitted(message())
    verbs.open_(enquiry=sent, by=robin)
    mend(sent, robin, sender_phone="02 5550 0199")
    assert Enquiry.objects.get().sender_phone == "02 5550 0199"
    assert len(found_by(phones=["02 5550 0199"])) == 1


def test_a_wrong_medicare_number_is_said_once_and_taken(desk, enquiry):
    post = {**form_of(desk.get(page_of(enquiry))), "medicare_number": "3278 85129 5"}
    page = desk.post(page_of(enquiry), {**post, "reason": "From the card."})
    assert "The Medicare number does not add up" in page.text
    warned = {"warned": page.context["form"].data["warned"], "reason": "From the card."}
    desk.post(page_of(enquiry), {**post, **warned})
    assert Referral.objects.get().medicare_number == "3278 85129 5"


def test_a_wrong_number_that_stood_there_already_stops_nobody(desk, robin, enquiry):
    mend(enquiry, robin, medicare_number="3278 85129 5")
    post = {**form_of(desk.get(page_of(enquiry))), "email": RIGHT, "reason": "Slip."}
    assert desk.post(page_of(enquiry), post).status_code == 302


def test_the_receipt_and_the_last_news_go_to_the_right_address(desk, robin, enquiry):
    verbs.accept(enquiry=enquiry, by=robin)
    Notification.objects.filter(kind="receipt").update(state="dead")
    mend(enquiry, robin, sender_email=RIGHT)
    assert "Send the receipt and the last news" in desk.get(enquiry.get_admin_url()).text
    desk.post(f"/admin/referrals/enquiry/{enquiry.pk}/send-again/")
    assert sent_to(RIGHT) == [("receipt", "queued"), ("status", "queued")]
    assert sent_to(WRONG) == [("receipt", "undone"), ("status", "undone")]
    line = enquiry.events.get(kind="sent_again")
    assert (line.by, line.note) == (robin, f"To {RIGHT}")


def test_trying_again_sends_nothing_more_to_the_wrong_address(robin, enquiry):
    Notification.objects.filter(kind="receipt").update(state="noted")
    mend(enquiry, robin, sender_email=RIGHT)
    send_again(enquiry=enquiry, by=robin)
    verbs.retry_mail(enquiry=enquiry, by=robin)
    assert sent_to(WRONG) == [("receipt", "undone")]


def test_it_is_sent_again_once(robin, enquiry):
    mend(enquiry, robin, sender_email=RIGHT)
    send_again(enquiry=enquiry, by=robin)
    with pytest.raises(CannotMove):
        send_again(enquiry=enquiry, by=robin)
    assert sent_to(RIGHT) == [("receipt", "queued")]


def test_news_that_waits_for_its_time_goes_on_waiting(robin, enquiry):
    """So that a decision can still be taken back unseen."""
    verbs.accept(enquiry=enquiry, by=robin)
    due = timezone.now() + timedelta(minutes=5)
    Notification.objects.filter(kind="status").update(due_at=due)
    mend(enquiry, robin, sender_email=RIGHT)
    _, news = send_again(enquiry=enquiry, by=robin)
    assert Notification.objects.get(pk=news.pk).due_at == due


def test_news_that_was_taken_back_is_not_sent_again(robin, enquiry):
    accepted = verbs.accept(enquiry=enquiry, by=robin)
    verbs.reopen(enquiry=accepted, by=robin)
    mend(enquiry, robin, sender_email=RIGHT)
    send_again(enquiry=enquiry, by=robin)
    assert sent_to(RIGHT) == [("receipt", "queued")]


def test_never_to_an_address_that_asked_for_no_mail(desk, robin, enquiry):
    no_mail.stop(digest=no_mail.digest_of(RIGHT))
    mend(enquiry, robin, sender_email=RIGHT)
    assert "Send the receipt and the last news" not in desk.get(enquiry.get_admin_url()).text
    with pytest.raises(CannotMove):
        send_again(enquiry=enquiry, by=robin)
    assert sent_to(RIGHT) == []


def test_nothing_is_offered_where_the_address_never_changed(desk, enquiry):
    assert "Send the receipt and the last news" not in desk.get(enquiry.get_admin_url()).text


def test_an_address_that_was_missing_gets_its_receipt(robin):
    sent = submitted(referral(sender_email=""))
    verbs.open_(enquiry=sent, by=robin)
    mend(sent, robin, sender_email=RIGHT)
    send_again(enquiry=sent, by=robin)
    assert sent_to(RIGHT) == [("receipt", "queued")]


def test_who_may_not_change_it_corrects_nothing(client, enquiry):
    reader = make_user("referrals.view_enquiry", username="reader")
    for verb in (lambda: mend(enquiry, reader), lambda: send_again(enquiry=enquiry, by=reader)):
        with pytest.raises(PermissionDenied):
            verb()
    signed_in(client, reader)
    assert client.get(page_of(enquiry)).status_code == 403
    assert client.post(f"/admin/referrals/enquiry/{enquiry.pk}/send-again/").status_code == 403
    assert "Attach a file" not in words_of(client.get(enquiry.get_admin_url()).text)


@pytest.mark.parametrize(
    "change", [{"patient_email": "right@home.example"}, {"patient_agrees_mail": ""}]
)
def test_mail_to_a_patient_that_has_not_gone_is_taken_back(desk, robin, change):
    facts = {"patient_email": "wrong@home.example", "patient_agrees_mail": True}
    sent = submitted(referral(**facts))
    verbs.open_(enquiry=sent, by=robin)
    post = {**form_of(desk.get(page_of(sent))), **change, "reason": "She rang."}
    assert desk.post(page_of(sent), post).status_code == 302
    assert sent_to("wrong@home.example") == [("patient", "undone")]
    moved = [("patient", "queued")] if "patient_email" in change else []
    assert sent_to("right@home.example") == moved
    (name, value), now = *change.items(), Referral.objects.get(pk=sent.pk)
    assert getattr(now, name) == (value or False)


def test_mail_that_has_not_gone_does_not_go_to_the_wrong_address(desk, robin, enquiry):
    verbs.accept(enquiry=enquiry, by=robin)
    post = {**form_of(desk.get(page_of(enquiry))), "email": RIGHT, "reason": "Slip."}
    assert "is held back" in desk.post(page_of(enquiry), post, follow=True).text
    assert sent_to(WRONG) == [("receipt", "undone"), ("status", "undone")]
    send_again(enquiry=enquiry, by=robin)
    assert sent_to(RIGHT) == [("receipt", "queued"), ("status", "queued")]


@pytest.mark.parametrize("state", ["dead", "noted"])
def test_mail_that_was_refused_is_never_tried_again_at_the_wrong_address(robin, enquiry, state):
    refused = {"state": state, "failure": "refused", "failures_in_a_row": 1}
    enquiry.notifications.filter(kind="receipt").update(**refused)
    mend(enquiry, robin, sender_email=RIGHT)
    verbs.retry_mail(enquiry=enquiry, by=robin)
    assert sent_to(WRONG) == [("receipt", "undone")]


def test_mail_that_was_being_sent_is_not_tried_again_at_the_wrong_address(robin, enquiry):
    claimed = next(c for c in iter(outbox.claim, None) if sent_to(WRONG)[0][1] == "sending")
    mend(enquiry, robin, sender_email=RIGHT)
    delivery.finish_failed(claimed, TimeoutError(), timezone.now() - timedelta(hours=1))
    while delivery.deliver_one():
        pass
    assert sent_to(WRONG) == [("receipt", "undone")]


def test_a_patients_news_keeps_its_time_at_the_right_address(robin, settings):
    settings.NEWS_WAITS_SECONDS = 60
    facts = {"patient_email": "wrong@home.example", "patient_agrees_mail": True}
    sent = Enquiry.objects.get(pk=submitted(referral(**facts)).pk)
    verbs.accept(enquiry=verbs.open_(enquiry=sent, by=robin), by=robin)
    mend(sent, robin, patient_email="right@home.example")
    mails = Notification.objects.filter(kind="patient", event__kind="accepted").order_by("pk")
    assert [(m.recipient, m.state) for m in mails] == [
        ("wrong@home.example", "undone"),
        ("right@home.example", "queued"),
    ]
    assert mails[0].due_at == mails[1].due_at


def test_news_goes_to_the_address_that_was_corrected_while_somebody_pressed(robin):
    facts = {"patient_email": "wrong@home.example", "patient_agrees_mail": True}
    sent = Enquiry.objects.get(pk=submitted(referral(sender_email=WRONG, **facts)).pk)
    verbs.open_(enquiry=sent, by=robin)
    pressed = Enquiry.objects.select_related("referral").get(pk=sent.pk)
    mend(sent, robin, sender_email=RIGHT, patient_email="right@home.example")
    verbs.accept(enquiry=pressed, by=robin)
    told = Notification.objects.filter(event__kind="accepted").order_by("pk")
    assert [mail.recipient for mail in told] == [RIGHT, "right@home.example"]


def test_a_sex_that_nobody_asked_for_is_not_corrected_from_nothing_to_nothing(desk, enquiry):
    assert Referral.objects.get().sex_at_birth is None
    typed = form_of(desk.get(page_of(enquiry)))
    desk.post(page_of(enquiry), {**typed, "patient_given_names": "Kim", "reason": "Misread."})
    note = enquiry.events.get(kind=Event.Kind.DETAILS_CORRECTED).note
    assert "Given names" in note
    assert "Sex" not in note


def test_sex_at_birth_is_put_in_later_and_stands_in_the_timeline(desk, enquiry):
    typed = form_of(desk.get(page_of(enquiry)))
    desk.post(page_of(enquiry), {**typed, "sex_at_birth": "Female", "reason": "She rang."})
    assert Referral.objects.get().sex_at_birth == "Female"
    note = enquiry.events.get(kind=Event.Kind.DETAILS_CORRECTED).note
    assert "Sex at birth: “Female”. Before: nothing." in note
