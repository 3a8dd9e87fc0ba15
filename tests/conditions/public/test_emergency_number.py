"""Wherever a page tells somebody to call, the number dials; on paper it stands in words."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.html import strip_tags

from conditions.models import Page
from conditions.prepared.bodies import render_body
from tests.makers import make_clinic

TEMPLATES = Path(__file__).parents[3] / "templates"
# Mails have a part in plain text, where nothing can be pressed.
PLAIN_TEXT = re.compile(r"{% block text %}.*?{% endblock %}", re.DOTALL)
FIXED = ["/", "/contact/", "/refer/", "/team/", "/glossary/", "/not-there/"]


class Spoken(HTMLParser):
    """The text of a page outside links that dial, without what a browser does not show."""

    def __init__(self, html):
        super().__init__()
        self.within, self.said = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        dials = tag == "a" and str(dict(attrs).get("href")).startswith("tel:")
        self.within.append("dials" if dials else tag)

    def handle_endtag(self, tag):
        name = "dials" if tag == "a" and "dials" in self.within else tag
        while name in self.within and self.within.pop() != name:
            pass

    def handle_data(self, data):
        if not {"dials", "script", "title", "style"} & set(self.within):
            self.said.append(data)


def numbers_that_do_not_dial(html):
    return re.findall(r"\b119\b", " ".join(Spoken(html).said))


def body(html, number="119"):
    payload = {"format": 1, "blocks": [{"kind": "prose", "html": html}]}
    return render_body(payload, emergency_number=number).html


def test_the_number_dials_in_a_sentence():
    assert 'Or call <a href="tel:119">119</a>.' in body("<p>Or call {emergency}.</p>")


def test_the_number_dials_in_the_heading_of_a_card():
    card = {"kind": "care_card", "level": "emergency", "heading": "Call {emergency} now if:"}
    payload = {"format": 1, "blocks": [{**card, "html": ""}]}
    html = render_body(payload, emergency_number="119").html
    assert 'Call <a href="tel:119">119</a> now if:' in html


def test_no_link_stands_within_another():
    html = body('<p><a href="/help/">Help, or {emergency}</a></p>')
    assert '<a href="/help/">Help, or 119</a>' in html


def test_a_number_with_spaces_and_a_plus_dials_by_its_digits():
    assert '<a href="tel:+61119">+61 119</a>' in body("<p>{emergency}</p>", number="+61 119")


@pytest.mark.django_db
@pytest.mark.usefixtures("starter_pages")
def test_on_no_page_does_the_number_stand_without_dialling(client):
    make_clinic(emergency_number="119")
    pages = [page.get_absolute_url() for page in Page.objects.all()]
    for address in [*pages, *FIXED]:
        html = client.get(address).content.decode()
        assert 'href="tel:119"' in html, address
        assert numbers_that_do_not_dial(html) == [], address


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_shows_the_number_as_a_link_or_on_paper(path):
    is_paper = path.parent.name == "pdf" or path.name == "paper.html"
    words = PLAIN_TEXT.sub("", path.read_text(encoding="utf-8"))
    bare = re.findall(r"(?<!\">)(?<!<strong>)\{\{ clinic\.emergency_number \}\}", words)
    assert is_paper or not bare


@pytest.mark.django_db
def test_the_paper_form_says_the_number_in_words(client):
    make_clinic(emergency_number="119")
    page = client.get("/refer/paper/").content.decode()
    assert "Emergency: call 119." in strip_tags(page)
