"""What a printed page says at its foot."""

import pytest
from django.template.loader import render_to_string

from clinic_site.models import Clinic

pytestmark = pytest.mark.django_db
FOOT = "components/leaflet_foot.html"


def foot_of(slug, clinic):
    return render_to_string(FOOT, {"payload": {"slug": slug}, "clinic": clinic})


@pytest.mark.parametrize("slug", ["for-gps", "physiotherapy-after-fusion"])
def test_what_doctors_and_therapists_print_says_where_a_letter_goes(slug):
    clinic = Clinic.with_rooms()
    foot = foot_of(slug, clinic)
    assert f"Fax {clinic.fax}" in foot
    assert clinic.rooms[0].address.splitlines()[0] in foot


def test_what_patients_print_names_no_fax():
    clinic = Clinic.with_rooms()
    assert clinic.fax not in foot_of("recovery-after-fusion", clinic)
