"""What the sender answers arrives in the same enquiry, with its files, or not at all."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.template.loader import render_to_string
from django.utils import timezone

from referrals.files import records, uploads
from referrals.inspecting.child import EICAR
from referrals.ledger.differences import states_that_nobody_brought_about
from referrals.models import Answer, AnswerBack, Attachment, Enquiry, Notification
from referrals.patient_requests.held import held_of
from referrals.workflow import verbs
from tests.makers import sample_letter, with_status_link, words_of
from tests.referrals.conversation.makers import (
    WORDS,
    address,
    asked,
    form_of,
    replied,
    robin,
    shown,
)
from tests.referrals.conversation.test_reading_words import kinds

pytestmark = pytest.mark.django_db
ANSWER = "The left side, answer-canary."
DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = {"written_at": DAY_ONE, "expires_at": DAY_ONE + timedelta(days=30)}


@pytest.fixture
def answer():
    return asked()


def sent(client, answer, page=None, **changes):
    hidden = form_of(page or shown(client, answer))
    return client.post(address(answer), {**hidden, "words": ANSWER, **changes}, follow=True)


def test_an_answer_arrives_unread_and_the_rooms_are_told_without_a_detail(client, answer):
    words = words_of(sent(client, answer).content.decode())
    assert "has arrived" in words
    assert "One thing about your file" not in words
    enquiry = Enquiry.objects.get(pk=answer.enquiry_id)
    assert (enquiry.status, enquiry.needs_look) == ("opened", True)
    assert AnswerBack.objects.get().words == ANSWER
    assert kinds(enquiry)[-1] == "information_came"
    assert not list(states_that_nobody_brought_about())  # the night’s look at the ledger
    assert Notification.objects.filter(kind="answer_came", enquiry=enquiry).count() == 1


def test_an_answer_to_a_reply_changes_no_state(client):
    answer = replied()
    page = shown(client, answer, "0123")
    sent(client, answer, page)
    answer.enquiry.refresh_from_db()
    assert (answer.enquiry.status, answer.enquiry.needs_look) == ("opened", True)
    assert kinds(answer.enquiry)[-1] == "answer_came"


def test_its_files_stand_behind_those_that_came_before(client, answer):
    sent(client, answer, files=[sample_letter(), sample_letter("second.pdf", "Two")])
    sent(client, answer, words="And this one.", files=[sample_letter("third.pdf", "Three")])
    files = answer.enquiry.attachments.order_by("position")
    assert [file.position for file in files] == [1, 2, 3]
    assert [back.files for back in AnswerBack.objects.order_by("pk")] == [[1, 2], [3]]
    assert not Attachment.objects.filter(enquiry=None).exists()


def test_a_file_alone_is_an_answer_and_nothing_at_all_is_none(client, answer):
    assert sent(client, answer, words="").status_code == 422
    assert sent(client, answer, words="", files=[sample_letter()]).status_code == 200
    assert AnswerBack.objects.count() == 1


def test_what_arrived_is_read_again_at_its_own_address_and_sends_nothing(client, answer):
    page = sent(client, answer, files=[sample_letter("canary.pdf", "One")])
    (arrived, status) = page.redirect_chain[-1]
    assert status == 302
    words = words_of(client.get(arrived).content.decode())
    assert "Your answer has arrived" in words
    assert "File 1 (PDF, " in words
    assert "canary" not in words
    assert AnswerBack.objects.count() == 1


def test_who_answered_sees_it_first_and_is_not_asked_to_answer_again(client, settings):
    settings.NEWS_WAITS_SECONDS = 0
    answer = asked()
    status = f"/status/{with_status_link(answer.enquiry)}/"
    asks = words_of(client.get(status).content.decode())
    assert "Answer them from this page, or ring." in asks
    assert "Read it and answer" in asks
    sent(client, answer)
    said = words_of(client.get(status).content.decode())
    assert "Read by the rooms done Your answer has arrived now" in said
    assert "and you answered on" in said
    assert "Read it and answer" not in said


@pytest.mark.parametrize("closed", [LONG_AGO, {"wrong_tries": 5}])
def test_what_came_from_a_page_that_outlived_its_link_is_told_to_have_arrived(
    client, answer, closed
):
    page = shown(client, answer)
    Answer.objects.update(**closed)
    assert "Your answer has arrived" in words_of(sent(client, answer, page).content.decode())
    assert AnswerBack.objects.count() == 1


def test_a_link_that_the_rooms_switched_off_shows_nothing_of_what_came(client, answer):
    arrived = sent(client, answer).redirect_chain[-1][0]
    Answer.objects.update(revoked_at=timezone.now())
    assert "The rooms have switched it off" in words_of(client.get(arrived).content.decode())


def test_no_other_answer_is_read_at_that_address(client, answer):
    arrived = sent(client, answer).redirect_chain[-1][0]
    other = address(asked())
    for wrong in [
        f"{arrived}x",
        f"{arrived.partition('?')[0]}?arrived={AnswerBack.objects.get().pk}",
    ]:
        assert "has arrived" not in client.get(wrong).content.decode()
    assert "has arrived" not in client.get(f"{other}?{arrived.partition('?')[2]}").content.decode()


def test_a_double_press_makes_one_answer(client, answer):
    page = shown(client, answer)
    for _ in range(2):
        assert sent(client, answer, page, files=[sample_letter()]).status_code == 200
    assert AnswerBack.objects.count() == 1
    assert Attachment.objects.count() == 1
    assert Notification.objects.filter(kind="answer_came").count() == 1


def test_other_words_in_the_same_form_are_another_answer(client, answer):
    page = shown(client, answer)
    sent(client, answer, page)
    sent(client, answer, page, words="No, the right side.")
    sent(client, answer, page, words="No, the right side.")
    assert [back.words for back in AnswerBack.objects.all()] == [ANSWER, "No, the right side."]


def test_a_file_that_cannot_be_used_costs_no_words_and_the_good_one_is_kept(client, answer):
    files = [sample_letter(), SimpleUploadedFile("empty.pdf", b"")]
    response = sent(client, answer, files=files)
    assert response.status_code == 422
    assert ANSWER in response.content.decode()
    kept = str(Attachment.objects.get().pk)
    hidden = {"form_key": response.context["form_key"], "pass": response.context["pass"]}
    for _ in range(2):  # the second press comes when the file is adopted already
        typed = {**hidden, "words": ANSWER, "kept": [kept]}
        again = client.post(address(answer), typed, follow=True)
        assert again.status_code == 200
    assert AnswerBack.objects.get().files == [1]


def test_a_hostile_file_is_set_aside_as_on_the_form(client, answer):
    hostile = SimpleUploadedFile("letter.pdf", EICAR)
    page = words_of(sent(client, answer, files=[hostile]).content.decode())
    assert "File 1 looks unsafe" in page  # by its number: a name is often the patient’s
    assert "letter.pdf" not in page
    assert "The rooms see that it came, and will not open it as it stands." in page
    assert answer.enquiry.attachments.get().state == Attachment.State.QUARANTINED
    assert kinds(answer.enquiry)[-1] == "quarantined"


def test_a_full_store_loses_no_words_and_stores_nothing(client, answer):
    page = shown(client, answer)
    with mock.patch.object(uploads.storage, "write", side_effect=OSError(28, "full")):
        response = sent(client, answer, page, files=[sample_letter()])
    assert response.status_code == 507
    assert ANSWER in response.content.decode()
    assert not AnswerBack.objects.exists()
    assert sent(client, answer, page).status_code == 200


def test_a_full_store_forgets_no_file_that_was_taken_before(client, answer):
    files = [sample_letter(), SimpleUploadedFile("empty.pdf", b"")]
    page = sent(client, answer, files=files)
    kept = str(Attachment.objects.get().pk)
    with mock.patch.object(uploads.storage, "write", side_effect=OSError(28, "full")):
        again = sent(client, answer, page, kept=[kept], files=[sample_letter("more.pdf", "More")])
    assert again.status_code == 507
    assert f'name="kept" value="{kept}"' in again.content.decode()


def test_a_lost_database_gives_the_words_back_to_be_sent_again(client, answer):
    page = shown(client, answer)
    broken = mock.patch(
        "referrals.conversation.answering.outbox.enqueue", side_effect=OperationalError
    )
    with broken:
        response = sent(client, answer, page, files=[sample_letter()])
    assert response.status_code == 503
    assert ANSWER in response.content.decode()
    assert not AnswerBack.objects.exists()
    assert Enquiry.objects.get().status == "needs_info"
    assert kinds(answer.enquiry)[-1] == "answer_read"


def test_whoever_never_proved_anything_can_send_nothing(client, answer):
    for forged in ("", "forged", form_of(shown(client, replied(), "0123"))["pass"]):
        response = client.post(address(answer), {"pass": forged, "words": ANSWER})
        assert response.status_code == 422
        assert ANSWER in response.content.decode()  # and yet nothing typed is lost
        assert WORDS not in response.content.decode()
    assert not AnswerBack.objects.exists()


def test_a_page_that_stayed_open_too_long_asks_again_and_keeps_the_words(client, answer):
    page = shown(client, answer)
    with mock.patch("django.core.signing.time.time", return_value=4e9):
        response = sent(client, answer, page)
    assert ANSWER in response.content.decode()
    answer.refresh_from_db()
    assert answer.wrong_tries == 0
    again = client.post(address(answer), {"proof": "31/1/1980", "words": ANSWER})
    assert ANSWER in again.content.decode()
    assert WORDS in again.content.decode()


def test_no_more_than_twenty_answers_an_hour_come_by_one_link(client, answer):
    page = shown(client, answer)
    codes = [sent(client, answer, page, words=f"Answer {n}").status_code for n in range(21)]
    assert codes == [200] * 20 + [429]


def test_the_record_and_the_copy_for_the_patient_hold_both_sides(client, answer):
    sent(client, answer, files=[sample_letter()])
    cover = render_to_string(
        "referrals/pdf/cover_sheet.html", records.context_of(answer.enquiry) | {"parts": []}
    )
    held = render_to_string(
        "referrals/pdf/held_enquiry.html", {"one": held_of(answer.enquiry, set())}
    )
    for html in (cover, held):
        assert WORDS in html
        assert ANSWER in html
        assert "With file 1" in html


def test_a_page_from_before_the_answer_cannot_send_it_to_spam(client, answer):
    sent(client, answer)
    enquiry, by = Enquiry.objects.get(pk=answer.enquiry_id), robin()
    with pytest.raises(verbs.CannotMove, match="has answered"):
        verbs.mark_spam(enquiry=enquiry, by=by)
    assert Enquiry.objects.get().status == "opened"


@pytest.mark.parametrize("is_seen", [True, False])  # before the answer is stored, or just then
def test_no_answer_to_what_is_set_aside_is_acknowledged(client, answer, monkeypatch, is_seen):
    page = shown(client, answer)
    Enquiry.objects.update(status="spam")
    if not is_seen:
        monkeypatch.setattr(
            "referrals.conversation.views.answer_behind", lambda _: Answer.objects.get()
        )
    refused = sent(client, answer, page)
    assert refused.status_code == 410
    assert ANSWER in refused.content.decode()
    assert not AnswerBack.objects.exists()
