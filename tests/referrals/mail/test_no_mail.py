"""A stranger has our site write to somebody else: one press, and it never does again."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from referrals.mail import no_mail
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, Event, NoMailAddress, Notification
from referrals.workflow import verbs
from tests.makers import (
    make_user,
    quick_post,
    referral_post,
    sample_letter,
    signed_in,
    words_of,
)

pytestmark = pytest.mark.django_db
VICTIM = "sam@practice.example"


def receipt_mail(client, **changes):
    client.post("/refer/", referral_post(**changes))
    return Notification.objects.filter(kind="receipt").order_by("pk").last()


def text_of(mail):
    message = write_letter(mail)
    return "\n".join(
        [str(message.subject), str(message.body), *(str(a[0]) for a in parts(message))]
    )


def parts(message):
    return getattr(message, "alternatives", [])


def path_in(mail):
    return re.search(r"http://[^/]+(/no-mail/\w+/)", text_of(mail))[1]


def test_opening_the_link_changes_nothing_and_a_press_stops_all_mail(client):
    path = path_in(receipt_mail(client))
    assert "Stop our mail to your address?" in client.get(path).content.decode()
    assert not NoMailAddress.objects.exists()
    assert "We send no more mail" in client.post(path).content.decode()
    before = Notification.objects.filter(kind="receipt").count()
    receipt_mail(client, email=" SAM@practice.example", patient_given_names="Ann")
    assert Enquiry.objects.count() == 2  # stored all the same
    assert Notification.objects.filter(kind="receipt").count() == before


def test_the_same_link_lets_mail_through_again(client):
    path = path_in(receipt_mail(client))
    client.post(path)
    client.post(path)
    assert NoMailAddress.objects.count() == 1
    assert "Mail reaches you again" in client.post(path, {"mail": "yes"}).content.decode()
    assert no_mail.wanted([VICTIM]) == [VICTIM]


def test_a_token_that_we_did_not_make_stops_nobody(client):
    path = path_in(receipt_mail(client))
    for forged in ["/no-mail/1/", f"/no-mail/{'0' * 80}/", path[:-3] + "00/", path[:20] + "/"]:
        assert client.post(forged).status_code == 404
    assert not NoMailAddress.objects.exists()


def test_another_site_cannot_press_for_her(client):
    path = path_in(receipt_mail(client))
    response = client.post(path, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert not NoMailAddress.objects.exists()


def test_news_of_a_referral_stops_too_and_staff_are_told_to_ring(client):
    client.post(path_in(receipt_mail(client)))
    user = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    enquiry = verbs.accept(enquiry=verbs.open_(enquiry=Enquiry.objects.get(), by=user), by=user)
    assert Event.objects.filter(kind="accepted").exists()
    assert not Notification.objects.filter(kind="status").exists()
    html = signed_in(client, user).get(enquiry.get_admin_url()).content.decode()
    assert f"We send no mail to {VICTIM}" in words_of(html)


def test_the_receipt_page_says_whether_a_mail_comes(client):
    response = client.post("/refer/", quick_post(), follow=True)
    assert "We send no email about this one" not in response.content.decode()
    no_mail.stop(digest=no_mail.digest_of(VICTIM))
    another = quick_post(letter=sample_letter(words="Another"))
    response = client.post("/refer/", another, follow=True)
    assert "We send no email about this one" in response.content.decode()


def test_the_database_names_nobody_and_keeps_one_row():
    no_mail.stop(digest=no_mail.digest_of(VICTIM))
    assert VICTIM not in str(NoMailAddress.objects.values())
    digest = NoMailAddress.objects.get().digest
    with pytest.raises(IntegrityError, match=r"no_mail_address_once|UNIQUE"), transaction.atomic():
        NoMailAddress.objects.create(digest=digest, since=timezone.now())


SPAM = "BUY www.evil.example"


@pytest.mark.parametrize("mode", ["message", "referral"])
def test_a_mail_to_a_sender_repeats_nothing_of_what_was_typed(client, mode):
    """Else the form would send a stranger's advertisement in the name of the rooms."""
    if mode == "message":
        post = {"name": SPAM, "text": f"{SPAM} now", "topic": "fees", "email": VICTIM}
        from tests.makers import message_post

        client.post("/contact/", message_post(**post))
    else:
        named = ["name", "practice_name", "practice_address", "copy_to", "reason", "history"]
        named += ["patient_given_names", "patient_family_name", "imaging", "medicines"]
        client.post("/refer/", referral_post(**dict.fromkeys(named, SPAM)))
    mail = Notification.objects.get(kind="receipt")
    assert "evil" not in text_of(mail)
    assert "BUY" not in text_of(mail)
