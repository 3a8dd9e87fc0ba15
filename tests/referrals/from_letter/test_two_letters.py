"""Two letters of two patients: both are named, and what stays is read anew once one is gone."""

import pytest

from referrals.from_letter import held
from referrals.models import Attachment, Referral
from tests.makers import quick_post, sample_letter, words_of
from tests.referrals.from_letter.conftest import ALL, saying

pytestmark = pytest.mark.django_db
KIM = {
    "patient_family_name": "Othersample",
    "patient_given_names": "Kim",
    "patient_birth_date": "1990-02-01",
    "patient_phone": "0491 570 157",
}
EMPTY = {"patient_given_names": "", "patient_family_name": "", "patient_birth_date": ""}
EMPTY |= {"patient_phone": "", "signed": ""}
TWO = "“first.pdf” and “second.pdf” seem to be about two patients."


@pytest.fixture
def page(client, monkeypatch):
    """The form after a wrong letter was attached first, and the right one on top of it."""
    says = iter([saying(ALL), saying({**ALL, **KIM})])
    monkeypatch.setattr(held, "read_letter", lambda **_: next(says))
    post = quick_post(letter=sample_letter("first.pdf", "One"), **EMPTY)
    first = client.post("/refer/", post)
    return client.post("/refer/", {**as_shown(first), "letter": sample_letter("second.pdf", "Two")})


def as_shown(page):
    """What the form on this page would post."""
    form = page.context["form"]
    source = form.data if form.is_bound else form.initial
    names = [name for name in form.fields if name not in {"letter", "signed"}]
    kept = [str(file.pk) for file in form.held.kept]
    typed = {name: source.get(name) or "" for name in names}
    key = page.content.decode().partition('name="form_key" value="')[2].partition('"')[0]
    hidden = {"kept": kept, "from_letter": list(form.marks), "letter": [""], "form_key": key}
    return {**typed, "red_flags": ["none"], "mode": "quick", **hidden}


def pk_of(name):
    return str(next(file.pk for file in Attachment.objects.all() if file.name == name))


def test_the_warning_names_both_and_says_nothing_of_what_she_wrote(page):
    words = words_of(page.content.decode())
    assert words.count(TWO) == 2 or words.count(TWO) == 4  # beside each file, and asked above
    assert "than you wrote" not in words


def test_without_the_first_one_the_second_fills_the_form(client, page):
    after = client.post("/refer/", {**as_shown(page), "take_out": pk_of("first.pdf")})
    stands = after.context["form"].initial
    assert stands["patient_family_name"] == "Othersample"
    assert stands["patient_birth_date"] == "1/2/1990"
    assert stands["patient_phone"] == KIM["patient_phone"]
    words = words_of(after.content.decode())
    assert "The other letter filled in the fields that are marked" in words
    assert "seem to be about two patients" not in words
    assert not Referral.objects.exists()


def test_without_the_second_one_the_first_stands_as_before(client, page):
    after = client.post("/refer/", {**as_shown(page), "take_out": pk_of("second.pdf")})
    assert after.context["form"].initial["patient_family_name"] == ALL["patient_family_name"]


def test_a_script_that_removes_it_gets_what_the_other_one_says(client, page):
    post = {**as_shown(page), "remove": pk_of("first.pdf")}
    answer = client.post("/refer/letter/", post, headers={"Sec-Fetch-Site": "same-origin"})
    html = answer.content.decode()
    assert 'data-field="patient_family_name"' in html
    assert "Othersample" in html
    assert "The letter is removed" in words_of(f"<body>{html}")
