"""One real move for all tests of a module, and one that takes no time for those that fail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import override_settings
from django.utils import timezone

from clinic_site.operations.moving.moving import Tally, move
from conditions.models import Feedback
from tests.running_site import free_port
from tests.site.operations.moving.places import on_database, other_kind, rows_of
from tests.upgrades.loading import brought_up_to_date, releases


class Moved(NamedTuple):
    folder: Path
    url: str
    tallies: dict[str, Tally]
    known: dict[str, Any]  # what the clinic knew (tests/upgrades/story.py)
    rows: dict[str, list[dict[str, Any]]]  # of each model, before
    highest: int  # number of the last feedback, which is gone


@pytest.fixture(scope="module")
def moved(tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Moved]:
    """The clinic of a stored release, moved; tests ask the database it was moved to."""
    folder = tmp_path_factory.mktemp("moved")
    with django_db_blocker.unblock(), other_kind(folder) as url:
        with brought_up_to_date(releases()[0], folder) as known:
            page = Feedback.objects.get().page_id
            gone = Feedback.objects.create(page_id=page, helpful=True, at=timezone.now())
            highest = gone.pk
            gone.delete()
            rows = {model._meta.label: rows_of(model) for model in apps.get_models()}
            with override_settings(VAR_DIR=folder, PORT=free_port()):
                tallies = move(to=url)
            with on_database(url):
                yield Moved(folder, url, tallies, known, rows, highest)


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Path:
    """The test database, on a machine where nothing runs."""
    settings.VAR_DIR, settings.PORT = tmp_path, free_port()
    return tmp_path
