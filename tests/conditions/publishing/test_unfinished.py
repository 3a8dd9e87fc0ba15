"""What waits for a person is named on the front page: drafts, overtaken pages, dead links."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conditions.editor import panels
from conditions.models import GlossaryTerm
from conditions.publishing.unfinished import dead_links, unfinished_pages
from conditions.publishing.verbs import publish, withdraw
from tests.makers import make_page, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    return make_user("conditions.publish_page", "conditions.change_page", "conditions.view_page")


@pytest.fixture(autouse=True)
def _looked_at_anew():
    panels.unfinished.cache_clear()


def waiting():
    return [(one.page.title, one.is_new, one.only_lists) for one in unfinished_pages()]


def test_a_page_that_was_never_published_waits():
    make_page()
    assert waiting() == [("Sample page", True, False)]


def test_a_page_that_is_public_as_it_stands_waits_for_nobody(pat):
    publish(page=make_page(), by=pat)
    assert waiting() == []


def test_a_draft_that_was_changed_since_waits(pat):
    page = make_page()
    publish(page=page, by=pat)
    page.lead = "Another introduction. It is new."
    page.save()
    assert waiting() == [("Sample page", False, False)]


def test_what_is_scheduled_or_withdrawn_waits_for_nobody(pat):
    page = make_page()
    publish(page=page, by=pat, live_from=timezone.now() + timedelta(days=1))
    assert waiting() == []
    publish(page=page, by=pat)
    withdraw(page=page, by=pat)
    assert waiting() == []


def test_a_new_word_of_the_glossary_is_told_apart_from_a_draft(pat):
    publish(page=make_page(words="<p>The ilium is a bone.</p>"), by=pat)
    GlossaryTerm.objects.create(term="ilium", definition="The wing bone of the pelvis.")
    assert waiting() == [("Sample page", False, True)]


@pytest.mark.parametrize(
    ("address", "is_dead"),
    [
        ("/conditions/sample-page/", False),
        ("/conditions/sample-page/#why", False),
        ("/treatments/compare/", False),
        ("/refer/", False),
        ("/guides/", False),
        ("/conditions/nothing-here/", True),
        ("/nowhere/", True),
        ("/static/downloads/referral-letter.rtf", False),
        ("/static/downloads/nothing.rtf", True),
        ("/media/images/nothing.webp", True),
        ("https://elsewhere.example/", False),
    ],
)
def test_a_link_that_leads_nowhere_is_named(pat, address, is_dead):
    publish(page=make_page(words=f'<p><a href="{address}">There</a></p>'), by=pat)
    assert [link.address for link in dead_links()] == ([address] if is_dead else [])


def test_the_front_page_names_them_until_they_are_done(client, pat):
    page = make_page(words='<p><a href="/nowhere/">There</a></p>')
    front = signed_in(client, pat)
    assert "1 draft" in front.get("/admin/").content.decode()
    publish(page=page, by=pat)
    html = front.get("/admin/").content.decode()
    assert "1 draft" not in html
    assert "leads to /nowhere/" in html


def test_a_receptionist_is_not_told_of_pages(client):
    make_page()
    front = signed_in(client, make_user("referrals.view_enquiry", username="rae"))
    assert "1 draft" not in front.get("/admin/").content.decode()
