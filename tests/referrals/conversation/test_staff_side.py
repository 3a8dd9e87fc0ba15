"""The rooms write, see what was read and answered, and begin from texts of their own."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from referrals.conversation.verbs import send_new_link, switch_off
from referrals.mail import no_mail
from referrals.mail.delivery import deliver_one
from referrals.mail.texts import write_letter
from referrals.models import AccessLog, Enquiry, ReplyTemplate
from referrals.workflow import verbs
from tests.makers import OF_PATIENT, make_user, message, referral, signed_in, submitted
from tests.referrals.conversation.makers import WORDS, address, asked, replied, robin, shown

pytestmark = pytest.mark.django_db


def opened(enquiry, by):
    return verbs.open_(enquiry=submitted(enquiry), by=by)


def last_mail(enquiry):
    return write_letter(enquiry.notifications.filter(kind="status").latest("pk"))


def both_parts(letter):
    return letter.body + str(letter.alternatives[0].content)


def press(client, enquiry, name, **fields):
    url = reverse("admin:referrals_enquiry_do", args=[enquiry.pk, name])
    return client.post(url, {"seen": enquiry.status, **fields})


def test_the_mail_brings_the_link_and_neither_the_words_nor_the_patient():
    answer = asked()
    said = both_parts(last_mail(answer.enquiry))
    assert said.count(address(answer)) == 2
    assert WORDS not in said
    assert not [secret for secret in OF_PATIENT if secret in said]


@pytest.mark.parametrize("tick", [{}, {"words_in_mail": "on"}])
def test_the_words_go_into_the_mail_itself_only_where_the_box_is_ticked(client, tick):
    by = robin()
    enquiry = opened(referral(), by)
    press(signed_in(client, by), enquiry, "ask", note=WORDS, **tick)
    assert (WORDS in both_parts(last_mail(enquiry))) == bool(tick)
    while deliver_one():
        pass
    logged = AccessLog.objects.filter(reference=enquiry.reference, action="to sender")
    assert logged.exists() == bool(tick)


@pytest.mark.parametrize("tick", [{}, {"words_in_mail": "on"}])
def test_wrong_words_are_taken_back_by_the_link_unless_the_mail_holds_them(client, tick):
    by = robin()
    enquiry, staff = opened(referral(), by), signed_in(client, by)
    press(staff, enquiry, "ask", note=WORDS, **tick)
    page = staff.get(enquiry.get_admin_url()).content.decode()
    assert ("Switch the link off: then it shows them to nobody." in page) != bool(tick)


def test_a_reply_reaches_whoever_wrote_a_message_and_leaves_its_state():
    answer = replied()
    said = both_parts(last_mail(answer.enquiry))
    assert address(answer) in said
    assert "last four digits" in said
    assert "/status/" not in said
    assert Enquiry.objects.get().status == "opened"


def test_a_message_without_a_telephone_number_gets_a_mail_that_asks_to_ring():
    answer = replied(sender_phone="")
    said = both_parts(last_mail(answer.enquiry))
    assert address(answer) not in said
    assert "Please ring" in said


def test_nobody_is_offered_to_reply_where_no_address_is_known():
    by = robin()
    enquiry = opened(message(), by)
    with pytest.raises(verbs.CannotMove):
        verbs.reply(enquiry=enquiry, by=by, note=WORDS)


def test_a_second_press_of_the_same_reply_sends_nothing():
    by = robin()
    answer = replied(by)
    with pytest.raises(verbs.ChangedMeanwhile):
        verbs.reply(enquiry=answer.enquiry, by=by, note=WORDS)
    assert answer.enquiry.answers.count() == 1
    assert answer.enquiry.notifications.filter(kind="status").count() == 1


def test_staff_see_that_the_doctor_has_read_it_and_what_came_back(client, rf):
    by = robin()
    answer = asked(by)
    signed_in(client, by)
    assert "Not read on our page yet" in client.get(answer.enquiry.get_admin_url()).content.decode()
    shown(client, answer)
    assert "Read by the doctor" in client.get(answer.enquiry.get_admin_url()).content.decode()


@pytest.mark.parametrize("verb", [switch_off, send_new_link])
def test_a_reader_can_neither_close_a_link_nor_send_one(verb):
    answer = asked()
    before = address(answer)
    with pytest.raises(PermissionDenied):
        verb(answer=answer, by=make_user("referrals.view_enquiry", username="lee"))
    assert address(answer) == before


def test_a_link_that_is_switched_off_in_time_takes_its_mail_along():
    by = robin()
    answer = replied(by)
    switch_off(answer=answer, by=by)
    assert answer.enquiry.notifications.get(kind="status").state == "undone"


def test_a_link_is_switched_off_once():
    by = robin()
    answer = switch_off(answer=replied(by), by=by)
    with pytest.raises(verbs.CannotMove):
        switch_off(answer=answer, by=by)


def test_of_two_new_links_at_once_one_is_sent():
    by = robin()
    answer = asked(by)
    same = type(answer).objects.get(pk=answer.pk)
    send_new_link(answer=answer, by=by)
    with pytest.raises(verbs.CannotMove):
        send_new_link(answer=same, by=by)
    assert answer.enquiry.events.filter(kind="answer_link").count() == 1


def test_a_recurring_text_goes_below_what_was_typed_and_nothing_is_sent(client):
    by = robin()
    enquiry = opened(referral(), by)
    text = ReplyTemplate.objects.create(title="T", step="ask", text="Ring {telephone}: {reference}")
    url = reverse("admin:referrals_enquiry_words", args=[enquiry.pk, "ask"])
    fields = {"recurring": text.pk, "note": "Dear colleague", "words_in_mail": "on"}
    html = signed_in(client, by).post(url, fields).content.decode()
    assert "Dear colleague\n\nRing" in html
    assert f": {enquiry.reference}</textarea>" in html
    assert 'name="words_in_mail"\n checked' in html
    assert Enquiry.objects.get().status == "opened"


def test_a_site_begins_with_texts_for_each_step():
    assert set(ReplyTemplate.objects.values_list("step", flat=True)) == {"ask", "return_", "reply"}


def test_hostile_words_are_inert_on_both_sides(client):
    by, hostile = robin(), '<script>alert(1)</script> javascript:alert(1) "><img src=x>'
    enquiry = opened(referral(), by)
    verbs.ask(enquiry=enquiry, by=by, note=hostile)
    page = shown(client, enquiry.answers.get()).content.decode()
    staff = signed_in(client, by).get(enquiry.get_admin_url()).content.decode()
    for html in (page, staff):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


def test_news_of_words_that_were_switched_off_neither_repeats_them_nor_goes_out(settings):
    settings.NOTIFY_DETAIL = "full"
    by = robin()
    answer = asked(by)
    answer.enquiry.notifications.exclude(kind="status").delete()
    answer.enquiry.notifications.update(attempts=1, may_have_left=True)
    switch_off(answer=answer, by=by)
    assert WORDS not in both_parts(last_mail(answer.enquiry))
    assert deliver_one().state == "undone"


def test_where_the_sender_wants_no_mail_nobody_is_told_that_one_goes(client):
    by = robin()
    answer = asked(by)
    enquiry, before = answer.enquiry, address(answer)
    no_mail.stop(digest=no_mail.digest_of(enquiry.sender_email))
    with pytest.raises(verbs.CannotMove, match="please ring"):
        send_new_link(answer=answer, by=by)
    with pytest.raises(verbs.CannotMove, match="please ring"):
        verbs.reply(enquiry=enquiry, by=by, note="Other words.")
    assert address(answer) == before
    page = signed_in(client, by).get(enquiry.get_admin_url()).content.decode()
    assert "No email goes out: please ring the doctor" in page
    assert "gets an email" not in page
    assert "hears of it by email" not in page
