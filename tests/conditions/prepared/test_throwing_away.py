"""Throwing away all that is prepared changes no byte of a page; facts of today are of today."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from clinic_site.models import Clinic, Clinician, Closure
from conditions.models import Page, PreparedPage, Publication
from conditions.prepared import keeping
from conditions.publishing.reviewing import sign
from conditions.publishing.verbs import publish
from tests.makers import make_page, make_user, rooms_today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_pages")]
FUSION = "/treatments/minimally-invasive-fusion/"


def addresses():
    pages = [page.get_absolute_url() for page in Publication.objects.live()]
    return [*pages, f"{FUSION}sources/", "/treatments/compare/?option=medicines&matters=pain"]


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content


def read_all(client):
    return {address: read(client, address) for address in addresses()}


def drawn_whole(client):
    """As if there were nothing of the kind."""
    with mock.patch("conditions.public.views.filled_page", return_value=None):
        return read_all(client)


def differing(one, other):
    return [address for address in one if one[address] != other[address]]


def change_telephone():
    Clinic.objects.update(telephone="(02) 5550 9999", emergency_number="112")


def change_name_and_logo():
    Clinic.objects.update(name="Other <Rooms>", brand_colour="#123456", tagline="")


def close_the_rooms():
    location = Clinic.objects.get().locations.first()
    today = rooms_today()
    Closure.objects.create(
        clinic=location.clinic, first_day=today, last_day=today, reason="A day off"
    )


def change_the_team():
    Clinician.objects.create(clinic=Clinic.objects.get(), name="Dr New Sample", role="Surgeon")


def sign_a_page():
    page = Page.objects.get(section="treatments", slug="minimally-invasive-fusion")
    sign(page=page, by=make_user("conditions.sign_review", username="dr"))


def publish_a_page():
    user = make_user("conditions.publish_page", username="editor")
    publish(page=make_page(section="guides", slug="new", menu_title="Brand new"), by=user)


CHANGES = [
    change_telephone,
    change_name_and_logo,
    close_the_rooms,
    change_the_team,
    sign_a_page,
    publish_a_page,
]


def test_all_pages_are_the_same_prepared_at_hand_from_the_table_and_made_again(client):
    whole = drawn_whole(client)
    assert not differing(whole, read_all(client))  # made
    assert PreparedPage.objects.count() >= len(whole) - 1
    assert not differing(whole, read_all(client))  # at hand
    keeping.forget()
    with mock.patch("conditions.public.filling.prepare", side_effect=AssertionError):
        assert not differing(whole, read_all(client))  # from the table
    keeping.throw_all_away()
    assert not differing(whole, read_all(client))  # made again


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_facts_of_today_are_never_those_of_before(client, change):
    before = read_all(client)
    change()
    now = read_all(client)
    assert differing(before, now)
    assert not differing(now, drawn_whole(client))


def test_open_now_and_an_overdue_review_change_by_themselves(client):
    sign_a_page()
    before = read(client, FUSION)
    for ahead in (timedelta(hours=6), timedelta(hours=12), timedelta(days=5000)):
        moment = timezone.now() + ahead
        with mock.patch.object(timezone, "now", return_value=moment):
            now = read(client, FUSION)
            with mock.patch("conditions.public.views.filled_page", return_value=None):
                assert now == read(client, FUSION)
    assert now != before


def test_a_public_site_holds_back_what_is_not_signed_and_a_signature_counts_at_once(
    client, settings
):
    open_to_all = read_all(client)
    settings.SITE_IS_LOOPBACK = False
    held = read_all(client)
    assert b'class="held-back"' in held[FUSION]
    assert differing(open_to_all, held)
    assert not differing(held, drawn_whole(client))
    sign_a_page()
    assert b'class="held-back"' not in read(client, FUSION)
