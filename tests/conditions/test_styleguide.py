"""The style guide is for staff and DEBUG only."""

import pytest

from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db


def test_a_stranger_does_not_find_it(client):
    assert client.get("/styleguide/").status_code == 404


def test_a_password_alone_does_not_open_it(client):
    client.force_login(make_user())
    assert client.get("/styleguide/").status_code == 404


def test_staff_see_every_drawing_in_every_scheme(client):
    html = signed_in(client, make_user()).get("/styleguide/").content.decode()
    assert html.count("three-implants.svg") == 6


def test_debug_opens_it(client, settings):
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200
