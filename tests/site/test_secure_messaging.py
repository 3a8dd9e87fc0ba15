"""Addresses for secure messaging stand as text, and a script puts a button beside each."""

import pytest

from clinic_site.templatetags.clinic_facts import addresses
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db


def test_a_line_is_a_name_and_an_address_or_an_address_alone():
    lines = "HealthLink: myrooms\n\n  Argus: rooms@argus.example \nplain@sample.example"
    assert addresses(lines) == [
        ("HealthLink", "myrooms"),
        ("Argus", "rooms@argus.example"),
        ("", "plain@sample.example"),
    ]


@pytest.mark.parametrize("path", ["/refer/", "/contact/"])
def test_each_address_can_be_marked_and_is_all_that_is_copied(client, path):
    make_clinic(secure_messaging="HealthLink: myrooms")
    html = client.get(path).content.decode()
    assert 'data-copy="myrooms">myrooms<' in html
    assert "js/copy.js" in html


def test_a_page_for_others_loads_no_script_for_it(client):
    assert "js/copy.js" not in client.get("/").content.decode()
