"""A red flag in the letter is asked once more, and the rooms see it whatever is said."""

import pytest

from referrals.inbox.enquiry_page import sections
from referrals.models import Attachment, Referral
from tests.makers import make_user, quick_post, signed_in, words_of

pytestmark = pytest.mark.django_db
FLAGS = {"cauda_equina": "saddle numbness since Monday"}
STANDS = "“saddle numbness since Monday” (New numbness"


def pressed_again(client, first, html, **changes):
    kept = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    warned = html.partition('name="warned" value="')[2].partition('"')[0]
    again = {**first, "letter": [""], "kept": kept, "warned": warned, **changes}
    return client.post("/refer/", again)


def asked(client, letter_says):
    letter_says(flags=FLAGS)
    first = quick_post()
    response = client.post("/refer/", first)
    return first, response.content.decode()


def test_none_of_these_is_asked_once_more_with_the_letters_words(client, letter_says):
    _, html = asked(client, letter_says)
    assert "The letter says: “saddle numbness since Monday”" in html
    assert Referral.objects.count() == 0


def test_the_senders_answer_stays_and_the_rooms_see_what_stands_there(client, letter_says):
    first, html = asked(client, letter_says)
    assert pressed_again(client, first, html).status_code == 302
    sent = Referral.objects.get()
    assert (sent.red_flags, sent.is_red_flagged, sent.urgency) == (["none"], False, "routine")
    rows = [row for group in sections(sent) for row in group.rows]
    assert any(label == "Stands in the letter" and STANDS in text for label, text in rows)


def test_it_is_shown_too_where_the_sender_then_ticks_it(client, letter_says):
    first, html = asked(client, letter_says)
    pressed_again(client, first, html, red_flags=["cauda_equina"])
    sent = Referral.objects.get()
    assert sent.letter_flags == ["cauda_equina: saddle numbness since Monday"]
    assert sent.is_red_flagged


def test_a_sender_who_ticked_a_sign_is_not_asked(client, letter_says):
    letter_says(flags=FLAGS)
    assert client.post("/refer/", quick_post(red_flags=["cancer"])).status_code == 302
    assert Referral.objects.get().letter_flags


def test_a_code_that_is_no_red_flag_is_dropped(client, letter_says):
    letter_says(flags={"none": "x", "weather": "rain"})
    assert client.post("/refer/", quick_post()).status_code == 302
    assert not Referral.objects.get().letter_flags


def test_the_page_of_the_enquiry_says_it_at_the_top(client, letter_says):
    first, html = asked(client, letter_says)
    pressed_again(client, first, html)
    staff = signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))
    page = staff.get(Referral.objects.get().get_admin_url()).content.decode()
    head = page.partition("enquiry-state")[2].partition("</p>")[0]
    assert "Stands in the letter: “saddle numbness since Monday”" in words_of("<body" + head)


def test_an_edited_form_keeps_what_its_letter_says(client, letter_says):
    first, html = asked(client, letter_says)
    pressed_again(client, first, html)
    pressed_again(client, first, html, reason="Edited")
    assert [len(one.letter_flags) for one in Referral.objects.all()] == [1, 1]
