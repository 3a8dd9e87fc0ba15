"""A public page is the same bytes for every visitor, for three queries in all."""

from unittest import mock

import pytest
from django.test import Client

from conditions.publishing.verbs import publish_starter
from conditions.templatetags.figures import brief_citation, short_citation
from tests.makers import add_care_card, add_step, make_clinic, make_page, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    page = make_page(words="<h2>Why it hurts</h2><p>Words.</p>")
    add_care_card(page)
    add_step(page, "Lie down", ordering=30)
    add_step(page, "Get up", ordering=40)
    publish_starter(page=page)
    return page


@pytest.mark.parametrize("url", ["/", "/glossary/", "/conditions/", "/conditions/sample-page/"])
def test_three_queries_in_all(client, published, django_assert_num_queries, url):
    for slug in ("home", "glossary"):
        publish_starter(page=make_page(section="site", slug=slug, stage=None))
    client.get(url)  # the first reader prepares it for all others
    with django_assert_num_queries(3):
        client.get(url)


def test_staff_and_strangers_get_the_same_bytes_and_no_cookie(client, published):
    signed_in = Client()
    signed_in.force_login(make_user())
    for url in ["/", "/conditions/", published.get_absolute_url()]:
        ours, theirs = signed_in.get(url), client.get(url)
        assert ours.content == theirs.content
        assert not theirs.cookies
        assert "Cookie" not in theirs.headers.get("Vary", "")


def test_steps_that_follow_each_other_are_one_list(client, published):
    html = client.get(published.get_absolute_url()).content.decode()
    assert html.count('<ol class="steps">') == 1
    assert html.index("Lie down") < html.index("Get up")


def test_the_emergency_number_is_todays(client, published):
    make_clinic(emergency_number="112")
    html = client.get(published.get_absolute_url()).content.decode()
    assert 'Call <a href="tel:112">112</a> now if:' in html
    assert "{emergency}" not in html


def test_the_telephone_number_is_todays(client, published):
    make_clinic(telephone="(03) 5550 9876")
    assert "(03) 5550 9876" in client.get(published.get_absolute_url()).content.decode()


def test_headings_can_be_linked_to(client, published):
    html = client.get(published.get_absolute_url()).content.decode()
    assert '<h2 id="why-it-hurts">Why it hurts</h2>' in html
    assert '<a href="#why-it-hurts">' in html


def test_the_words_of_a_care_card_carry_its_level(client, published):
    assert "Emergency: </span>" in client.get(published.get_absolute_url()).content.decode()


@pytest.mark.parametrize("url", ["/conditions/none/", "/other/", "/treatments/sample-page/"])
def test_an_unknown_address_is_a_helpful_404(client, published, url):
    response = client.get(url)
    assert response.status_code == 404
    assert "(02) 5550 1234" in response.content.decode()


def test_a_payload_of_an_unknown_format_is_said_honestly_and_logged(client, published, caplog):
    with mock.patch("conditions.payloads.current_format", return_value=0):
        response = client.get(published.get_absolute_url())
    assert response.status_code == 500
    assert "(02) 5550 1234" in response.content.decode()
    assert "cannot be shown" in caplog.text


def test_posting_to_a_page_is_refused(client, published):
    assert client.post(published.get_absolute_url()).status_code == 405


@pytest.mark.parametrize(
    ("citation", "short"),
    [
        (
            "Polly DW, Cher DJ, et al. INSITE. Neurosurgery 2015;77:674.",
            "Polly DW and others, 2015",
        ),
        ("NICE IPG578 – chapter 3. nice.org.uk (2017)", "NICE IPG578 – chapter 3, 2017"),
        ("A page without a year. example.org", "A page without a year"),
    ],
)
def test_a_citation_is_short_beside_its_figure(citation, short):
    assert short_citation(citation) == short


@pytest.mark.parametrize(
    ("citation", "brief"),
    [
        ("Polly DW, Cher DJ, et al. INSITE. Neurosurgery 2015;77:674.", "Polly 2015"),
        ("SI-BONE (implant maker). Risks. Web page, no date.", "SI-BONE"),
        (
            "Six-month outcomes from a randomized trial: iMIA. 2017.",
            "Six-month outcomes from a … 2017",
        ),
        ("Sacroiliac joint injection. Coastal X-ray. Web page.", "Sacroiliac joint injection"),
        ("Smith and others, 2013: open compared.", "Smith 2013"),
    ],
)
def test_a_citation_is_briefer_still_on_paper(citation, brief):
    assert brief_citation(citation) == brief


def test_others_are_named_once():
    assert short_citation("Smith and others, 2013: open compared.") == "Smith and others, 2013"


@pytest.mark.parametrize("slug", ["home", "team", "glossary"])
def test_the_pages_of_the_site_itself_are_shown(client, slug):
    page = make_page(section="site", slug=slug, stage=None)
    publish_starter(page=page)
    assert client.get(page.get_absolute_url()).status_code == 200
