"""What the clinic has not filled in is for staff alone, and staff are told."""

import pytest
from django.test import Client

from conditions.publishing.hints import hints
from conditions.publishing.verbs import digest, publish_starter, snapshot
from conditions.search import find
from tests.makers import add_block, make_page, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def prices():
    page = make_page()
    add_block(page, "prose", ordering=30, html="<p>Zebrawort costs [Fill in: price].</p>")
    page.key_facts.create(label="Deposit", value="[fill in]")
    page.key_facts.create(label="Cut", value="2 cm")
    publish_starter(page=page)
    return page


def test_the_public_sees_nothing_of_it(client, prices):
    html = client.get(prices.get_absolute_url()).content.decode()
    assert "First words." in html
    assert "2 cm" in html
    assert "Zebrawort" not in html
    assert "Deposit" not in html
    assert find.search("zebrawort", emergency_number="000").total == 0


def test_a_preview_shows_it_with_a_mark(prices):
    editor = signed_in(Client(), make_user("conditions.view_page"))
    html = editor.get(f"/admin/conditions/page/{prices.pk}/frame/").content.decode()
    assert "Only you see this" in html
    assert "Zebrawort" in html


def test_a_hint_names_the_block(prices):
    [hint] = [hint for hint in hints(prices.publications.get().payload) if "fill in" in hint]
    assert "Zebrawort costs" in hint


def test_publishing_names_it_too(client, prices):
    user = make_user("conditions.publish_page", "conditions.view_page")
    add_block(prices, "step", ordering=50)
    address = f"/admin/conditions/page/{prices.pk}/publish/"
    seen = {"seen": digest(snapshot(prices))}
    html = signed_in(client, user).post(address, seen, follow=True).content.decode()
    assert "Published." in html
    assert "until you fill it in: “Zebrawort costs" in html
