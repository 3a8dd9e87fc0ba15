"""The menu is read again only where other pages are live, however often somebody asks."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from conditions.prepared import menu
from conditions.publishing.verbs import publish_starter
from tests.makers import make_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_menu_of_another_test():
    menu.forget()
    yield
    menu.forget()


def later(seconds):
    moment = timezone.now() + timedelta(seconds=seconds)
    return mock.patch.object(menu.timezone, "now", return_value=moment)


def test_pages_are_not_read_again_while_the_same_are_live():
    publish_starter(page=make_page())
    first = menu.live_pages()
    with later(2), mock.patch.object(menu, "menu_now", side_effect=AssertionError):
        assert menu.live_pages() is first


def test_what_another_process_published_is_there_a_second_later():
    publish_starter(page=make_page())
    menu.live_pages()
    with mock.patch("conditions.publishing.verbs.menu.forget"):
        added = publish_starter(page=make_page(slug="b"))
    with later(2):
        assert added.pk in [page.pk for page in menu.live_pages()]


def test_the_keys_of_one_menu_are_one_object():
    publish_starter(page=make_page())
    pages = menu.live_pages()
    assert menu.keys_of(pages) is menu.keys_of(pages)
    assert menu.keys_of(list(pages)) == menu.keys_of(pages)
