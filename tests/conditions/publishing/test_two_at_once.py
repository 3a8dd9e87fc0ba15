"""While a draft is made public or replaced, nobody saves another one underneath."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from unittest import mock

import pytest
from django.db import OperationalError, connection, connections
from django.db.models import QuerySet

from conditions.models import Page, Publication
from conditions.publishing import verbs
from tests.makers import make_page, make_user


def save_as_a_colleague(page):
    """What another process does when an editor presses Save; it waits for half a second."""
    colleague = connections["default"].copy()
    with closing(colleague), colleague.cursor() as cursor:
        if colleague.vendor == "postgresql":
            cursor.execute("SET lock_timeout = '500ms'")
        cursor.execute("UPDATE conditions_page SET title = 'Slipped in' WHERE id = %s", [page.pk])


@contextmanager
def just_before_it_is_written(act) -> Iterator[list[Exception | None]]:
    """Act when the words are chosen and not yet stored; what came of it."""
    came = []

    def execute_and_act(execute, sql, *rest):
        if sql.startswith('INSERT INTO "conditions_publication"') and not came:
            came.append(None)
            try:
                act()
            except OperationalError as error:
                came[0] = error
        return execute(sql, *rest)

    with connection.execute_wrapper(execute_and_act):
        yield came


@pytest.mark.django_db(transaction=True)
def test_no_colleague_saves_the_draft_while_it_is_published():
    page = make_page()
    with just_before_it_is_written(lambda: save_as_a_colleague(page)) as came:
        verbs.publish(page=page, by=make_user("conditions.publish_page"))
    assert came[0] is not None  # had to wait
    assert Publication.objects.get().payload["title"] == Page.objects.get().title
    save_as_a_colleague(page)
    assert Page.objects.get().title == "Slipped in"


@pytest.mark.django_db
def test_the_draft_is_read_under_a_lock():
    """SQLite lets one process write anyhow, so there the question alone can be seen."""
    page = make_page()
    with mock.patch.object(QuerySet, "select_for_update", autospec=True) as locked:
        locked.side_effect = lambda rows, **_: rows
        verbs.publish_starter(page=page)
    assert [call.args[0].model for call in locked.call_args_list] == [Page]
