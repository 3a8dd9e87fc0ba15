"""A letter of another patient: a warning beside it, one question, one press to be rid of it."""

import pytest

from referrals.from_letter import held
from referrals.from_letter.whose import Named, why_another
from referrals.models import Attachment, Referral
from tests.makers import PATIENT, quick_post, sample_letter, words_of
from tests.referrals.from_letter.conftest import ALL, saying
from tests.referrals.from_letter.test_right_letter import QUESTION, again

pytestmark = pytest.mark.django_db
OTHER = {"patient_family_name": "Othersample", "patient_given_names": "Kim"}
WARNING = "Another patient’s letter?"


class Letter:
    name = "letter.pdf"


def why(family, given, **answers):
    """Why a letter with these answers is not the one of this patient."""

    class Said:
        file = Letter
        answers = saying({})

    Said.answers = saying(answers)
    return why_another(Said, Named(family, given, None))


@pytest.mark.parametrize(
    ("family", "given"),
    [
        (PATIENT, "Jo"),
        (PATIENT, "J"),
        (PATIENT, "Joanna Kim"),
        (f"{PATIENT}-Other", "Jo"),
        ("Jo", PATIENT),
        (PATIENT, ""),
    ],
)
def test_a_name_that_is_short_long_or_swapped_is_no_other_one(family, given):
    assert why(family, given, patient_family_name=PATIENT, patient_given_names="Jo") == ""


@pytest.mark.parametrize(("family", "given"), [(PATIENT, "Kim"), ("Othersample", "Jo")])
def test_another_name_is_told_with_both(family, given):
    said = why(family, given, patient_family_name=PATIENT, patient_given_names="Jo")
    assert said == f"“letter.pdf” names Jo {PATIENT}. You wrote {given} {family}."


def test_a_sister_whose_letter_tells_no_date_of_birth_is_asked_about_once(client, letter_says):
    letter_says({"patient_family_name": PATIENT, "patient_given_names": "Kim"})
    first = quick_post()
    html = client.post("/refer/", first).content.decode()
    assert QUESTION in html
    assert again(client, first, html).status_code == 302


def test_the_warning_stands_beside_the_file_and_the_question_above_the_form(client, letter_says):
    letter_says(OTHER)
    html = client.post("/refer/", quick_post()).content.decode()
    beside = html.partition("data-letter-files")[2].partition("</ul>")[0]
    assert WARNING in beside
    assert "<svg" in beside
    notice = html.partition("Before you send</h2>")[2].partition("<form")[0]
    assert notice.index("Remove this file") < notice.index("Send anyway")


def test_a_name_typed_over_what_the_letter_filled_in_is_compared_again(client, letter_says):
    letter_says(ALL)
    first = quick_post(patient_family_name="", signed="")
    assert WARNING not in words_of(client.post("/refer/", first).content.decode())
    kept = [str(Attachment.objects.get().pk)]
    typed = {"patient_family_name": "Typedover", "patient_birth_date": "1/2/1990"}
    page = client.post("/refer/", {**first, "letter": [""], "kept": kept, "signed": "on", **typed})
    words = words_of(page.content.decode())
    assert QUESTION in words
    assert WARNING in words


def test_removing_it_sends_nothing_and_takes_along_what_it_had_filled_in(client, letter_says):
    letter_says({**ALL, **OTHER, "patient_birth_date": "1990-02-01"})
    first = quick_post(medicare_number=ALL["medicare_number"])
    client.post("/refer/", first)
    pk = str(Attachment.objects.get().pk)
    page = client.post("/refer/", {**first, "letter": [""], "kept": [pk], "take_out": pk})
    words = words_of(page.content.decode())
    assert "The file is removed" in words
    assert "Medicare number" in words.partition("We emptied what stood in it:")[2][:200]
    assert not Attachment.objects.exists()
    assert not Referral.objects.exists()
    assert page.context["form"].initial["medicare_number"] == ""
    assert page.context["form"].initial["patient_family_name"] == PATIENT


def test_the_next_wrong_letter_is_asked_about_too(client, letter_says):
    letter_says(OTHER)
    first = quick_post()
    html = client.post("/refer/", first).content.decode()
    warned = html.partition('name="warned" value="')[2].partition('"')[0]
    second = client.post("/refer/", {**quick_post(), "warned": warned})
    assert second.status_code == 422
    assert QUESTION in second.content.decode()


def test_what_another_letter_says_too_stays(client, monkeypatch):
    """Two letters of one doctor: taking away the wrong one empties nothing of the right one."""
    says = iter([saying(ALL), saying({**ALL, **OTHER, "patient_birth_date": "1990-02-01"})])
    monkeypatch.setattr(held, "read_letter", lambda **_: next(says))
    files = [sample_letter(words="One"), sample_letter("other.pdf", "Two")]
    marked = {"from_letter": ["name", "email", "patient_birth_date"]}
    client.post("/refer/", quick_post(letter=files))
    kept = {file.name: str(file.pk) for file in Attachment.objects.all()}
    again = {**quick_post(), **marked, "letter": [""], "kept": list(kept.values())}
    page = client.post("/refer/", {**again, "take_out": kept["other.pdf"]})
    assert page.context["form"].initial["name"] == ALL["name"]
    assert page.context["form"].initial["email"] == ALL["email"]
