"""What each mail says, to whom it may be answered, and what it never says."""

import re
from email.message import EmailMessage as ParsedMail
from email.parser import BytesParser
from email.policy import default

import pytest
from django.utils.html import strip_tags

from referrals.mail import outbox
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, Notification
from referrals.workflow import verbs
from tests.makers import (
    OF_PATIENT,
    PATIENT,
    make_attachment,
    make_clinic,
    make_user,
    message,
    referral,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
SECRETS = [*OF_PATIENT, "Samplegp", "Samplewriter", "first visit"]
LEVELS = ["minimal", "initials", "full"]


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


def mail_of(kind, enquiry):
    """The letter as it goes out, parsed again: every header and both parts."""
    enquiry.notifications.filter(kind=kind).delete()
    (row,) = outbox.enqueue(kind=kind, enquiry=enquiry, recipients=["to@sample.example"])
    return parsed(row)


def parsed(row) -> ParsedMail:
    return BytesParser(policy=default).parsebytes(write_letter(row).message().as_bytes())


def text_of(mail):
    """Subject and both parts, decoded; a number that dials reads as the number."""
    parts = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    return re.sub(r'<a href="tel:\d+">([^<]*)</a>', r"\1", "\n".join([mail["Subject"], *parts]))


@pytest.mark.parametrize("make", [message, referral])
@pytest.mark.parametrize("kind", ["new_enquiry", "receipt"])
def test_no_mail_repeats_what_was_written(make, kind):
    text = text_of(mail_of(kind, submitted(make())))
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("make", [message, referral])
def test_no_subject_names_anybody_however_much_the_body_tells(settings, make, level):
    settings.NOTIFY_DETAIL = level
    subject = mail_of("new_enquiry", submitted(make()))["Subject"]
    assert re.fullmatch(r"New (message|referral) SIJ-\w{8}( \(soon\))?", subject)


@pytest.mark.parametrize(
    ("level", "told", "untold"),
    [
        ("minimal", ["no patient details"], ["J. S.", PATIENT]),
        ("initials", ["J. S."], [*OF_PATIENT, "no patient details"]),
        ("full", [PATIENT, "31/01/1980", "Left buttock"], ["no patient details"]),
    ],
)
def test_the_clinic_decides_how_much_the_rooms_mail_tells(settings, level, told, untold):
    settings.NOTIFY_DETAIL = level
    mail = mail_of("new_enquiry", submitted(referral()))
    for part in ("plain", "html"):
        words = mail.get_body((part,)).get_content()
        assert all(word in words for word in told)
        assert not any(word in words for word in untold)


@pytest.mark.parametrize(
    ("make", "level", "answers_go_to"),
    [
        (message, "minimal", "rooms@clinic.example"),
        (message, "initials", "alex@sample.example"),
        (message, "full", "alex@sample.example"),
        (referral, "full", "rooms@clinic.example"),
    ],
)
def test_only_a_message_may_be_answered_straight_away(settings, make, level, answers_go_to):
    settings.NOTIFY_DETAIL = level
    enquiry = submitted(make(sender_email="alex@sample.example"))
    assert mail_of("new_enquiry", enquiry)["Reply-To"] == answers_go_to


@pytest.mark.parametrize("kind", ["new_enquiry", "receipt"])
def test_every_mail_says_that_a_machine_wrote_it_and_may_be_answered(kind):
    mail = mail_of(kind, submitted(message()))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Reply-To"] == "rooms@clinic.example"


def test_the_rooms_mail_counts_files_and_says_what_was_set_aside():
    enquiry = submitted(referral())
    make_attachment(enquiry=enquiry, held_for="", name="scan of Jo.pdf")
    make_attachment(enquiry=enquiry, held_for="", position=2, state="quarantined")
    text = text_of(mail_of("new_enquiry", enquiry))
    assert text.count("2 (1 looked suspicious and was set aside)") == 2
    assert "scan" not in text


def test_a_suspect_is_announced_as_one():
    enquiry = submitted()
    Enquiry.objects.update(status="spam")
    assert "looks like spam" in text_of(mail_of("new_enquiry", Enquiry.objects.get(pk=enquiry.pk)))


def test_a_receipt_gives_reference_clock_telephone_and_emergency_number():
    make_clinic(telephone="(02) 5550 4321", emergency_number="112")
    enquiry = submitted(referral())
    text = text_of(mail_of("receipt", enquiry))
    for words in [enquiry.reference, "one working day", "(02) 5550 4321", "call 112"]:
        assert strip_tags(text).count(words) >= 2


@pytest.mark.parametrize("make", [message, referral])
def test_a_receipt_says_the_emergency_number_once_in_each_part(make):
    mail = mail_of("receipt", submitted(make()))
    for kind in ["plain", "html"]:
        words = strip_tags(mail.get_body((kind,)).get_content())
        assert words.count("In an emergency call") == 1


def test_the_subject_of_a_persons_receipt_does_not_give_the_clinic_away():
    subject = mail_of("receipt", submitted(message()))["Subject"].casefold()
    assert subject == "your message has arrived"


def test_a_referrers_receipt_leads_to_the_status_page():
    enquiry = submitted(referral())
    token = with_status_link(enquiry)
    text = text_of(mail_of("receipt", enquiry))
    assert text.count(f"http://localhost:8000/status/{token}/") == 2


def test_a_link_that_was_switched_off_is_in_no_mail(robin):
    enquiry = submitted(referral())
    token = with_status_link(enquiry)
    verbs.revoke_status_link(enquiry=enquiry, by=robin)
    assert token not in text_of(mail_of("receipt", enquiry))


@pytest.mark.parametrize(
    ("verb", "words", "subject", "said"),
    [
        ("ask", {"note": "Which side?"}, "more information needed", "need more information"),
        ("accept", {}, "accepted", "accepted your referral"),
        ("return_", {"note": "Which side?"}, "returned with advice", "with advice"),
        ("file", {"outcome": "booked"}, "visit booked", "booked a visit"),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_news_says_what_happened_and_the_words_only_when_all_is_told(
    settings, robin, verb, words, subject, said, level
):
    settings.NOTIFY_DETAIL = level
    enquiry = verbs.open_(enquiry=submitted(referral()), by=robin)
    getattr(verbs, verb)(enquiry=enquiry, by=robin, **words)
    mail = parsed(Notification.objects.get(kind="status"))
    text = text_of(mail)
    assert mail["Subject"] == f"Referral {enquiry.reference}: {subject}"
    assert text.count(said) >= 2
    assert ("Which side?" in text) == (level == "full" and "note" in words)
    assert not [secret for secret in SECRETS if secret in text]


def test_a_note_for_colleagues_never_goes_to_the_sender(settings, robin):
    settings.NOTIFY_DETAIL = "full"
    enquiry = verbs.open_(enquiry=submitted(referral()), by=robin)
    verbs.file(enquiry=enquiry, by=robin, outcome="booked", note="Difficult on the telephone.")
    mail = parsed(Notification.objects.get(kind="status"))
    assert "visit booked" in mail["Subject"]
    assert "Difficult on the telephone." not in text_of(mail)


def test_the_html_part_escapes_and_the_text_part_does_not(settings):
    settings.NOTIFY_DETAIL = "full"
    mail = mail_of("new_enquiry", submitted(message(text="<b>7 & 8</b>")))
    assert "<b>7 & 8</b>" in mail.get_body(("plain",)).get_content()
    assert "&lt;b&gt;7 &amp; 8&lt;/b&gt;" in mail.get_body(("html",)).get_content()


def test_control_characters_in_the_clinics_name_make_no_header():
    make_clinic(name="Rooms\r\nBcc: x@y.example")
    mail = mail_of("receipt", submitted())
    assert mail["Bcc"] is None


def test_the_mail_of_an_urgent_referral_says_not_to_wait_and_names_no_sign():
    urgent = submitted(referral(urgency="urgent", red_flags=["cauda_equina"]))
    text = text_of(mail_of("receipt", urgent))
    for words in ["This counts as urgent", "do so now, or call 000"]:
        assert strip_tags(text).count(words) == 2
    for words in ["working day", "You marked", "numbness", "cauda"]:
        assert words not in text
    part = strip_tags(mail_of("receipt", urgent).get_body(("plain",)).get_content())
    assert part.index("do so now, or call 000") < part.index("Ring the rooms on")


def test_the_mail_of_any_other_referral_speaks_of_no_hospital():
    text = text_of(mail_of("receipt", submitted(referral(urgency="routine"))))
    assert "emergency department" not in text
    assert text.count("one working day") == 2


def test_who_is_asked_is_asked_to_ring_and_not_sent_in_a_circle(robin):
    enquiry = verbs.open_(enquiry=submitted(referral()), by=robin)
    with_status_link(enquiry)
    verbs.ask(enquiry=enquiry, by=robin, note="Which side?")
    text = text_of(parsed(Notification.objects.get(kind="status")))
    assert "or open the status page" not in text
