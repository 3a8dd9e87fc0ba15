"""What still stands as the software brought it is named, each place with a link."""

import pytest

from clinic_site.models import Clinic
from clinic_site.staff.still_sample import is_sample, sample_places
from tests.makers import make_clinic, make_user, signed_in

pytestmark = pytest.mark.django_db
OWN = {
    "tagline": "Pelvis and spine",
    "telephone": "(02) 9999 1234",
    "fax": "",
    "email": "rooms@pelvis.org.au",
    "secure_messaging": "HealthLink: pelvisrm",
}


def own_clinic(**changes):
    clinic = make_clinic(**{**OWN, **changes})
    clinic.locations.all().delete()
    clinic.clinicians.all().delete()
    return clinic


def named(clinic):
    return [place.what for place in sample_places(clinic)]


def test_a_new_site_names_every_place():
    words = " ".join(named(Clinic.current()))
    for part in ["telephone", "fax", "email", "secure messaging", "Dr Lee", "rooms “"]:
        assert part in words


def test_a_clinic_with_its_own_facts_names_none():
    assert named(own_clinic()) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"telephone": "02 5550 1234"}, "the telephone number"),
        ({"fax": "(07) 7010 1234"}, "the fax number"),
        ({"email": "rooms@clinic.example"}, "the email address"),
        ({"secure_messaging": "Argus: rooms@argus.example"}, "the addresses for secure messaging"),
    ],
)
def test_one_place_is_named_alone(changes, what):
    assert named(own_clinic(**changes)) == [what]


def test_a_clinician_and_a_room_are_named():
    clinic = own_clinic()
    clinic.clinicians.create(name="Dr Lee (sample)", role="Surgeon")
    clinic.locations.create(name="Main rooms", address="12 Sample Street")
    assert named(clinic) == ["the clinician “Dr Lee (sample)”", "the rooms “Main rooms”"]


def test_a_sample_of_the_way_in_is_named_though_the_address_is_real():
    clinic = own_clinic()
    clinic.locations.create(name="Main rooms", address="12 High Street", access="Sample: a lift.")
    assert named(clinic) == ["the rooms “Main rooms”"]


def test_a_real_number_is_not_taken_for_a_sample():
    assert not any(map(is_sample, ["(02) 9155 5012", "02 6555 0123", "0412 345 550", "Dr Amples"]))


def test_the_front_page_leads_to_each_place_and_is_silent_afterwards(client):
    front = signed_in(client, make_user("clinic_site.change_clinic", "clinic_site.view_clinic"))
    html = front.get("/admin/").content.decode()
    assert "Before this site is yours" in html
    assert f'href="/admin/clinic_site/clinic/{Clinic.current().pk}/change/"' in html
    own_clinic()
    assert "Before this site is yours" not in front.get("/admin/").content.decode()


def test_who_cannot_change_it_is_not_told(client):
    front = signed_in(client, make_user("referrals.view_enquiry"))
    assert "Before this site is yours" not in front.get("/admin/").content.decode()
