"""Broken and hostile input: a clear message or a safe round trip, never a 500, never a header."""

from urllib.parse import urlencode

import pytest
from django.core import mail

from referrals.mail import delivery
from referrals.models import Enquiry, Message
from tests.makers import PATIENT, message_post, referral_post

pytestmark = pytest.mark.django_db
LINE_FIELDS = ["name", "phone", "email"]
CONTROLS = ["\x00", "\r\n", "\n", "\x0b", "\x1b", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("field", LINE_FIELDS)
@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_in_a_line_get_a_message(client, field, control):
    good = message_post()
    response = client.post("/contact/", {**good, field: f"a{control}Bcc: x@evil.example"})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


def test_null_in_the_message_gets_a_message(client):
    assert client.post("/contact/", message_post(text="a\x00b")).status_code == 422


@pytest.mark.parametrize("field", ["name", "text"])
def test_letters_that_arrived_broken_are_asked_for_again(client, field):
    response = client.post("/contact/", message_post(**{field: "M\ufffdller"}))
    assert response.status_code == 422
    assert "did not arrive as you typed" in response.content.decode()


def test_latin_1_bytes_are_asked_for_again(client):
    body = urlencode(message_post(name="Müller"), encoding="latin-1")
    form = "application/x-www-form-urlencoded"
    response = client.generic("POST", "/contact/", body, content_type=form)
    assert response.status_code == 422
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["X", "Ö" * 120, "محمد", "👩🏽‍⚕️ Zoë", "O’Brien-Ng", "<script>alert(1)</script>", "{{7*7}}"],
)
def test_unusual_names_come_back_as_they_were(client, name):
    client.post("/contact/", message_post(name=name))
    assert Message.objects.get().sender_name == name


def test_line_breaks_in_the_message_are_kept(client):
    client.post("/contact/", message_post(text="one\r\ntwo\rthree"))
    assert Message.objects.get().text == "one\ntwo\nthree"


def test_breaks_that_a_word_processor_wrote_are_lines_and_cells(client):
    typed = "Right side\x0bsince May\x0cMRI\x07clear\x85no fever\u2028well\u2029Ann"
    client.post("/contact/", message_post(text=typed))
    assert Message.objects.get().text == "Right side\nsince May\nMRI\tclear\nno fever\nwell\nAnn"


def test_a_tab_in_a_name_is_a_space(client):
    client.post("/contact/", message_post(name="Alex\tSamplewriter"))
    assert Message.objects.get().sender_name == "Alex Samplewriter"


@pytest.mark.parametrize(
    ("text", "where"), [("It hurts\x1b here", "after “It hurts”"), ("\x1bIt hurts", "at the start")]
)
def test_what_nobody_can_see_is_found_for_the_sender(client, text, where):
    html = client.post("/contact/", message_post(text=text)).content.decode()
    assert f"omething that you cannot see stands {where}." in html


@pytest.mark.parametrize(("field", "length"), [("name", 121), ("text", 10_001), ("email", 300)])
def test_too_long_input_gets_a_message_and_is_kept(client, field, length):
    typed = "a" * length
    response = client.post("/contact/", message_post(**{field: typed}))
    assert response.status_code == 422
    assert typed in response.content.decode()


def test_a_body_in_an_unknown_encoding_is_a_bad_request(client):
    form = "application/x-www-form-urlencoded; charset=utf-16"
    assert client.generic("POST", "/contact/", b"\xff\xfe", content_type=form).status_code == 400


def test_a_huge_body_is_refused_with_a_way_on(client):
    response = client.post("/contact/", message_post(text="a" * 2_000_000))
    assert response.status_code == 413
    assert "(02) 5550 1234" in response.content.decode()
    assert not Enquiry.objects.exists()


def test_a_hostile_clinic_name_cannot_add_a_header(client, settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    from tests.makers import make_clinic

    mail.outbox = []
    make_clinic(name="Clinic\r\nBcc: x@evil.example")
    client.post("/refer/", referral_post())
    delivery.deliver_one()
    parsed = mail.outbox[0].message()
    assert parsed["Bcc"] is None
    assert PATIENT not in parsed.as_string()


def test_markup_in_a_message_is_inert_in_the_page_that_shows_it_again(client):
    html = client.post("/contact/", message_post(topic="", name="<b>x</b>")).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html
