"""A referral that the rooms asked about, and the address of the page behind the mail's link."""

from django.contrib.auth.models import User
from django.urls import reverse

from referrals.models import Answer
from referrals.references import answer_token
from referrals.workflow import verbs
from tests.makers import make_user, message, referral, submitted

BORN, WORDS = "31/1/1980", "Which side is it, words-of-rooms?"


def robin():
    known = User.objects.filter(username="robin").first()
    return known or make_user("referrals.view_enquiry", "referrals.change_enquiry")


def asked(by=None, **changes):
    """The answer that holds the question."""
    by, enquiry = by or robin(), submitted(referral(**changes))
    verbs.open_(enquiry=enquiry, by=by)
    verbs.ask(enquiry=enquiry, by=by, note=WORDS)
    return enquiry.answers.get()


def replied(by=None, **changes):
    by, enquiry = by or robin(), submitted(message(sender_email="alex@sample.example", **changes))
    verbs.open_(enquiry=enquiry, by=by)
    verbs.reply(enquiry=enquiry, by=by, note=WORDS)
    return enquiry.answers.get()


def address(answer: Answer) -> str:
    answer.refresh_from_db()
    return reverse("referrals:answer", args=[answer_token(answer.link_key)])


def shown(client, answer, proof=BORN):
    return client.post(address(answer), {"proof": proof})


def form_of(response):
    """The hidden fields of the page with the words."""
    return {name: response.context[name] for name in ("pass", "form_key")}
