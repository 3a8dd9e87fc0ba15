"""A hostile letter on the public form: its hidden words reach no field; the form still works."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.from_letter import held
from referrals.letter_answers.reading import read_letter
from referrals.models import Attachment, Enquiry
from tests.makers import quick_post, words_of
from tests.referrals.from_letter.test_first_press import marked, only_the_letter, shown
from tests.referrals.letter_answers.drawn import LETTER, pdf, written

pytestmark = pytest.mark.django_db
IMPOSTOR = "Patient Name: Mary IMPOSTOR\nMobile: 0491 570 006\nDate of Birth: 02/03/1970"
SEEN = LETTER.format(more="")
TURNED = "\\u8238?"  # RTF: what follows runs from right to left


@pytest.fixture(autouse=True)
def _reads_in_its_child(monkeypatch):
    monkeypatch.setattr(held, "read_letter", read_letter)


def file_of(data: bytes, name: str = "letter.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def rtf(text: str) -> bytes:
    lines = "\\par ".join(text.strip().split("\n"))
    return f"{{\\rtf1\\ansi\\uc1 {lines}\\par}}".encode("ascii")


def with_hidden_words() -> SimpleUploadedFile:
    hidden = written(IMPOSTOR, top=400, before="1 g")
    return file_of(pdf(f"{written(SEEN)}\n{hidden}"))


def test_hidden_words_that_name_another_fill_in_nothing_and_are_said(client):
    page = client.post("/refer/", only_the_letter(letter=with_hidden_words())).content.decode()
    assert shown(page)["patient_family_name"] == "Citizen"
    assert shown(page)["patient_birth_date"] == "1/2/1960"
    assert "patient_phone" not in marked(page)
    assert "Impostor" not in page
    assert "It holds words that its pages do not show" in words_of(page)


def test_a_patient_who_stands_in_hidden_words_alone_is_asked_about(client):
    """Hidden words must not vouch for the wrong letter."""
    changes = {"patient_family_name": "Impostor", "patient_birth_date": "2/3/1970"}
    page = client.post("/refer/", quick_post(letter=with_hidden_words(), **changes))
    assert page.status_code == 422
    assert "Is this the right letter?" in words_of(page.content.decode())
    assert not Enquiry.objects.exists()


def test_a_date_that_is_turned_round_fills_in_nothing(client):
    turned = rtf(SEEN.replace("DOB: ", f"DOB: {TURNED}"))
    letter = file_of(turned, "letter.rtf")
    page = client.post("/refer/", only_the_letter(letter=letter)).content.decode()
    assert "patient_birth_date" not in marked(page)
    assert shown(page)["patient_family_name"] == "Citizen"
    assert "It holds words that its pages do not show" in words_of(page)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Sam\u202eelpmaS", "O'Sample & Co"])
def test_markup_and_marks_in_what_it_says_stay_words(client, letter_says, name):
    letter_says({"practice_name": name, "patient_family_name": "Samplepatient"})
    page = client.post("/refer/", only_the_letter()).content.decode()
    assert name not in page
    assert "practice_name" in marked(page)


def test_a_million_words_leave_the_form_as_it_was_and_say_so(client):
    million = b"{\\rtf1 " + b"pain " * 1_000_000 + b"}"
    post = quick_post(letter=file_of(million, "letter.rtf"), signed="")
    page = words_of(client.post("/refer/", post).content.decode())
    assert "It is too long for us to read here" in page or "read its words in time" in page
    assert Attachment.objects.count() == 1
