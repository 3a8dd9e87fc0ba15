"""The doctor signs in to the mail server as the site would, and sends only what it is asked to."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from clinic_site.operations.doctor import mail
from clinic_site.operations.doctor.finding import Level
from tests.running_site import Mailbox, free_port
from tests.site.operations.doctor.conftest import make_certificate

PASSWORD = "plum pudding"
ANYBODY = "kim@sample.example"


@pytest.fixture
def smtp(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    server = {"host": "localhost", "port": free_port(), "use_tls": False, "use_ssl": False}
    server |= {"username": "website", "password": PASSWORD, "timeout": 60}
    settings.MAIL_SERVER = server
    return server


class Choosy(Mailbox):
    """Takes no mail from some."""

    takes_sender = True

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return "250 OK" if self.takes_sender else "553 not from you"


@pytest.fixture
def listening(smtp) -> Iterator:
    started = []

    def start(*, takes_password=True, box=None, **options):
        box = box or Choosy()
        word = AuthResult(success=takes_password, handled=False)
        options = {"auth_require_tls": False, "authenticator": lambda *_: word} | options
        controller = Controller(box, "localhost", smtp["port"], **options)
        controller.start()
        started.append(controller)
        return box

    yield start
    for controller in started:
        controller.stop()


def said():
    (found,) = mail.mail_server()
    assert PASSWORD not in str(found)
    return found


def test_a_server_that_lets_the_site_in_gets_no_mail(listening):
    box = listening()
    assert said().level == Level.WELL
    assert box.messages == []


def test_a_refused_password_is_named_and_never_shown(listening):
    listening(takes_password=False)
    assert "it refuses the user or the password (code 535)" in said().says


def test_a_server_that_takes_no_mail_from_us_is_named(listening):
    listening().takes_sender = False
    assert "takes no mail from website@" in said().says
    assert "DEFAULT_FROM_EMAIL" in said().mend


def test_a_server_without_encryption_is_named(listening, smtp):
    smtp["use_tls"] = True
    listening()
    assert "it offers no encryption" in said().says


def test_the_other_kind_of_encryption_is_named(listening, smtp):
    smtp["use_ssl"] = True
    listening()
    assert "smtp+ssl is for port 465, smtp+tls for 587" in said().says


def test_a_certificate_of_another_is_named(listening, smtp, tmp_path):
    smtp["use_tls"] = True
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(make_certificate(tmp_path))
    listening(tls_context=tls)
    assert "its certificate is not for this name, or not valid" in said().says


def test_nobody_there_is_named(smtp):
    assert f"localhost:{smtp['port']}: nobody listens there." in said().says


def test_a_silent_server_is_given_up(smtp, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.5)
    silent = socket.create_server(("localhost", smtp["port"]))
    began = time.monotonic()
    assert "it said nothing in time" in said().says
    silent.close()
    assert time.monotonic() - began < 3


def test_a_server_that_falls_silent_is_not_said_to_have_hung_up():
    error = smtplib.SMTPServerDisconnected()
    error.__context__ = TimeoutError()  # as smtplib hands it on
    assert "it said nothing in time" in mail.trouble(error)
    assert "it hung up" in mail.trouble(smtplib.SMTPServerDisconnected())


def test_mail_into_files_is_said(settings):
    assert "mail becomes files in" in said().says


def test_one_mail_is_sent_where_it_is_asked_for(listening):
    box = listening()
    assert mail.send_test(ANYBODY).level == Level.WELL
    (sent,) = box.messages
    assert (sent["To"], sent["Subject"]) == (ANYBODY, mail.SUBJECT)


def test_a_mail_that_is_refused_is_said(listening):
    listening().refused = {ANYBODY}
    found = mail.send_test(ANYBODY)
    assert found.says == "The test mail was not sent: it does not take mail for this address."
