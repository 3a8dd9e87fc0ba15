"""A site that has its pages already gets the index, the starter words and the permissions."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection

from conditions.models import Synonym
from conditions.publishing.verbs import publish_starter
from conditions.search import find, index
from tests.makers import make_page

pytestmark = pytest.mark.django_db
upgrade = import_module("conditions.migrations.0003_search")
editor = SimpleNamespace(connection=connection)


def test_what_was_published_before_is_found_after():
    publish_starter(page=make_page(words="<p>Crutches.</p>"))
    index.index_of().create()
    upgrade.make_index(apps, editor)
    assert find.search("crutches", emergency_number="000").total == 1


def test_a_site_with_pages_gets_the_starter_words_and_a_new_one_waits_for_its_pages():
    upgrade.load_words(apps, editor)
    assert not Synonym.objects.exists()
    make_page()
    upgrade.load_words(apps, editor)
    assert Synonym.objects.filter(words__startswith="SIJ").exists()


def test_who_writes_the_glossary_may_write_synonyms_in_groups_as_staff_made_them():
    writers, others = (Group.objects.create(name=name) for name in ("Writers", "Others"))
    writers.permissions.add(Permission.objects.get(codename="change_glossaryterm"))
    upgrade.let_editors_edit(apps, editor)
    assert writers.permissions.filter(codename="change_synonym").exists()
    assert not others.permissions.exists()
