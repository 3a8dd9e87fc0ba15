"""Where the rooms are stands where people look for it."""

import pytest

from clinic_site.models import Location
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _room():
    make_clinic()
    Location.objects.all().delete()
    Location.objects.create(
        clinic_id=1, name="Sample Rooms", address="1 Sample Street\nSampleville", parking="Behind."
    )


def test_the_contact_page_has_address_parking_and_directions(client):
    html = client.get("/contact/").content.decode()
    for fact in ["1 Sample Street<br>Sampleville", "Behind.", 'id="rooms"']:
        assert fact in html, fact
    assert 'href="https://maps.apple.com/?q=1+Sample+Street+Sampleville" rel="noreferrer"' in html


def test_every_footer_has_the_address_and_the_way_to_the_rest(client):
    html = client.get("/refer/").content.decode()
    footer = html.partition("<footer")[2]
    assert "1 Sample Street<br>Sampleville" in footer
    assert 'href="/contact/#rooms"' in footer


def test_a_second_room_is_there_too(client):
    Location.objects.create(clinic_id=1, name="Other Rooms", address="2 Sample Street")
    html = client.get("/contact/").content.decode()
    assert html.count('class="location"') == 2


def test_without_rooms_nothing_points_to_them(client):
    Location.objects.all().delete()
    assert "#rooms" not in client.get("/contact/").content.decode()


@pytest.mark.usefixtures("starter_pages")
def test_the_first_appointment_page_says_where_to_come(client):
    html = client.get("/guides/your-first-appointment/").content.decode()
    assert html.partition("<footer")[0].count("1 Sample Street<br>Sampleville") == 1
    assert "Where to find us" not in client.get("/guides/fees/").content.decode()
