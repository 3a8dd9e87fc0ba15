"""A photo of one patient's letter that is still kept never goes along unnoticed with another."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from referrals.models import Attachment, Enquiry
from tests.makers import aged_form_key, quick_post
from tests.referrals.from_letter.conftest import ALL

pytestmark = pytest.mark.django_db
ASKED = "before you named the patient"
BESIDE = "is still attached"
HIDDEN = ("form_key", "letter_for", "earlier", "warned")


@pytest.fixture(autouse=True)
def photo(letter_says):
    """Whatever is attached is a picture of pages."""
    letter_says({}, state="scan")


@pytest.fixture
def key():
    return aged_form_key()


def hidden_of(html):
    found = {n: re.search(rf'name="{n}"(?: value="([^"]*)")?', html) for n in HIDDEN}
    hidden = {name: match[1] or "" for name, match in found.items() if match}
    return {**hidden, "kept": re.findall(r'name="kept" value="([^"]+)"', html), "letter": [""]}


def attached(client, key):
    """The photo is sent ahead by a script, before anything is typed."""
    fields = {"form_key": key, "mode": "quick", "letter": quick_post()["letter"]}
    return client.post("/refer/letter/", fields).content.decode()


def reloaded(client, key, **typed):
    """The page is entered again: the tab brings the photo back and asks for its notes."""
    kept = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    fields = {"form_key": key, "mode": "quick", "kept": kept, "recheck": "1", **typed}
    return client.post("/refer/letter/", fields).content.decode()


def sent(client, key, html, **changes):
    return client.post("/refer/", quick_post(**{**hidden_of(html), "form_key": key, **changes}))


def test_a_photo_that_comes_back_without_a_patient_is_asked_about_beside_it(client, key):
    assert BESIDE not in attached(client, key)
    html = reloaded(client, key)
    assert re.search(r"“letter.pdf” from [0-9.]+ [ap]m is still attached.\s+Is it this", html)
    assert 'name="is_theirs"' in html


def test_it_is_asked_about_once_before_it_is_sent(client, key):
    attached(client, key)
    html = sent(client, key, reloaded(client, key)).content.decode()
    assert ASKED in html
    assert not Enquiry.objects.exists()
    assert sent(client, key, html).status_code == 302


def test_a_mistake_elsewhere_does_not_let_it_through(client, key):
    attached(client, key)
    html = sent(client, key, reloaded(client, key), email="").content.decode()
    assert BESIDE in html
    assert ASKED in sent(client, key, html).content.decode()


def test_the_other_form_does_not_let_it_through(client, key):
    attached(client, key)
    html = sent(client, key, reloaded(client, key), switch="1").content.decode()
    assert BESIDE in html
    full = {"mode": "full", "reason": "Pain"}
    assert ASKED in sent(client, key, html, **full).content.decode()


def test_whoever_ticks_that_it_is_this_patients_is_not_asked(client, key):
    attached(client, key)
    html = reloaded(client, key)
    mine = [str(Attachment.objects.get().pk)]
    assert sent(client, key, html, is_theirs=mine).status_code == 302


def test_a_photo_and_then_the_fields_in_one_go_is_not_asked_about(client, key):
    assert sent(client, key, attached(client, key)).status_code == 302


def test_a_form_that_came_back_with_its_mistakes_is_not_asked_about(client, key):
    empty = quick_post(form_key=key, patient_family_name="", patient_given_names="")
    html = client.post("/refer/", empty).content.decode()
    assert BESIDE not in html
    assert sent(client, key, html).status_code == 302


def test_a_photo_that_lay_there_long_without_a_patient_is_asked_about(client, key):
    html = attached(client, key)
    with time_machine.travel(timezone.now() + timedelta(minutes=21), tick=False):
        assert ASKED in sent(client, key, html).content.decode()


def test_a_list_that_the_tab_made_of_its_memory_is_asked_about(client, key):
    html = attached(client, key).replace("letter_for", "nothing_of_ours")
    assert ASKED in sent(client, key, html).content.decode()


def test_a_photo_that_comes_back_with_its_patient_is_asked_about_where_she_changes(client, key):
    attached(client, key)
    typed = {"patient_given_names": "Ann", "patient_family_name": "Othersample"}
    html = reloaded(client, key, **typed)
    assert BESIDE not in html
    assert "Whose letter is it?" in sent(client, key, html).content.decode()


def test_a_letter_that_can_be_read_is_compared_and_not_asked_about(client, key, letter_says):
    letter_says(ALL)
    attached(client, key)
    assert sent(client, key, reloaded(client, key)).status_code == 302
