"""A file that is added later is looked at as one of the form is: asked about once, and listed."""

import pytest

from referrals.models import AnswerBack, Attachment
from tests.makers import referral, sample_letter, submitted, with_status_link, words_of
from tests.referrals.conversation.test_of_her_own import begun, sent
from tests.referrals.from_letter.conftest import ALL, letter_says  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db
OTHER = {"patient_family_name": "Othersample", "patient_birth_date": "1990-02-01"}
QUESTION = "seems to be about another patient than this referral."


@pytest.fixture
def answer(client):
    return begun(client, f"/status/{with_status_link(submitted(referral()))}/change/")


def added(client, answer, **typed):
    files = {"files": [sample_letter("report.pdf")]} if not typed else {}
    page = sent(client, answer, words="Here it is.", **files, **typed)
    return page, words_of(page.content.decode())


def test_a_letter_of_another_patient_is_asked_about_and_names_nobody(client, answer, letter_says):  # noqa: F811
    letter_says(OTHER)
    page, words = added(client, answer)
    assert page.status_code == 422
    assert f"“report.pdf” {QUESTION}" in words
    assert "Samplepatient" not in words
    assert not AnswerBack.objects.exists()


def test_whoever_sends_it_all_the_same_is_not_asked_again(client, answer, letter_says):  # noqa: F811
    letter_says(OTHER)
    page, _ = added(client, answer)
    again = {name: page.context[name] for name in ("pass", "form_key")}
    pk = str(Attachment.objects.get().pk)
    _, words = added(client, answer, **again, kept=[pk], asked=pk)
    assert "It has arrived" in words
    assert AnswerBack.objects.get().files == [1]


def test_removing_it_sends_nothing_and_keeps_the_words(client, answer, letter_says):  # noqa: F811
    letter_says(OTHER)
    page, _ = added(client, answer)
    again = {name: page.context[name] for name in ("pass", "form_key")}
    pk = str(Attachment.objects.get().pk)
    back, _ = added(client, answer, **again, kept=[pk], take_out=pk)
    assert "Here it is." in back.content.decode()
    assert not Attachment.objects.exists()
    assert not AnswerBack.objects.exists()


def test_what_arrived_is_listed_and_a_wrong_file_is_rung_about(client, answer, letter_says):  # noqa: F811
    letter_says(ALL)
    page, words = added(client, answer)
    assert page.status_code == 200
    assert "File 1 (PDF, " in words
    assert f"SHA-256 {Attachment.objects.get().sha256[:12]}…" in words
    assert "A wrong file, or one about another patient?" in words
    assert "report.pdf" not in words
