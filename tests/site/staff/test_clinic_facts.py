"""The front page names hours, holidays and people, and leads to each."""

from datetime import time

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
    assert '<a href="/admin/clinic_site/location/add/">Add another place' in html


def test_the_places_that_it_names_stand_on_the_page(client):
    staff = signed_in(
        client, make_user(*CHANGE, "clinic_site.view_closure", "clinic_site.view_clinician")
    )
    html = staff.get(f"/admin/clinic_site/clinic/{Clinic.current().pk}/change/").content.decode()
    assert 'id="closures-group"' in html
    assert 'id="clinicians-group"' in html


def test_others_are_not_led_to_what_they_may_not_change(client):
    assert "Close for a day or a holiday" not in front(client, "referrals.view_enquiry")


HOURS = {"weekday": "1", "closes": "12.30 pm"}
PLACE = {"name": "Harbour rooms", "address": "12 Sample Parade", "time_zone": "Australia/Sydney"}


def added(client, opens):
    rights = [f"{what}_{of}" for what in ("add", "view") for of in ("location", "openinghours")]
    staff = signed_in(client, make_user(*(f"clinic_site.{right}" for right in rights)))
    form = staff.get("/admin/clinic_site/location/add/").context["adminform"].form
    rows = {f"hours-0-{name}": value for name, value in {**HOURS, "opens": opens}.items()}
    counts = {"hours-TOTAL_FORMS": "1", "hours-INITIAL_FORMS": "0", "ordering": "1"}
    sent = {**PLACE, **counts, **rows, "clinic": form["clinic"].value()}
    return staff.post("/admin/clinic_site/location/add/", sent)


@pytest.mark.parametrize("opens", ["9 am", "9am", "9:00", "9.00 am"])
def test_a_second_place_needs_no_clinic_chosen_and_takes_times_as_people_write_them(client, opens):
    assert added(client, opens).status_code == 302
    hours = Clinic.current().locations.get(name="Harbour rooms").hours.get()
    assert (hours.opens, hours.closes) == (time(9), time(12, 30))


def test_a_time_that_nobody_can_read_says_how_to_write_it(client):
    assert "Write the time like 9:00, 17:30 or 9 am." in added(client, "nine").text
