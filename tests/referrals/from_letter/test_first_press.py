"""Without a script the first press brings the form back, filled in from the letter."""

import re

import pytest

from referrals.models import Attachment, Enquiry, Referral
from tests.makers import aged_form_key, quick_post, sample_letter, words_of
from tests.referrals.from_letter.conftest import ALL

pytestmark = pytest.mark.django_db


def only_the_letter(**changes):
    fields = {"form_key": aged_form_key(), "mode": "quick", "urgency": "routine"}
    return {**fields, "letter": sample_letter(), **changes}


def shown(html):
    """Every text that stands in a field of the form."""
    found = re.findall(r'<input type="(?:text|email)" name="(\w+)" value="([^"]*)"', html)
    return dict(found)


def kept_in(html):
    return re.findall(r'name="kept" value="([^"]+)"', html)


def marked(html):
    return re.findall(r'name="from_letter" value="(\w+)"', html)


def pressed_again(client, first, html, **changes):
    """The form as it came back, with what only the sender can answer."""
    own = {"red_flags": ["none"], "signed": "on", "letter": ""}
    again = {**first, **shown(html), "kept": kept_in(html), "from_letter": marked(html)}
    return client.post("/refer/", {**again, **own, **changes})


def test_the_form_comes_back_filled_and_marked_and_nothing_is_sent(client, letter_says):
    letter_says()
    response = client.post("/refer/", only_the_letter())
    html = response.content.decode()
    assert response.status_code == 422
    assert Enquiry.objects.count() == 0
    assert shown(html) | {"patient_birth_date": "31/1/1980"} == shown(html)
    assert set(marked(html)) == set(ALL)
    assert "We filled in what the letter says" in html
    assert "Still missing: the warning signs, your signature." in words_of(html)


def test_the_second_press_sends_what_the_letter_said(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    assert pressed_again(client, first, html).status_code == 302
    sent = Referral.objects.get()
    assert (sent.patient_given_names, sent.medicare_number) == ("Jo", "3278851195")
    assert sent.attachments.count() == 1


def test_all_typed_by_hand_goes_through_at_once(client, letter_says):
    letter_says()
    assert client.post("/refer/", quick_post()).status_code == 302
    assert Referral.objects.get().medicare_number == ""


def test_a_mark_is_read_out_with_its_field_and_shows_the_place(client, letter_says):
    letter_says()
    html = client.post("/refer/", only_the_letter()).content.decode()
    field = re.search(r'<input type="text" name="patient_phone"[^>]*>', html)[0]
    assert "id_patient_phone_helptext id_patient_phone_from_letter" in field
    assert 'id="id_patient_phone_from_letter"' in html
    assert 'src="data:image/webp;base64,' in html
    assert "The letter says: words: 0491 570 156" in html


def test_the_folded_part_opens_when_something_in_it_was_filled_in(client, letter_says):
    letter_says()
    html = client.post("/refer/", only_the_letter()).content.decode()
    assert re.search(r'<details class="form-more" open>\s*<summary>Add more', html)


def test_a_changed_field_is_marked_no_more(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    again = pressed_again(client, first, html, patient_phone="0491 570 157", signed="")
    assert "patient_phone" not in marked(again.content.decode())
    assert "patient_given_names" in marked(again.content.decode())


def test_what_was_emptied_is_not_filled_in_again(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    again = pressed_again(client, first, html, medicare_number="", signed="")
    assert shown(again.content.decode()).get("medicare_number", "") == ""


def test_a_letter_that_is_taken_away_takes_along_what_it_filled_in(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    changes = {"remove": kept_in(html), "patient_phone": "0491 570 157"}
    again = shown(pressed_again(client, first, html, **changes).content.decode())
    assert again.get("patient_given_names", "") == ""
    assert again["patient_phone"] == "0491 570 157"
    assert Attachment.objects.count() == 0


def test_a_scan_says_so_and_the_form_asks_as_always(client, letter_says):
    letter_says({}, state="scan")
    html = client.post("/refer/", only_the_letter()).content.decode()
    assert "There is a problem" in html
    assert "we cannot read its words" in words_of(html)
    assert marked(html) == []


def test_going_over_to_the_full_form_keeps_the_marks(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    full = pressed_again(client, first, html, switch="1", signed="").content.decode()
    assert set(marked(full)) == set(ALL)


def signing_button(html):
    return re.search(r'<button type="submit"[^>]* name="signed" value="on">Sign and send<', html)


def test_the_button_under_the_filled_form_signs_it(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    assert signing_button(html)
    assert 'type="checkbox" name="signed"' not in html
    assert "With the button below you sign this referral" in words_of(html)
    assert pressed_again(client, first, html, signed="on").status_code == 302
    assert Referral.objects.get().signed_at


def test_return_in_a_field_does_not_sign(client, letter_says):
    letter_says()
    first = only_the_letter()
    html = client.post("/refer/", first).content.decode()
    buttons = re.findall(r'<button type="submit"[^>]*>', html)
    assert 'name="signed"' not in buttons[0]  # the one that Return presses
    assert pressed_again(client, first, html, signed="").status_code == 422
    assert Enquiry.objects.count() == 0


@pytest.mark.parametrize("changes", [{"signed": "on"}, {"file_count": "1"}])
def test_whoever_signed_before_or_has_a_script_keeps_the_tick(client, letter_says, changes):
    letter_says()
    html = client.post("/refer/", only_the_letter(**changes)).content.decode()
    assert not signing_button(html)
    assert 'name="signed"' in html


def test_another_form_with_a_mistake_has_its_tick(client):
    html = client.post("/refer/", quick_post(signed="")).content.decode()
    assert not signing_button(html)
    assert re.search(r'type="checkbox"[^>]* name="signed"|name="signed"[^>]*type="checkbox"', html)
