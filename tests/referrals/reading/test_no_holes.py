"""The way out past the staff site: links of the sender, and mail. Noted, or without a person."""

from datetime import date, timedelta

import pytest
from django.core import mail as django_mail
from django.db import OperationalError, connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from referrals.mail import delivery, no_mail
from referrals.mail.kinds import KINDS
from referrals.models import AccessLog, Enquiry
from referrals.references import answer_token, receipt_token
from referrals.timeline import add_line
from referrals.workflow import verbs
from referrals.workflow.answers import write_answer
from tests.makers import (
    PRESSED_ON_OUR_PAGE,
    make_attachment,
    make_user,
    message,
    referral,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
OF_THE_PATIENT = ["Canarypatient", "Jocelyn", "0491 570 157", "canary-reason", "1 Canarystreet"]
OF_THE_SENDER = ["Dr Canarysender", "sender@canary.example"]
NOTE = "canary-words of the rooms"
# Each public address: the reading that it leaves, or why it leaves none.
LEAVES = {
    "receipt": "receipt",
    "receipt_pdf": "receipt pdf",
    "another": "form again",
    "status": "status page",
}
LEAVES_NONE = {
    "contact": "An empty form, or what the sender has just typed herself.",
    "refer": "An empty form, or what the sender has just typed herself.",
    "letter": "What her own letter says, to whoever holds the key of its form.",
    "paper": "An empty form on paper.",
    "letter_template": "An empty letter to fill in.",
    "no_mail": "About an address that it does not show.",
    "change": "Takes a press, and leads to the question.",
    "answer": "A question; the words behind it leave one: tests/referrals/conversation/.",
}


@pytest.fixture
def enquiry():
    sent = submitted(
        referral(
            patient_family_name="Canarypatient",
            patient_given_names="Jocelyn",
            patient_birth_date=date(1980, 1, 31),
            patient_phone="0491 570 157",
            patient_address="1 Canarystreet",
            reason="canary-reason",
            sender_name="Dr Canarysender",
            sender_email="sender@canary.example",
        )
    )
    make_attachment(enquiry=sent, held_for="", name="Jocelyn Canarypatient.pdf")
    return Enquiry.objects.get(pk=sent.pk)


def token_of_answer(enquiry):
    line = add_line("replied", enquiry=enquiry, at=timezone.now(), note=NOTE)
    answer = write_answer(event=line, enquiry=enquiry, is_in_mail=False)
    return answer_token(answer.link_key)


def address(name, enquiry):
    tokens = {
        "status": with_status_link,
        "change": with_status_link,
        "answer": token_of_answer,
        "no_mail": lambda _: no_mail.link_for("sender@canary.example").split("/")[-2],
    }
    if name in {"contact", "refer", "letter", "paper"}:
        return reverse(f"referrals:{name}")
    if name == "letter_template":
        return reverse("referrals:letter_template", args=["rtf"])
    make = tokens.get(name, lambda one: receipt_token(one.form_key))
    return reverse(f"referrals:{name}", args=[make(enquiry)])


def as_sender(client, address):
    """As whoever has just sent it: she presses a link on her receipt."""
    here = {**PRESSED_ON_OUR_PAGE, "HTTP_REFERER": "http://testserver/received/x/"}
    return client.get(address, **here)


def refuse_log(execute, sql, params, many, context):
    if sql.startswith("INSERT") and "referrals_accesslog" in sql:
        raise OperationalError("database or disk is full")
    return execute(sql, params, many, context)


def test_every_public_address_is_in_one_of_the_tables():
    found = {key for key in get_resolver("referrals.urls").reverse_dict if isinstance(key, str)}
    assert set(LEAVES) | set(LEAVES_NONE) == found


@pytest.mark.parametrize("name", [*LEAVES, *LEAVES_NONE])
def test_no_public_address_names_the_patient(client, enquiry, name):
    text = as_sender(client, address(name, enquiry)).content.decode(errors="replace")
    assert not [words for words in OF_THE_PATIENT if words in text]


@pytest.mark.parametrize("name", LEAVES)
def test_a_link_of_the_sender_leaves_a_row_without_a_person_once_an_hour(client, enquiry, name):
    for _ in range(3):
        assert as_sender(client, address(name, enquiry)).status_code == 200
    row = AccessLog.objects.get()
    assert (row.action, row.reference, row.by) == (LEAVES[name], enquiry.reference, None)


@pytest.mark.parametrize("name", LEAVES_NONE)
def test_what_leaves_no_row_names_nobody(client, enquiry, name):
    text = as_sender(client, address(name, enquiry)).content.decode(errors="replace")
    assert not [words for words in [*OF_THE_PATIENT, *OF_THE_SENDER] if words in text]
    assert not AccessLog.objects.exists()


def test_after_an_hour_a_link_leaves_another_row(client, enquiry):
    hour_ago = timezone.now() - timedelta(minutes=61)
    AccessLog.objects.create(reference=enquiry.reference, at=hour_ago, action="status page")
    client.get(address("status", enquiry))
    assert AccessLog.objects.count() == 2


@pytest.mark.parametrize("name", LEAVES)
def test_what_names_the_sender_is_not_shown_without_its_row_and_a_receipt_always_is(
    client, enquiry, name
):
    url = address(name, enquiry)
    client.raise_request_exception = False
    with connection.execute_wrapper(refuse_log):
        answer = as_sender(client, url)
    may_be_shown = name in {"receipt", "status"}
    assert answer.status_code == (200 if may_be_shown else 503)
    assert not [w for w in OF_THE_SENDER if w in answer.content.decode(errors="replace")]


@pytest.mark.parametrize("name", ["receipt", "receipt_pdf", "status"])
def test_a_wrong_link_leaves_none(client, name):
    assert client.get(reverse(f"referrals:{name}", args=["x" * 32])).status_code == 404
    assert not AccessLog.objects.exists()


# --- Mail ----------------------------------------------------------------------------------


@pytest.fixture
def kept(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    django_mail.outbox = []
    return django_mail.outbox


def deliver_all(kept):
    """Each mail as its text, with the readings that it left."""
    found = []
    while True:
        before = AccessLog.objects.count()
        if delivery.deliver_one() is None:
            return found
        letter = kept[-1]
        text = f"{letter.subject} {letter.body} {letter.alternatives} {letter.reply_to}"
        found.append((text, list(AccessLog.objects.order_by("pk")[before:])))


def names_somebody(text):
    return bool([w for w in [*OF_THE_PATIENT, *OF_THE_SENDER, NOTE, "J. C."] if w in text])


@pytest.mark.parametrize("level", ["minimal", "initials", "full"])
def test_a_mail_leaves_a_row_exactly_where_it_names_somebody(settings, kept, enquiry, level):
    settings.NOTIFY_DETAIL = level
    submitted(message(sender_name="Dr Canarysender", sender_email="sender@canary.example"))
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.ask(enquiry=enquiry, by=robin, note=NOTE)
    verbs.accept(enquiry=enquiry, by=robin)
    mails = deliver_all(kept)
    assert len(mails) == 6  # two to the rooms, two receipts, two pieces of news
    for text, rows in mails:
        shows = names_somebody(text) or (level == "initials" and "D. C." in text)
        assert [row.by for row in rows] == ([None] if shows else []), text
    assert bool([rows for _, rows in mails if rows]) == (level != "minimal")


def test_a_mail_whose_row_cannot_be_written_stays_here(settings, kept, enquiry):
    settings.NOTIFY_DETAIL = "full"
    with connection.execute_wrapper(refuse_log), pytest.raises(OperationalError):
        delivery.deliver_one()
    assert kept == []


def test_a_mail_that_is_tried_again_leaves_one_row(settings, kept, enquiry):
    settings.NOTIFY_DETAIL = "full"
    mail = enquiry.notifications.get(kind="new_enquiry")
    for attempts in (1, 2, 3):
        mail.attempts = attempts
        delivery.note_leaving(mail)
    assert [row.action for row in AccessLog.objects.all()] == ["to rooms"]


def test_every_kind_of_mail_is_delivered_above_or_holds_nothing():
    """A kind that is new and lets details out fails here, until it is delivered above."""
    lets_out = {kind for kind, row in KINDS.items() if row.detail.name == "BY_SETTING"}
    assert lets_out == {"new_enquiry", "status"}
