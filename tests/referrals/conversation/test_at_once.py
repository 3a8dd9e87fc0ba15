"""Two that began before either was done: five tries in all, and one answer of two presses."""

import pytest
from django.utils import timezone

from referrals.conversation.answering import take_answer
from referrals.conversation.reading import LinkClosed, try_proof
from referrals.models import Answer, AnswerBack, Attachment
from referrals.references import read_form_key
from tests.makers import hold_letter
from tests.referrals.conversation.makers import asked, form_of, shown

pytestmark = pytest.mark.django_db


def test_of_nine_that_all_saw_an_open_link_no_more_than_five_are_compared(monkeypatch):
    pk, compared = asked().pk, []
    monkeypatch.setattr(Answer, "is_right", lambda self, given: bool(compared.append(given)))
    for number, stale in enumerate([Answer.objects.get(pk=pk) for _ in range(9)]):
        try:
            try_proof(answer=stale, given=f"1981-02-{number + 1:02}", at=timezone.now())
        except LinkClosed:
            assert number >= 4
    assert len(compared) == 5
    events = Answer.objects.get().enquiry.events
    assert events.filter(kind="answer_closed").count() == 1


def test_two_presses_that_both_hold_the_same_file_make_one_answer(client):
    answer = asked()
    key = read_form_key(form_of(shown(client, answer))["form_key"])
    fields = {"answer": answer, "form_key": key, "words": "Left.", "at": timezone.now()}
    first, second = ([hold_letter(key)] for _ in range(2))
    stored = [take_answer(files=files, **fields) for files in (first, second)]
    assert stored[0] == stored[1]
    assert AnswerBack.objects.get().files == [1]
    assert Attachment.objects.get().enquiry == answer.enquiry
    assert answer.enquiry.notifications.filter(kind="answer_came").count() == 1
