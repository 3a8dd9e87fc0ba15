"""What a page says to machines is true, safe, and the same for everyone."""

import json
import re
from datetime import date, time, timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from clinic_site.models import Clinic, Location, OpeningHours
from clinic_site.zone import in_clinic_time
from conditions.publishing.reviewing import sign
from conditions.publishing.starter_files import load_all
from conditions.publishing.verbs import publish_starter, withdraw
from conditions.rendering import as_json
from conditions.showing import visit_page
from tests.makers import add_block, add_care_card, add_step, make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def facts(client, address):
    """The nodes of a page's JSON-LD by their type."""
    html = client.get(address).content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def head(client, address):
    return client.get(address).content.decode().partition("</head>")[0]


@pytest.fixture
def treatment():
    page = make_page(section="treatments", slug="brace", menu_title="Brace", words="")
    add_block(page, "prose", ordering=1, html="<h2>Prepare</h2><p>Eat &amp; rest.</p>")
    add_block(page, "checklist", ordering=2, heading="At home", lines="A stool\nA friend")
    add_block(page, "prose", ordering=3, html="<h2>On the day</h2><p>It is short.</p>")
    add_step(page, "Lie down", ordering=4)
    add_step(page, "Get up", ordering=5)
    add_block(page, "prose", ordering=6, html="<h2>Recovery by week</h2><p>Walk.</p>")
    add_block(page, "prose", ordering=7, html="<h2>When to get help</h2><p>Soon.</p>")
    publish_starter(page=page)
    return page


def test_a_treatment_says_how_to_prepare_how_it_is_done_and_what_follows(client, treatment):
    about = facts(client, treatment.get_absolute_url())["MedicalWebPage"]["about"]
    assert about == {
        "@type": "MedicalProcedure",
        "name": "Brace",
        "preparation": "Eat & rest. At home: A stool A friend",
        "howPerformed": "1. Lie down. How. 2. Get up. How.",
        "followup": "Walk.",
    }


def test_a_long_procedure_is_told_in_short_and_not_cut_off(client):
    page = make_page(section="treatments", slug="brace", words="")
    for number in range(9):
        add_block(page, "step", ordering=number, heading=f"Step {number}", html="<p>Long.</p>" * 50)
    publish_starter(page=page)
    told = facts(client, page.get_absolute_url())["MedicalWebPage"]["about"]["howPerformed"]
    assert told.startswith("1. Step 0. 2. Step 1.")
    assert told.endswith("9. Step 8.")


def test_a_condition_is_named_and_its_aspects_are_no_conditions(client):
    page = make_page(menu_title="Runner’s knee")
    publish_starter(page=page)
    publish_starter(page=make_page(slug="causes", title="What causes it"))
    about = facts(client, page.get_absolute_url())["MedicalWebPage"]["about"]
    assert about == {"@type": "MedicalCondition", "name": "Runner’s knee"}
    causes = facts(client, "/conditions/causes/")["MedicalWebPage"]
    assert causes["aspect"] == "causes"
    assert "about" not in causes


def test_a_page_has_a_reviewer_only_while_a_signature_stands(client):
    page = make_page()
    publish_starter(page=page)
    assert "reviewedBy" not in facts(client, page.get_absolute_url())["MedicalWebPage"]
    clinician = make_user(first_name="Sam", last_name="Sampledoctor")
    clinician.groups.add(Group.objects.get(name="Clinician"))
    sign(page=page, by=clinician)
    signed = facts(client, page.get_absolute_url())["MedicalWebPage"]
    assert "Sampledoctor" in signed["reviewedBy"]["name"]
    assert date.fromisoformat(signed["lastReviewed"])
    page.conditions_prose_set.update(html="<p>Changed.</p>")
    publish_starter(page=page)
    changed = facts(client, page.get_absolute_url())["MedicalWebPage"]
    assert "reviewedBy" not in changed
    assert "lastReviewed" not in changed


def test_the_first_page_names_the_rooms_and_their_hours(client):
    publish_starter(page=make_page(section="site", slug="home", stage=None))
    Location.objects.all().delete()
    clinic = Clinic.objects.get()
    room = Location.objects.create(
        clinic=clinic, name="The rooms", address="1 Sample St\nSampleton"
    )
    for weekday in (0, 2):
        span = {"opens": time(8), "closes": time(16, 30)}
        OpeningHours.objects.create(location=room, weekday=weekday, **span)
    node = facts(client, "/")["MedicalClinic"]
    assert node["address"] == "1 Sample St, Sampleton"
    assert node["telephone"] == clinic.telephone
    (hours,) = node["openingHoursSpecification"]
    assert hours["dayOfWeek"] == ["https://schema.org/Monday", "https://schema.org/Wednesday"]
    assert (hours["opens"], hours["closes"]) == ("08:00", "16:30")


def all_rooms(client, address="/"):
    html = client.get(address).content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [n for n in json.loads(text)["@graph"] if n["@type"] == "MedicalClinic"]


def test_two_places_are_two_rooms_with_identities_of_their_own(client):
    publish_starter(page=make_page(section="site", slug="home", stage=None))
    clinic = Clinic.objects.get()
    Location.objects.create(clinic=clinic, name="Perth", address="2 Side St\nPerth", ordering=9)
    first, second = all_rooms(client)
    assert first["@id"] != second["@id"]
    assert second["address"] == "2 Side St, Perth"
    assert {room["faxNumber"] for room in (first, second)} == {clinic.fax}


def test_a_closure_that_the_page_shows_is_told_to_machines_too(client):
    publish_starter(page=make_page(section="site", slug="home", stage=None))
    today = timezone.now().date()
    clinic = Clinic.objects.get()
    for days in (7, 90):  # the second one is too far away to be announced
        day = today + timedelta(days=days)
        clinic.closures.create(first_day=day, last_day=day + timedelta(days=2), reason="Holidays")
    (closed,) = all_rooms(client)[0]["specialOpeningHoursSpecification"]
    assert closed["validFrom"] == str(today + timedelta(days=7))
    assert closed["validThrough"] == str(today + timedelta(days=9))
    assert (closed["opens"], closed["closes"]) == ("00:00", "00:00")


def test_the_page_of_the_first_visit_names_the_rooms_as_well(client):
    publish_starter(page=make_page(section=visit_page.SECTION, slug=visit_page.SLUG))
    assert all_rooms(client, f"/{visit_page.SECTION}/{visit_page.SLUG}/")


def test_the_rooms_are_read_once_for_page_and_machines(client, django_assert_num_queries):
    publish_starter(page=make_page(section="site", slug="home", stage=None))
    client.get("/")  # the first reader prepares it
    with django_assert_num_queries(3):
        client.get("/")


def test_the_way_to_a_page_is_told(client, treatment):
    crumbs = facts(client, treatment.get_absolute_url())["BreadcrumbList"]["itemListElement"]
    assert [crumb["name"] for crumb in crumbs] == ["Home", "Treatments", "Brace"]
    assert crumbs[2]["item"] == f"{SITE}/treatments/brace/"


def test_published_words_cannot_end_the_script_they_stand_in(client):
    nasty = "</script><script>alert(1)</script><!-- &"
    page = make_page(lead=nasty, title=nasty[:60])
    publish_starter(page=page)
    node = facts(client, page.get_absolute_url())["MedicalWebPage"]
    assert node["description"] == nasty
    assert "alert(1)</script>" not in head(client, page.get_absolute_url())


def test_every_sign_of_markup_is_escaped_in_json():
    text = as_json({"a": "</script>&\u2028\u2029"})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"a": "</script>&\u2028\u2029"}


def test_the_canonical_address_has_no_query(client, treatment):
    address = f'<link rel="canonical" href="{SITE}/treatments/brace/">'
    assert address in head(client, "/treatments/brace/?utm_source=x")
    assert f'href="{SITE}/recovery/"' in head(client, "/recovery/?surgery_date=2027-01-31")
    assert f'href="{SITE}/conditions/"' in head(client, "/conditions/?q=1")


def test_a_shared_page_shows_its_title_and_introduction(client, treatment):
    html = head(client, treatment.get_absolute_url())
    for name, words in {
        "type": "article",
        "url": f"{SITE}/treatments/brace/",
        "title": "Sample page",
        "description": "What it is. What you can do.",
        "site_name": "Sacroiliac Joint Clinic",
        "locale": "en_AU",
    }.items():
        assert f'<meta property="og:{name}" content="{words}">' in html


@pytest.mark.parametrize("address", ["/search/?q=sex", "/none/", "/received/abc/", "/admin/login/"])
def test_private_and_missing_pages_have_no_canonical_address(client, address):
    assert 'rel="canonical"' not in client.get(address, follow=True).content.decode()


def test_a_preview_names_the_public_address_and_not_its_own(client):
    page = make_page()
    staff = signed_in(client, make_user("conditions.view_page"))
    html = staff.get(f"/admin/conditions/page/{page.pk}/frame/").content.decode()
    assert f'<link rel="canonical" href="{SITE}/conditions/sample-page/">' in html


def test_the_facts_cost_no_query_and_are_the_same_for_staff(
    client, treatment, django_assert_num_queries
):
    address = treatment.get_absolute_url()
    client.get(address)  # the first reader prepares it
    with django_assert_num_queries(3):
        theirs = client.get(address).content
    assert signed_in(client, make_user()).get(address).content == theirs


def test_every_starter_page_has_valid_facts(client):
    load_all()
    for address in addresses(client):
        assert facts(client, address.removeprefix(SITE)), address


def addresses(client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    return [found.text for found in tree.iter(f"{space}loc")]


def test_the_site_map_lists_live_pages_with_the_day_they_changed(client):
    page = make_page()
    add_care_card(page)
    assert addresses(client) == []
    publication = publish_starter(page=page)
    assert addresses(client) == [f"{SITE}/conditions/sample-page/"]
    text = client.get("/sitemap.xml").content.decode()
    with in_clinic_time():
        assert f"<lastmod>{timezone.localtime(publication.live_from):%Y}-" in text


def test_a_withdrawn_page_leaves_the_site_map(client):
    page = make_page()
    publish_starter(page=page)
    withdraw(page=page, by=make_user("conditions.publish_page"))
    assert addresses(client) == []


def test_the_site_map_has_the_sites_own_address_whatever_the_host(client, settings):
    settings.SITE_URL = "https://clinic.example"
    publish_starter(page=make_page())
    response = client.get("/sitemap.xml", headers={"host": "localhost"})
    assert "<loc>https://clinic.example/conditions/sample-page/</loc>" in response.content.decode()
