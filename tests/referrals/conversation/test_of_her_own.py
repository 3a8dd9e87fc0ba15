"""From the status page a sender adds a report, corrects or withdraws: behind the same question."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from referrals.intake.status import withdrawn_at
from referrals.models import Answer, AnswerBack, Enquiry, Event, Notification
from referrals.retention.erasing import GOES
from referrals.timeline import add_line
from referrals.workflow import verbs
from tests.makers import (
    make_clinic,
    referral,
    sample_letter,
    signed_in,
    submitted,
    with_status_link,
    words_of,
)
from tests.referrals.conversation.makers import BORN, address, asked, form_of, robin, shown
from tests.referrals.conversation.test_reading_words import kinds
from tests.referrals.mail.test_letters import parsed, text_of

SUNDAY_NIGHT = datetime(2026, 11, 22, 21, tzinfo=ZoneInfo("Australia/Sydney"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry():
    return submitted(referral())


@pytest.fixture
def change(enquiry):
    return f"/status/{with_status_link(enquiry)}/change/"


def begun(client, change):
    client.post(change)
    return Answer.objects.get()


def sent(client, answer, **typed):
    return client.post(address(answer), {**form_of(shown(client, answer)), **typed}, follow=True)


def test_the_status_page_leads_to_the_question_and_shows_nothing_first(client, enquiry, change):
    assert f'action="{change}"' in client.get(change.removesuffix("change/")).content.decode()
    page = client.post(change, follow=True).content.decode()
    assert "date of birth" in page
    assert "The rooms have written" not in page
    assert "Samplepatient" not in page


def test_looking_at_it_changes_nothing(client, change):
    assert client.get(change).status_code == 405
    assert not Answer.objects.exists()


def test_a_report_and_a_correction_arrive_unread_and_the_old_value_stays(client, enquiry, change):
    before = enquiry.referral.patient_phone
    words = "The telephone is 0491 570 156, correction-canary."
    sent(client, begun(client, change), words=words, files=[sample_letter("report.pdf", "New")])
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert (stored.needs_look, stored.referral.patient_phone) == (True, before)
    assert AnswerBack.objects.get().words == words
    assert [file.name for file in stored.attachments.all()] == ["report.pdf"]
    assert Notification.objects.filter(kind="answer_came", enquiry=stored).count() == 1


def test_the_status_page_says_how_many_files_were_added_and_tells_nothing_of_them(client, change):
    files = [sample_letter("report-canary.pdf", "New"), sample_letter("second.pdf", "Newer")]
    sent(client, begun(client, change), words="Word-canary.", files=files)
    page = words_of(client.get(change.removesuffix("change/")).content.decode())
    assert "You added 2 files on" in page
    assert "canary" not in page


def test_words_alone_are_told_as_written_and_before_that_nothing_is_told(client, change):
    address = change.removesuffix("change/")
    assert "You wrote" not in client.get(address).content.decode()
    sent(client, begun(client, change), words="The knee too.")
    assert "You wrote an addition or a correction on" in words_of(
        client.get(address).content.decode()
    )


def test_the_question_names_the_referral_whose_date_is_asked_for(client, enquiry, change):
    page = client.post(change, follow=True).content.decode()
    assert f"Referral <strong>{enquiry.reference}</strong>" in page


def test_a_withdrawal_is_called_one_and_nothing_more_is_offered(client, change):
    status = change.removesuffix("change/")
    sent(client, begun(client, change), words="The knee too.")
    sent(client, Answer.objects.get(), withdraw="yes")
    page = words_of(client.get(status).content.decode())
    assert page.index("You withdrew it on") < page.index("You wrote an addition or a correction")
    assert page.count("please do not send it again") == 1
    assert "Add, correct or withdraw" not in page
    assert "Ring us, and we go on with it" in page


def test_pressing_again_goes_on_with_the_same_link_and_its_wrong_tries(client, change):
    answer = begun(client, change)
    for _ in range(5):
        shown(client, answer, "1/2/1999")
    assert client.post(change, follow=True).status_code == 410
    assert Answer.objects.get().is_closed
    assert shown(client, answer, BORN).status_code == 410


def test_withdrawing_asks_once_and_keeps_what_was_typed(client, enquiry, change):
    page = sent(client, begun(client, change), withdraw="ask", words="Moved away, reason-canary.")
    html = page.content.decode()
    assert "Withdraw this referral?" in html
    assert "reason-canary" in html
    assert not AnswerBack.objects.exists()
    assert "withdrawn" not in kinds(enquiry)


def test_one_question_at_a_time_and_a_no_leads_back_to_what_was_typed(client, enquiry, change):
    answer = begun(client, change)
    report = sample_letter("report.pdf", "New")
    asks = sent(client, answer, withdraw="ask", words="Moved, reason-canary.", files=[report])
    html = asks.content.decode()
    main = html.partition("<main")[2]
    assert re.findall(r'<button type="submit"[^>]*value="(\w+)"', main) == ["yes", "no"]
    assert "What is new, or wrong?" not in main
    assert "1 file of yours goes along" in main
    typed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))
    back = client.post(address(answer), {**typed, "withdraw": "no"}).content.decode()
    assert "Send to the rooms" in back
    assert "reason-canary" in back
    assert "report.pdf" in back
    client.post(address(answer), {**typed, "withdraw": "yes"})
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert kinds(stored).count("withdrawn") == 1
    assert "reason-canary" in AnswerBack.objects.get().words
    assert [file.name for file in stored.attachments.all()] == ["report.pdf"]


def test_a_withdrawal_is_told_to_the_rooms_and_undone_by_ringing(client, enquiry, change):
    answer = begun(client, change)
    page = form_of(shown(client, answer))
    for _ in range(2):
        gone = client.post(address(answer), {**page, "withdraw": "yes"}, follow=True)
        html = gone.content.decode()
        assert "Your referral is withdrawn" in html
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert (stored.status, stored.needs_look) == ("received", True)
    assert kinds(stored).count("withdrawn") == 1
    status = client.get(change.removesuffix("change/")).content.decode()
    assert "You have withdrawn it" in status


def test_the_status_page_says_that_it_is_withdrawn_until_the_rooms_go_on(client, enquiry, change):
    status = change.removesuffix("change/")
    assert "You asked to withdraw it" not in client.get(status).content.decode()
    assert withdrawn_at(enquiry) is None
    sent(client, begun(client, change), withdraw="yes", words="")
    assert withdrawn_at(enquiry) is not None
    words = words_of(client.get(status).content.decode())
    assert "Received done You asked to withdraw it now" in words
    assert "Received now" not in words
    verbs.open_(enquiry=enquiry, by=robin())
    words = words_of(client.get(status).content.decode())
    assert "Read by the rooms done You asked to withdraw it now" in words
    assert "You have withdrawn it, and the rooms know." in words
    verbs.accept(enquiry=enquiry, by=robin(), though_withdrawn=True)
    assert "You asked to withdraw it now" not in words_of(client.get(status).content.decode())


@pytest.mark.parametrize(("withdraw", "said"), [("yes", "withdraws it"), ("", "answered")])
def test_the_mail_of_the_rooms_names_a_withdrawal_and_nothing_else(
    client, enquiry, change, withdraw, said
):
    sent(client, begun(client, change), withdraw=withdraw, words="Moved away, reason-canary.")
    letter = parsed(Notification.objects.get(kind="answer_came"))
    assert letter["Subject"] == f"{enquiry.reference}: the sender {said}"
    text = text_of(letter)
    assert text.count("withdraws it") == (4 if withdraw else 0)
    assert not any(word in text for word in ["canary", "Samplepatient"])


def test_what_the_sender_corrects_stands_above_the_letter_until_the_rooms_use_it(
    client, enquiry, change
):
    sent(client, begun(client, change), words="Born on 3/4/1971, not 13/4.")
    page = signed_in(client, robin()).get(enquiry.get_admin_url()).content.decode()
    assert page.index("Born on 3/4/1971") < page.index('id="part-1"')
    correct = f"/admin/referrals/enquiry/{enquiry.pk}/correct/"
    assert "Born on 3/4/1971" in client.get(correct).content.decode()
    add_line(Event.Kind.DETAILS_CORRECTED, enquiry=enquiry, at=timezone.now())
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert page.index("Born on 3/4/1971") > page.index('id="words-both"')


def test_nothing_at_all_is_no_addition(client, change):
    assert sent(client, begun(client, change), words="").status_code == 422
    assert not AnswerBack.objects.exists()


def test_words_that_only_sound_like_it_behind_a_question_of_the_rooms_withdraw_nothing(client):
    answer = asked()
    sent(client, answer, words="I withdraw this referral.", withdraw="yes")
    assert "withdrawn" not in kinds(answer.enquiry)


def test_spam_a_stranger_and_another_site_add_nothing(client, enquiry, change):
    assert client.post("/status/nobody/change/").status_code == 404
    evil = {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "cross-site"}
    assert client.post(change, **evil).status_code == 403
    Enquiry.objects.update(status="spam")
    assert client.post(change).status_code == 410
    assert not Answer.objects.exists()


def test_staff_see_it_as_the_senders_own_words(client, enquiry, change):
    sent(client, begun(client, change), words="Own-words-canary.")
    html = signed_in(client, robin()).get(enquiry.get_admin_url()).content.decode()
    assert "Own-words-canary." in html
    assert "wrote from the status page" in html


def test_it_goes_with_the_rest_when_it_is_erased():
    assert {Answer, AnswerBack} <= {model for model, _ in GOES}


def test_its_time_over_another_begins(client, enquiry, change):
    first = begun(client, change)
    old = timezone.now() - timedelta(days=40)
    Answer.objects.update(written_at=old, expires_at=old + timedelta(days=30))
    client.post(change)
    assert Answer.objects.exclude(pk=first.pk).count() == 1


def test_what_was_added_leads_back_to_the_page_that_tells_where_it_is(client, enquiry, change):
    page = sent(client, begun(client, change), words="One thing more.")
    link = re.search(r'href="(/status/[0-9a-f]{32}/)"', page.content.decode())
    assert client.get(link[1]).status_code == 200


def test_who_corrects_a_wrong_date_hears_that_the_wrong_one_is_asked_for(client, change):
    answer = begun(client, change)
    assert "As you sent it, even if it was wrong. Have the rooms corrected it since?" in words_of(
        client.get(address(answer)).content.decode()
    )
    page = client.post(address(answer), {"proof": "30/1/1980"}).content.decode()
    assert "even if it was wrong, or for the right one, if the rooms have corrected it. You" in page


def test_a_doctor_with_a_question_by_night_is_told_where_the_patient_goes(client, change):
    make_clinic()
    with time_machine.travel(SUNDAY_NIGHT, tick=False):
        page = words_of(client.get(address(begun(client, change))).content.decode())
    assert "If the patient cannot wait, send the patient to a hospital" in page
    assert "If it cannot wait, go to a hospital" not in page
