"""Hostile referrals and files: a message, a safe round trip or a refusal; nothing half-done."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.files.private_folder import OWNER
from referrals.files.receiving import CountingInput
from referrals.files.size_limits import MEGABYTE
from referrals.intake.referral_forms import FullReferralForm
from referrals.mail import delivery
from referrals.models import Attachment, Enquiry, Notification, Referral
from tests.makers import quick_post, referral_post, sample_letter, sample_pdf

pytestmark = pytest.mark.django_db
BOUNDARY = "sample-boundary"
CONTROLS = ["\x00", "\x0b", "\x1b", "\x85", "\u2028", "\u2029", "\ufffd"]
CHOICES = {"red_flags", "urgency", "referrer_type", "validity", "signed", "without_file"}
CHOICES |= {"one_name", "is_report", "for_clinician", "patient_agrees_mail"}
HIDDEN = {"form_key", "extra_line", "mode", "warned", "tries", "letter_for", "file_count", "letter"}
TYPED = sorted(set(FullReferralForm.base_fields) - CHOICES - HIDDEN)
PASTED_BREAKS = "\x0b\x85\u2028\u2029"  # line breaks, in a field of several lines
LINES = [name for name in TYPED if "rows" not in FullReferralForm.base_fields[name].widget.attrs]


def multipart(parts):
    """A body written by hand: name, filename (None for a field) and content of each part."""
    body = b""
    for name, filename, content in parts:
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        body += b"" if filename is None else b'; filename="' + filename + b'"'
        body += b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def send(client, parts, *, path="/refer/"):
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.generic("POST", path, multipart(parts), content_type=kind)


def fields_of(data):
    for name, value in data.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield name, None, one.encode()


def with_file(filename, content=None, **changes):
    data = quick_post(letter=[""], **changes)
    data.pop("letter")
    return [*fields_of(data), ("letter", filename, content or sample_pdf())]


@pytest.mark.parametrize(
    ("field", "control"),
    [(f, c) for f in TYPED for c in CONTROLS if f in LINES or c not in PASTED_BREAKS],
)
def test_a_control_or_broken_character_in_any_field_gets_a_message_beside_it(
    client, field, control
):
    response = client.post("/refer/", referral_post(**{field: f"1{control}Bcc: x@evil.example"}))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("field", LINES)
def test_a_line_break_in_a_line_gets_a_message(client, field):
    response = client.post("/refer/", referral_post(**{field: "1\r\nBcc: x@evil.example"}))
    assert response.status_code == 422


@pytest.mark.parametrize("field", ["red_flags", "urgency", "referrer_type", "validity"])
def test_a_choice_that_was_not_offered_gets_a_message(client, field):
    assert client.post("/refer/", referral_post(**{field: "\x00evil"})).status_code == 422


@pytest.mark.parametrize("field", sorted(HIDDEN - {"letter"}))
@pytest.mark.parametrize("value", ["\x00", "9" * 5000, "\ufffd", "../x"])
def test_nonsense_in_a_hidden_field_costs_nothing(client, field, value):
    response = client.post("/refer/", referral_post(**{field: value, "letter": sample_letter()}))
    assert response.status_code in {302, 422}
    assert Enquiry.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize("name", ["kept", "remove"])
def test_nonsense_for_a_kept_file_is_told_and_does_no_harm(client, name):
    for value in ["\x00", "1 OR 1=1", "../x", "0" * 5000]:
        response = client.post("/refer/", referral_post(**{name: value}))
        assert response.status_code in {302, 422}


@pytest.mark.parametrize(
    "name",
    [
        "X",
        "Ö" * 80,
        "محمد",
        "👩🏽‍⚕️ Zoë",
        "O’Brien-Ng",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "=1+1",
    ],
)
def test_unusual_names_come_back_byte_by_byte(client, name):
    client.post("/refer/", referral_post(patient_family_name=name, patient_given_names=name))
    referral = Referral.objects.get()
    assert [referral.patient_family_name, referral.patient_given_names] == [name, name]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"../../../etc/passwd", "passwd.pdf"),
        (b"..", "file.pdf"),
        (b".", "file.pdf"),
        (b"/", "file.pdf"),
        (b"a%0D%0Ab.pdf", "a%0D%0Ab.pdf"),
        (b"a\x00b.pdf", "ab.pdf"),
        (b"a\x0bb.pdf", "ab.pdf"),
        (b"x" * 400 + b".pdf", "x" * 146 + ".pdf"),
        ("Befund \u202efdp.exe".encode(), "Befund fdp.exe.pdf"),
        ("Müller 👩🏽.pdf".encode(), "Müller 👩🏽.pdf"),
    ],
)
def test_no_file_is_dropped_for_its_name(client, settings, sent, shown):
    response = send(client, with_file(sent))
    assert response.status_code == 302
    letter = Referral.objects.get().attachments.get()
    assert letter.name == shown
    names = {path.name for path in Path(settings.PRIVATE_ROOT).iterdir()}
    assert names == {str(letter.pk), OWNER}


def test_a_file_that_django_drops_without_a_word_is_noticed(client):
    name = "Müller.pdf".encode("latin-1")
    parts = [*fields_of(referral_post()), ("letter", b"one.pdf", sample_pdf())]
    response = send(client, [*parts, ("letter", name, sample_pdf("two"))])
    assert response.status_code == 422
    assert "sent 2 files, but 1 arrived" in response.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
def test_files_are_counted_however_the_body_comes_in(size):
    files = [("letter", b"%d.pdf" % n, bytes(n * 3000)) for n in range(4)]
    body = multipart([("name", None, b"filename=x"), ("letter", b"", b""), *files])
    counting = CountingInput(BytesIO(body), BOUNDARY.encode())
    assert b"".join(iter(lambda: counting.read(size), b"")) == body
    assert counting.named == 4


def test_a_line_break_in_a_file_name_adds_no_header_and_loses_nothing(client):
    response = send(client, with_file(b"a\r\nX-Evil: yes\r\nb.pdf"))
    assert response.status_code in {302, 422}
    assert "X-Evil" not in response
    if response.status_code == 422:
        assert 'value="Samplepatient"' in response.content.decode()


def test_a_file_under_another_field_name_is_kept_as_well(client):
    send(client, [*with_file(b"a.pdf"), ("scan", b"b.pdf", sample_pdf("two"))])
    assert Referral.objects.get().attachments.count() == 2


def test_latin_1_bytes_are_asked_for_again_and_the_letter_is_held(client):
    parts = with_file(b"a.pdf", name="")
    response = send(client, [*parts, ("name", None, "Dr Müller".encode("latin-1"))])
    assert response.status_code == 422
    assert "did not arrive as you typed" in response.content.decode()
    assert Attachment.objects.get().enquiry is None


def test_a_30_megabyte_file_is_refused_and_what_was_typed_stays(client):
    response = send(client, with_file(b"scan.pdf", b"%PDF-" + bytes(30 * MEGABYTE)))
    assert response.status_code == 413
    html = response.content.decode()
    assert "“scan.pdf” has 30" in html
    assert "A file may have 10 MB" in html
    assert 'value="Samplepatient"' in html
    assert not Enquiry.objects.exists()


def test_a_body_past_all_measure_gets_a_page_that_names_the_limit(client, settings):
    settings.ANSWERS_LARGE_BODIES = {}
    settings.BODY_LIMITS = {"/refer/": 300}
    response = send(client, with_file(b"scan.pdf"))
    assert response.status_code == 413
    assert "not reached us" in response.content.decode()


@pytest.mark.parametrize("path", ["/refer/", "/contact/"])
def test_1500_fields_are_refused(client, path):
    data = {f"field{n}": "x" for n in range(1500)}
    assert client.post(path, data).status_code == 400
    assert not Enquiry.objects.exists()


def test_150_files_are_refused(client):
    parts = [("letter", b"%d.pdf" % n, b"x") for n in range(150)]
    assert send(client, [*with_file(b"a.pdf"), *parts]).status_code == 400
    assert not Enquiry.objects.exists()


def test_files_sent_to_the_contact_form_go_nowhere(client, settings):
    response = send(client, with_file(b"a.pdf"), path="/contact/")
    assert response.status_code == 422
    assert not Path(settings.PRIVATE_ROOT).exists()


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"--sample-boundary", b"--sample-boundary\r\n\r\n", bytes(5000)]
)
def test_a_broken_multipart_body_never_ends_in_a_500(client, body):
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert client.generic("POST", "/refer/", body, content_type=kind).status_code in {400, 422}


@pytest.mark.parametrize("length", ["-1", "x", "", "99999999999999999999"])
def test_a_wrong_length_never_ends_in_a_500(client, length):
    response = client.generic(
        "POST", "/refer/", b"a=b", content_type="text/plain", CONTENT_LENGTH=length
    )
    assert response.status_code in {400, 413, 422}


def test_a_polyglot_is_stored_set_aside_and_told(client):
    letter = SimpleUploadedFile("letter.pdf", b"GIF89a " + sample_pdf())
    html = client.post("/refer/", quick_post(letter=letter), follow=True).content.decode()
    assert "check this file" in html
    assert Attachment.objects.get().suspicions == ["polyglot"]
    assert "quarantined" in [event.kind for event in Enquiry.objects.get().events.all()]


def test_no_field_and_no_file_name_reaches_a_header_of_a_mail(client, settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    parts = with_file(b"Bcc: x@evil.example.pdf", practice_name="Bcc: y@evil.example")
    assert send(client, parts).status_code == 302
    rooms = Notification.objects.get(kind="new_enquiry")
    Notification.objects.exclude(pk=rooms.pk).update(due_at=rooms.give_up_at)
    delivery.deliver_one()
    letter = mail.outbox[0].message()
    assert letter["Bcc"] is None
    assert "evil" not in letter.as_string()


def test_a_part_in_a_broken_encoding_is_a_bad_request(client):
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n"
    )
    body = BytesIO(head.encode() + f"--{BOUNDARY}--\r\n".encode()).read()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert client.generic("POST", "/refer/", body, content_type=kind).status_code in {400, 422}
