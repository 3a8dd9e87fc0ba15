"""The index is in step with what was published, and forgets what was redacted."""

from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from conditions.checks import search_is_in_step
from conditions.models import Publication, Synonym
from conditions.publishing.starter_files import STARTER_DIR, load_all, load_list
from conditions.publishing.verbs import publish_starter, redact, withdraw
from conditions.search import find, index
from tests.makers import make_page, make_user

pytestmark = pytest.mark.django_db


def indexed():
    return index.index_of().keys()


def words_in_the_index():
    """Every word that the database's own files of the index still hold."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT word FROM ts_stat('SELECT words FROM conditions_search')")
            return {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT group_concat(hex(block)) FROM conditions_search_data")
        return bytes.fromhex(cursor.fetchone()[0].replace(",", "")).decode("latin-1")


def test_publishing_and_indexing_are_one_transaction():
    page = make_page()
    with mock.patch.object(find, "reading", side_effect=RuntimeError):
        with pytest.raises(RuntimeError), transaction.atomic():
            publish_starter(page=page)
    assert not Publication.objects.exists()
    assert indexed() == set()


def test_every_version_is_indexed_and_a_withdrawal_has_no_words():
    page = make_page()
    keys = {publish_starter(page=page).pk, publish_starter(page=page).pk}
    withdraw(page=page, by=make_user("conditions.publish_page"))
    assert indexed() == keys


def test_redaction_takes_the_words_out_of_the_index():
    publication = publish_starter(page=make_page(words="<p>Xylophonia plays.</p>"))
    publish_starter(page=make_page(slug="b"))
    assert "xylophonia" in words_in_the_index()
    redact(publication=publication, by=make_user("conditions.redact_publication"), reason="Name.")
    assert "xylophonia" not in words_in_the_index()
    assert index.not_in_step() == 0


def test_a_lost_index_is_noticed_and_made_again():
    publication = publish_starter(page=make_page(words="<p>Crutches.</p>"))
    index.index_of().create()
    assert search_is_in_step(None, databases=["default"])[0].id == "conditions.W001"
    call_command("rebuild_search")
    assert indexed() == {publication.pk}
    assert search_is_in_step(None, databases=["default"]) == []
    assert find.search("crutches", emergency_number="000").total == 1


def test_an_index_that_is_gone_altogether_is_noticed():
    index.index_of().drop()
    try:
        found = search_is_in_step(None, databases=["default"])
        assert found[0].id == "conditions.W001"
    finally:
        index.index_of().create()


def test_synonyms_need_two_words():
    with pytest.raises(ValidationError, match="two words or more"):
        Synonym(words="alone").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Synonym.objects.create(words="alone")


def test_the_starter_list_is_loaded_once_and_never_over_staff_edits():
    load_all()
    first = Synonym.objects.first()
    Synonym.objects.filter(pk=first.pk).update(words="our own words, and others")
    count = Synonym.objects.count()
    load_list("synonyms", STARTER_DIR / "lists" / "synonyms.toml")
    assert Synonym.objects.count() == count
    assert not Synonym.objects.filter(words=first.words).exists()


def test_editors_may_change_synonyms_and_receptionists_may_not():
    for role, may in [("Editor", True), ("Publisher", True), ("Receptionist", False)]:
        user = make_user(username=role.lower())
        user.groups.add(Group.objects.get(name=role))
        assert user.has_perm("conditions.change_synonym") is may
