"""A site with a row of each kind, made once for all tests of a module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from tests.site.matrix.watching import taken_back
from tests.site.matrix.world import World, make_world, use_folders

FAST = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="module")
def made_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    storages = {**django_settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    with django_db_blocker.unblock(), taken_back():
        with override_settings(STORAGES=storages, PASSWORD_HASHERS=[FAST]):
            use_folders(django_settings, folder)
            world = make_world(folder)
        yield world


@pytest.fixture
def world(made_world: World, db: None, settings: Any) -> World:
    """The same for every test: what a test writes is undone, its files too if it makes none."""
    use_folders(settings, made_world.folder)
    return made_world
