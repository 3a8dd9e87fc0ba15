"""Real SMTP: a server that refuses one of two, hangs, or goes away after it took the mail."""

import socket
import threading
from collections.abc import Iterator

import pytest

from referrals.mail import delivery
from referrals.models import Notification
from tests.makers import make_clinic, submitted
from tests.running_site import Mailbox, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_SERVER = {**settings.MAIL_SERVER, "host": "127.0.0.1", "timeout": 1}
    return settings.MAIL_SERVER


@pytest.fixture
def picky(smtp) -> Iterator[Mailbox]:
    """A server that knows every address but one."""
    mailbox = Mailbox()
    mailbox.refused = {"gone@clinic.example"}
    mailbox.open()
    smtp["port"] = mailbox.port
    yield mailbox
    mailbox.close()


def silent_server(*, after_data: bool) -> int:
    """A server that says nothing at all, or takes the mail and then says nothing; its port."""
    port = free_port()
    listener = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        talk, _ = listener.accept()
        if after_data:
            talk.sendall(b"220 hello\r\n")
            file = talk.makefile("rb")
            for line in file:
                talk.sendall(
                    b"354 go on\r\n" if line.upper().startswith(b"DATA") else b"250 OK\r\n"
                )
                if line.upper().startswith(b"DATA"):
                    break
        threading.Event().wait(4)
        talk.close()
        listener.close()

    threading.Thread(target=serve, daemon=True).start()
    return port


def test_one_refused_address_of_two_is_a_dead_letter_of_its_own(picky):
    clinic = make_clinic()
    for email in ["gone@clinic.example", "here@clinic.example"]:
        clinic.notified.create(email=email)
    submitted()
    rooms = Notification.objects.filter(kind="new_enquiry")
    while delivery.deliver_one():
        pass
    states = {mail.recipient: (mail.state, mail.last_error) for mail in rooms}
    assert states == {
        "gone@clinic.example": ("dead", "SMTPRecipientsRefused 550"),
        "here@clinic.example": ("sent", ""),
    }
    assert "here@clinic.example" in [message["To"] for message in picky.messages]


@pytest.mark.parametrize("after_data", [False, True])
def test_a_server_that_falls_silent_is_left_and_asked_again(smtp, after_data):
    smtp["port"] = silent_server(after_data=after_data)
    submitted()
    assert delivery.deliver_one().state == "queued"
    mail = Notification.objects.exclude(attempts=0).get()
    assert mail.last_error in {"TimeoutError", "SMTPServerDisconnected"}
