"""The address that takes a body as large as a letter: for the doctor alone. It keeps nothing."""

import pytest
from django.core import signing

from clinic_site.operations.doctor import answering
from clinic_site.operations.doctor.answering import ASKED, HEADER, read_answer

ADDRESS = "/refer/doctor/"


@pytest.mark.parametrize(
    "word", ["", "guessed", signing.dumps("word", salt="another")], ids=str.__len__
)
def test_a_stranger_gets_the_answer_of_no_page_and_is_not_read(client, db, word):
    answer = client.post(ADDRESS, b"x" * 100, "application/octet-stream", headers={HEADER: word})
    assert answer.status_code == 404


def test_a_word_that_is_old_opens_nothing(client, db, monkeypatch):
    _, headers = answering.question()
    monkeypatch.setattr(answering, "FRESH_SECONDS", -1)
    assert client.post(ADDRESS, headers=headers).status_code == 404


def test_the_doctor_hears_how_much_arrived_and_from_whom(client, db, django_assert_num_queries):
    word, headers = answering.question()
    with django_assert_num_queries(0):
        answer = client.post(ADDRESS, b"x" * 5000, "application/octet-stream", headers=headers)
    facts = read_answer(answer.json()["proof"], word)
    assert (facts["bytes"], facts["host"], facts["https"]) == (5000, "testserver", False)


def test_an_answer_to_an_earlier_question_proves_nothing(client, db):
    word, headers = answering.question()
    proof = client.post(ADDRESS, headers=headers).json()["proof"]
    assert read_answer(proof, word)
    assert read_answer(proof, "another") is None
    assert read_answer(signing.dumps(word, salt=ASKED), word) is None
    assert read_answer(None, word) is None
