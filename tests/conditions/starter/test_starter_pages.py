"""Starter pages are loaded once, and never over what staff have written."""

from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags
from pypdf import PdfReader

from conditions.models import Page, Publication

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]


def plain(html):
    return " ".join(strip_tags(html).split())


def test_every_starter_page_is_public(client):
    for publication in Publication.objects.all():
        assert client.get(publication.get_absolute_url()).status_code == 200, publication


@pytest.mark.parametrize("url", ["/treatments/minimally-invasive-fusion/", "/conditions/causes/"])
def test_the_starter_pages_are_public(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert "Clinical review pending" in response.content.decode()


@pytest.mark.parametrize("slug", ["si-joint-pain-in-two-pages", "fusion-in-two-pages"])
def test_a_leaflet_in_two_pages_has_two(client, settings, tmp_path, slug):
    """In DejaVu Sans, as Debian draws it: the widest font that a server is likely to have."""
    settings.VAR_DIR = tmp_path
    response = client.get(f"/guides/{slug}/leaflet.pdf")
    assert len(PdfReader(BytesIO(response.content)).pages) == 2


def test_loading_again_changes_nothing():
    before = Publication.objects.count()
    call_command("load_starter")
    assert Publication.objects.count() == before


def test_staff_edits_survive_loading():
    Page.objects.filter(slug="causes").update(title="Our own title")
    call_command("load_starter")
    assert Page.objects.get(slug="causes").title == "Our own title"


def test_history_says_that_nobody_published_them():
    origins = Publication.objects.values_list("origin", "published_by")
    assert set(origins) == {("starter", None)}


def test_the_fusion_page_tells_of_the_trial_that_found_no_clear_difference(client):
    payload = Publication.objects.get(slug="minimally-invasive-fusion").payload
    assert any("63 people" in str(block) for block in payload["blocks"])


def test_the_paper_on_pain_after_lumbar_fusion_is_cited_as_printed(client):
    page = client.get("/conditions/causes/").content.decode()
    assert "Lee YC, Lee R and Harman C" in page
    assert "317" in page
    sources = client.get("/conditions/causes/sources/").content.decode()
    assert "Lee YC, Lee R, Harman C. The incidence of new onset sacroiliac joint pain" in sources


CONDITIONS = [
    "/conditions/sacroiliac-joint-dysfunction/",
    "/conditions/causes/",
    "/conditions/symptoms/",
    "/conditions/diagnosis/",
]


@pytest.mark.parametrize("path", ["/", "/search/", "/contact/", *CONDITIONS])
def test_the_emergency_strip_leads_to_the_emergency_card(client, path):
    html = client.get(path).content.decode()
    strip = html.partition('<p class="emergency-strip">')[2].partition("</p>")[0]
    assert "Call 000 now" in plain(strip)
    assert '<a href="tel:000">000</a>' in strip
    address, _, place = strip.rpartition('href="')[2].partition('"')[0].partition("#")
    led_to = client.get(address).content.decode()
    card = led_to.partition(f' id="{place}">')[2].partition("</section>")[0]
    assert led_to.count(f'id="{place}"') == 1
    assert "Call 000 or go to an emergency department now if:" in plain(card)


def test_whoever_has_pain_after_a_birth_is_led_there_from_the_first_page(client):
    door = client.get("/").content.decode().partition("<h2>I have pain</h2>")[2]
    assert 'href="/conditions/pregnancy-and-after-birth/"' in door.partition("</ul>")[0]


def test_six_weeks_after_a_birth_somebody_finds_moves_and_whom_to_see(client):
    page = client.get("/conditions/pregnancy-and-after-birth/").content.decode()
    after = plain(page.partition('id="after-the-birth"')[2].partition("<h2")[0])
    for words in ["Still sore after six weeks?", "Moves to start with", "at each feed"]:
        assert words in after
    for whom in ["Your maternity unit, now:", "Your GP: at the check", "A physiotherapist who"]:
        assert whom in after


def test_pain_of_a_kidney_or_an_early_pregnancy_is_told_apart_and_has_somewhere_to_go(client):
    page = plain(client.get("/conditions/symptoms/").content.decode())
    elsewhere = page.partition("When it is something else")[2].partition("When to get help")[0]
    assert "See a GP today for either; if you feel very unwell" in elsewhere
    assert "A pregnancy outside the womb" in elsewhere
    assert "it burns when you pass urine, or there is blood in it" in page
    emergency = page.partition("It may be another emergency")[2].partition("Go now.")[0]
    assert "you may be pregnant and have sudden pain low in your belly on one side" in emergency


def test_whoever_is_told_a_new_date_gets_a_new_plan_for_blood_thinners(client):
    page = plain(client.get("/guides/preparing-for-surgery/").content.decode())
    moved = page.partition("Has the date moved?")[2].partition("Morning tablets")[0]
    assert "new plan, in writing, above all for blood thinners" in moved
    assert "Stopped one already? Ring the rooms today" in moved


def test_a_mother_and_a_physiotherapist_reach_their_part_from_the_first_lines(client):
    for address, heading in [
        ("/conditions/pregnancy-and-after-birth/", "after-the-birth"),
        ("/guides/physiotherapy-after-fusion/", "what-to-send-back"),
    ]:
        html = client.get(address).content.decode()
        first = html.partition('id="the-short-answer"')[2].partition("</p>")[0]
        assert f'href="#{heading}"' in first
        assert f'id="{heading}"' in html


def test_the_first_page_names_where_a_physiotherapist_sends_a_report(client):
    doors = client.get("/").content.decode().partition("a doctor or a physio")[2]
    assert 'href="/refer/?as=physio">Send a physio’s report</a>' in doors.partition("</ul>")[0]
