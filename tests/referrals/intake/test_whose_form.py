"""A stranger's page sends our form in a visitor's name: she never gets it back as her own.

Sandboxed frames, old browsers and scripts say nothing of where a form comes from. What came is
shown as words, and its files are neither held nor looked into.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from referrals.files import judging, storage
from referrals.models import Attachment, Enquiry
from tests.makers import hidden_in, message_post, quick_post, referral_post
from tests.sample_files import pdf

pytestmark = pytest.mark.django_db
FORMS = [("/contact/", message_post), ("/refer/", referral_post), ("/refer/", quick_post)]
SILENT = [{}, {"origin": "null"}]
FOREIGN = [
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"referer": "https://evil.example/"},
]
THEIRS = "02 5550 9999"


@pytest.fixture
def visitor():
    """She read a page of ours before and has our cookie, which no other site makes her send."""
    return Client(enforce_csrf_checks=True)


def main_of(response):
    return response.content.decode().partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("headers", SILENT)
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_strangers_telephone_number_stands_in_no_field(visitor, url, post, headers):
    html = main_of(visitor.post(url, post(phone=THEIRS), headers=headers))
    assert "Did you write this?" in html
    assert f"<bdi>{THEIRS}</bdi>" in html
    assert 'id="id_' not in html
    assert "<textarea" not in html
    assert 'id="form"' not in html  # nor does a script remember it


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_what_another_site_sent_does_not_come_back_at_all(visitor, url, post, headers):
    response = visitor.post(url, post(phone=THEIRS), headers=headers)
    assert response.status_code == 403
    assert THEIRS not in response.content.decode()


@pytest.mark.parametrize("headers", SILENT + FOREIGN)
def test_files_of_strangers_are_neither_held_nor_looked_into(visitor, headers, monkeypatch):
    for module, name in [(storage, "write"), (judging, "judge")]:
        monkeypatch.setattr(module, name, lambda **_: pytest.fail("nothing is done with it"))
    response = visitor.post("/refer/", quick_post(), headers=headers)
    assert response.status_code == 403
    assert not Attachment.objects.exists()


def test_a_file_is_named_so_that_it_is_attached_again(visitor):
    letter = SimpleUploadedFile("Brief \u202efdp.exe", pdf())
    html = main_of(visitor.post("/refer/", quick_post(letter=letter)))
    assert "Files to attach again" in html
    assert "<bdi>Brief fdp.exe</bdi>" in html
    back = main_of(visitor.post("/refer/", {**hidden_in(html_of(html)), "mine": "1"}))
    assert "Attach the referral letter" in back
    assert 'value="Samplepatient"' in back


def html_of(main):
    return f"<main{main}</main>"


def test_a_stranger_gives_no_file_of_his_own_to_the_next_sending(visitor, client):
    client.post("/refer/", quick_post(name=""))
    theirs = Attachment.objects.get()
    post = quick_post(letter="", kept=str(theirs.pk))
    assert "kept" not in hidden_in(html_of(main_of(visitor.post("/refer/", post))))


def test_another_patient_of_a_strangers_form_is_asked_about_too(visitor, client):
    """The first form is the stranger's, and its key stands in what the visitor's browser sends."""
    post = message_post()
    client.post("/contact/", post)
    html = main_of(visitor.post("/contact/", {**post, "name": "Ann Sample", "phone": THEIRS}))
    assert "Did you write this?" in html
    assert 'id="id_phone"' not in html


@pytest.mark.parametrize("field", ["phone", "patient_phone", "copy_to", "provider_number", "name"])
def test_an_address_fills_in_nothing(client, field):
    for url in ["/refer/", "/refer/?mode=full", "/contact/", "/helpful/"]:
        separator = "&" if "?" in url else "?"
        html = client.get(f"{url}{separator}{field}=STRANGER&mine=1&sentence=STRANGER")
        assert "STRANGER" not in html.content.decode()


def test_what_she_says_is_hers_is_shown_to_her_before_it_is_sent(visitor):
    html = html_of(main_of(visitor.post("/contact/", message_post())))
    assert visitor.post("/contact/", {**hidden_in(html), "mine": "1"}).status_code == 200
    assert not Enquiry.objects.exists()
