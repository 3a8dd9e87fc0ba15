"""A faxed letter with words fills what staff left empty, marked, and never over what they typed."""

import logging
import re
from unittest import mock

import pytest

from referrals.from_letter import held
from referrals.models import AccessLog, Attachment, Enquiry, Referral
from tests.makers import PATIENT, make_user, sample_letter, signed_in, words_of
from tests.referrals.entering.desk import ENTER, faxed, receptionist
from tests.referrals.from_letter.conftest import saying

pytestmark = pytest.mark.django_db
EMPTY = {"patient_family_name": "", "patient_given_names": "", "patient_birth_date": "", "name": ""}


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def desk(client, robin):
    return signed_in(client, robin)


@pytest.fixture
def letter_says(monkeypatch):
    child = mock.Mock(return_value=saying())
    monkeypatch.setattr(held, "read_letter", child)

    def says(answers=None, **facts):
        child.return_value = saying(answers, **facts)
        return child

    return says


def with_letter(**changes):
    return faxed(**{"reason": "", "letter": sample_letter("fax.pdf"), **EMPTY, **changes})


def shown(html):
    return dict(re.findall(r'<input type="(?:text|email)" name="(\w+)" value="([^"]*)"', html))


def marked(html):
    return re.findall(r'name="from_letter" value="(\w+)"', html)


def again(desk, post, html, **changes):
    """The form as it came back."""
    kept = re.findall(r'name="kept" value="([^"]+)"', html)
    own = {"kept": kept, "from_letter": marked(html), "letter": ""}
    warned = re.findall(r'name="warned" value="([^"]*)"', html)
    came = {**shown(html), "warned": "".join(warned)}
    return desk.post(ENTER, {**post, **came, **own, **changes})


def test_the_first_press_brings_the_form_back_filled_and_marked(desk, letter_says):
    letter_says()
    post = with_letter()
    page = desk.post(ENTER, post)
    assert page.status_code == 422
    assert "We filled in what the letter says" in page.text
    assert shown(page.text)["patient_family_name"] == PATIENT
    assert {"patient_birth_date", "medicare_number", "provider_number"} <= set(marked(page.text))
    assert "From the letter, please check." in page.text
    assert not Enquiry.objects.exists()


def test_the_second_press_enters_it_and_the_reading_is_in_the_log(desk, robin, letter_says):
    letter_says()
    post = with_letter()
    assert again(desk, post, desk.post(ENTER, post).text).status_code == 302
    stored = Referral.objects.get()
    assert (stored.patient_family_name, stored.medicare_number) == (PATIENT, "3278851195")
    row = AccessLog.objects.get()
    assert (row.by, row.reference) == (robin, stored.reference)
    assert Attachment.objects.get().letter_said is None


def test_what_was_typed_stays(desk, letter_says):
    letter_says()
    page = desk.post(ENTER, with_letter(patient_phone="0491 570 157", patient_given_names="Joan"))
    assert shown(page.text)["patient_phone"] == "0491 570 157"
    assert shown(page.text)["patient_given_names"] == "Joan"
    assert not {"patient_phone", "patient_given_names"} & set(marked(page.text))


def test_what_was_emptied_stays_empty_and_unmarked(desk, letter_says):
    letter_says()
    post = with_letter()
    page = again(desk, post, desk.post(ENTER, post).text, medicare_number="", way="")
    assert shown(page.text).get("medicare_number", "") == ""
    assert "medicare_number" not in marked(page.text)


def test_a_letter_of_another_patient_fills_in_nothing_and_says_so(desk, letter_says):
    letter_says()
    page = desk.post(ENTER, with_letter(patient_family_name="Othersample"))
    assert marked(page.text) == []
    assert "It names another patient than the form does" in page.text


def test_a_letter_taken_away_takes_along_what_it_filled_in(desk, letter_says):
    letter_says()
    post = with_letter()
    first = desk.post(ENTER, post).text
    gone = re.findall(r'name="kept" value="([^"]+)"', first)
    page = again(desk, post, first, remove=gone, patient_phone="0491 570 157")
    assert shown(page.text).get("patient_family_name", "") == ""
    assert shown(page.text)["patient_phone"] == "0491 570 157"
    assert not Attachment.objects.exists()


def test_warning_signs_are_never_ticked_but_asked_about_once_and_kept(desk, letter_says):
    letter_says(flags={"cancer": "known breast cancer"})
    post = with_letter()
    first = desk.post(ENTER, post)
    assert 'value="cancer" checked' not in first.text
    asked = again(desk, post, first.text)
    assert asked.status_code == 422
    assert "The letter says: “known breast cancer”" in words_of(asked.text)
    assert again(desk, post, asked.text).status_code == 302
    stored = Referral.objects.get()
    assert (stored.red_flags, stored.letter_flags) == ([], ["cancer: known breast cancer"])
    assert stored.warnings == []


@pytest.mark.parametrize(
    ("facts", "typed", "words"),
    [
        ({"urgency_words": ("urgently",)}, {}, "The letter says “urgently”."),
        ({}, {"patient_family_name": "Other", "patient_birth_date": "1/2/1970"}, "the right one?"),
        ({}, {"name": "Dr Kim Othergp"}, "This letter is signed by Dr Sam Samplegp"),
    ],
)
def test_what_the_letter_says_otherwise_is_said_once(desk, letter_says, facts, typed, words):
    letter_says(**facts)
    post = faxed(reason="", letter=sample_letter("fax.pdf"), **typed)
    asked = desk.post(ENTER, post)
    assert words in words_of(asked.text)
    assert again(desk, post, asked.text, **typed).status_code == 302


def test_a_scan_says_so_and_stops_nobody(desk, letter_says):
    letter_says({}, state="scan")
    page = desk.post(ENTER, with_letter())
    assert "we cannot read its words" in page.text
    assert desk.post(ENTER, faxed(letter=sample_letter())).status_code == 302


def test_who_may_not_enter_has_no_letter_read(client, letter_says):
    child = letter_says()
    reader = signed_in(client, make_user("referrals.view_enquiry", username="kim"))
    assert reader.post(ENTER, with_letter()).status_code == 403
    child.assert_not_called()
    assert not Attachment.objects.exists()


def test_the_letter_of_another_form_fills_in_nothing(desk, letter_says):
    letter_says()
    desk.post(ENTER, with_letter())
    kept = [str(Attachment.objects.get().pk)]
    page = desk.post(ENTER, with_letter(kept=kept, letter=""))
    assert marked(page.text) == []
    assert PATIENT not in page.text


def test_a_store_that_fails_midway_keeps_the_filled_form(desk, letter_says):
    letter_says()
    post = with_letter()
    first = desk.post(ENTER, post).text
    with mock.patch("referrals.entering.pages.enter", side_effect=held.uploads.FileGone):
        page = again(desk, post, first)
    assert page.status_code == 422
    assert shown(page.text)["patient_family_name"] == PATIENT
    assert not Enquiry.objects.exists()


def test_nothing_of_it_is_logged(desk, letter_says, caplog):
    letter_says(flags={"cancer": "flag-canary"})
    with caplog.at_level(logging.DEBUG):
        desk.post(ENTER, with_letter())
    assert PATIENT not in caplog.text
    assert "flag-canary" not in caplog.text
