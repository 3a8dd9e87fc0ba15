"""The clinic's own leaflet names no referrer: what is ours fills in nothing."""

import pytest

from clinic_site.models import Clinician
from clinic_site.models.rooms import Location
from referrals.from_letter.our_own import without_ours
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic():
    clinic = make_clinic(
        name="Sample Joint Clinic",
        telephone="(02) 5550 1234",
        fax="02 5550 1235",
        nurse_line="1800 160 401",
        nurse_line_name="Sample nurse line",
        email="a@b.example",
    )
    Clinician.objects.create(clinic=clinic, name="Dr Ari Sampledoctor", role="Surgeon")
    Location.objects.create(clinic=clinic, name="Rooms", address="Suite 2\n1 Sample St")
    return clinic


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("practice_name", "The Sample Joint Clinic, Sydney"),
        ("practice_address", "Suite 2, 1 Sample St"),
        ("phone", "+61 2 5550 1234"),
        ("phone", "02 5550 1235"),
        ("phone", "1800 160 401"),  # it stands on our leaflets
        ("email", "A@B.example"),
        ("name", "A/Prof A. Sampledoctor"),
        ("name", "Dr Ari Sampledoctor, FRACS"),
    ],
)
def test_what_is_the_clinics_is_left_out(name, value):
    assert without_ours({name: value, "patient_family_name": "X"}) == {"patient_family_name": "X"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("practice_name", "Joint Clinic"),
        ("practice_address", "Suite 3, 1 Sample St"),
        ("phone", "02 5550 9999"),
        ("email", "c@b.example"),
        ("name", "Dr Kim Sampledoctor"),
    ],
)
def test_what_is_the_referrers_stays(name, value):
    assert without_ours({name: value}) == {name: value}


def test_the_provider_number_goes_with_the_name_of_our_doctor():
    says = {"name": "Dr Ari Sampledoctor", "provider_number": "2426621B"}
    assert without_ours(says) == {}
    assert without_ours({**says, "name": "Dr Sam Samplegp"})["provider_number"] == "2426621B"
