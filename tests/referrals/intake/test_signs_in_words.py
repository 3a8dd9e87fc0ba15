"""Whoever writes of an emergency to rooms that may be closed is told to call first."""

import pytest

from referrals.intake.signs_in_words import names_a_sign
from referrals.models import Enquiry
from tests.makers import message_post

SIGNS = [
    "terrible back pain, I can't pee since midnight",
    "I am numb between my legs. Please ring",
    "My bottom feels numb and I have trouble with my bladder",
    "It's not just the back: the leg is getting weaker",
    "I cannot move my foot",
    "mum has a fever and is shivering",
    "since the operation I have chest pain",
    "I wet myself last night",
    "some days I want to die",
    "please ring if you can I cannot pee",
    "I am not sure but I can't pee",
    "I do not know why I can't feel my foot",
    "I have not slept and have chest pain",
    "it does not hurt but I wet myself",
    "no pain and a fever of 39",
    "I can`t pee",
    "I feel suicidal",
]
NO_SIGNS = [
    "Can I bring my baby and a pram?",
    "I have no numbness between my legs.",
    "I don't have any numbness down there, only pain.",
    "I have no fever or chest pain.",
    "no fever and no trouble peeing",
    "Please send me a written quote. My back and my leg hurt.",
    "My foot is numb since 2019.",
    "I take tablets for hay fever.",
    "The scan shows a collapsed disc.",
    "I can't come on Monday, may I pass by on Tuesday?",
]


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_in_plain_words_is_seen(text):
    assert names_a_sign(text)


@pytest.mark.parametrize("text", NO_SIGNS)
def test_what_is_denied_or_something_else_is_none(text):
    assert not names_a_sign(text)


@pytest.mark.django_db
def test_whoever_writes_of_a_sign_reads_once_to_call_before_it_is_sent(client):
    html = client.post("/contact/", message_post(text=SIGNS[0])).content.decode()
    notice = html.partition("<h2>Before you send</h2>")[2].partition("</div>")[0]
    assert "What you wrote can be an emergency." in notice
    assert '<a href="tel:000">000</a>' in notice
    assert "Send anyway" in notice
    assert not Enquiry.objects.exists()


@pytest.mark.django_db
def test_the_same_words_go_on_the_next_press(client):
    client.post("/contact/", message_post(text=SIGNS[0], warned="signs"))
    assert Enquiry.objects.get().message.text == SIGNS[0]


@pytest.mark.django_db
def test_a_doubtful_address_and_a_sign_are_told_in_one_look(client):
    post = message_post(text=SIGNS[0], email="ines@gmial.com")
    html = client.post("/contact/", post).content.decode()
    assert "What you wrote can be an emergency." in html
    assert "Send with ines@gmail.com" in html
    assert 'name="warned" value="signs mail_domain"' in html


@pytest.mark.django_db
def test_it_is_told_beside_a_mistake_too(client):
    html = client.post("/contact/", message_post(text=SIGNS[0], phone="123")).content.decode()
    assert "There is a problem" in html
    assert "What you wrote can be an emergency." in html
