"""The front page names hours, holidays and people, and leads to each."""

import pytest

from clinic_site.models import Clinic
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
CHANGE = ["clinic_site.change_clinic", "clinic_site.view_clinic"]


def front(client, *rights):
    return signed_in(client, make_user(*rights)).get("/admin/").content.decode()


def test_whoever_may_change_them_is_led_to_holidays_hours_and_doctors(client):
    clinic = Clinic.current()
    html, facts = front(client, *CHANGE), f"/admin/clinic_site/clinic/{clinic.pk}/change/"
    for where in [f"{facts}#closures-group", f"{facts}#clinicians-group", facts]:
        assert f'<a href="{where}">' in html
    room = clinic.locations.get()
    assert f'<a href="/admin/clinic_site/location/{room.pk}/change/">Opening hours' in html


def test_the_places_that_it_names_stand_on_the_page(client):
    staff = signed_in(
        client, make_user(*CHANGE, "clinic_site.view_closure", "clinic_site.view_clinician")
    )
    html = staff.get(f"/admin/clinic_site/clinic/{Clinic.current().pk}/change/").content.decode()
    assert 'id="closures-group"' in html
    assert 'id="clinicians-group"' in html


def test_others_are_not_led_to_what_they_may_not_change(client):
    assert "Close for a day or a holiday" not in front(client, "referrals.view_enquiry")
