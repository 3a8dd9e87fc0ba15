"""What the upgrade with a nurse line writes into a site in use, and what it leaves alone."""

from importlib import import_module

import pytest
from django.apps import apps

from clinic_site.models import Clinic
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db
migration = import_module("clinic_site.migrations.0009_nurse_line")


def test_a_clinic_in_australia_keeps_the_number_that_its_pages_name():
    make_clinic()
    migration.empty_elsewhere(apps, None)
    assert Clinic.objects.get().nurse_line == "1800 022 222"


def test_a_clinic_elsewhere_names_no_nurse_of_australia():
    make_clinic(emergency_number="111")
    migration.empty_elsewhere(apps, None)
    assert Clinic.objects.get().nurse_step is None


def test_a_new_site_has_one_sample_of_the_way_in_that_says_it_is_one():
    access = Clinic.objects.get().locations.get().access
    assert access.startswith("Sample, to be replaced: there is no step")
    for part in ["20 metres", "lift", "wheelchair", "accessible toilet"]:
        assert part in access
    assert "car park" not in access


@pytest.mark.parametrize(
    "written", [{"access": "Use the side door."}, {"address": "3 High Street\nSampleton"}]
)
def test_what_staff_wrote_over_the_sample_stays(written):
    rooms = Clinic.objects.get().locations
    rooms.update(**{"access": migration.OLD_ACCESS, **written})
    before = rooms.get().access
    migration.mend_the_sample(apps, None)
    assert rooms.get().access == before
