"""Fixtures that every test may use."""

import gc
import os
import socket
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connection, transaction

from clinic_site import health
from clinic_site.models import Clinic
from clinic_site.page_cache import freshness
from clinic_site.people.roles import create_roles
from clinic_site.sealing import lasting_digests
from conditions.prepared import keeping
from conditions.publishing.starter_files import load_all
from conditions.search import index
from conditions.search.site import live
from referrals.intake import empty_forms
from tests.environment import CLINIC_ZONE, MACHINE_ZONE
from tests.measuring import CHROMIUM
from tests.store_in_memory import shared_store  # noqa: F401
from tests.triggers import lifted

SAMPLE = import_module("clinic_site.migrations.0001_initial")
NURSE_LINE = import_module("clinic_site.migrations.0009_nurse_line")
CONVERSATION = import_module("referrals.migrations.0013_conversation")


# After Django, which sets the zone of the process itself when it reads the settings.
os.environ["TZ"] = MACHINE_ZONE
time.tzset()


def pytest_collection_finish() -> None:
    """13,000 tests are a heap that the bounded children's `gc.collect` need not walk each time."""
    gc.collect()
    gc.freeze()


def move_the_clinic() -> None:
    """Away from the default zone, so that a time shown in any other stands out."""
    Clinic.objects.update(time_zone=CLINIC_ZONE)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Tests run without `collectstatic`."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _health_is_asked_anew() -> None:
    health.is_well.forget()
    health.is_ready.forget()


@pytest.fixture(autouse=True)
def _prepared_pages_are_forgotten() -> None:
    """Keys of publications come again after each test is undone."""
    keeping.forget()
    live.forget()


@pytest.fixture(autouse=True)
def _empty_forms_are_drawn_anew() -> None:
    empty_forms.forget()
    freshness._of_this_process.clear()
    lasting_digests.forget()


@pytest.fixture(autouse=True)
def _media_in_a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAIL_DIR = tmp_path / "mail"
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_triggers() -> Iterator[None]:
    """Tests with real transactions empty every table, which the triggers would refuse."""
    original = flush.Command.handle

    def handle(self: Any, **options: Any) -> None:
        with lifted():
            original(self, **options)
        with connection.cursor() as cursor:  # flush knows the tables of models alone
            cursor.execute(f"DELETE FROM {index.TABLE}")
        ContentType.objects.clear_cache()  # the rows are made anew, with other keys
        SAMPLE.add_sample_clinic(apps, None)  # as the migrations left it
        NURSE_LINE.mend_the_sample(apps, None)
        CONVERSATION.add_texts(apps, None)
        create_roles()
        move_the_clinic()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield


class ReachedOut(BaseException):
    """Not an Exception, so that nothing takes it for a network that is down for a while."""


THIS_MACHINE = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - asked for, not listened on


@pytest.fixture(autouse=True, scope="session")
def _no_network_beyond_this_machine() -> Iterator[None]:
    """Whatever a test or the site asks for from elsewhere is a fault of ours."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def checked(host: Any) -> None:
        if host and not str(host).startswith(THIS_MACHINE):
            raise ReachedOut(str(host))

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            checked(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        checked(host)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, as Playwright's own browser would need a download."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("Chromium is missing")
        pytest.skip("needs Chromium: apt install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


LEFT_OPEN = """SELECT pid, state, left(query, 200), pg_terminate_backend(pid)
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The roles as `prepare_site` makes them, and the clinic in the zone of the tests. At the
    end, what still holds PostgreSQL's database open lets go of it, as it could not be dropped."""
    with django_db_blocker.unblock():
        create_roles()
        move_the_clinic()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(LEFT_OPEN)
            for session in cursor.fetchall():
                print("left open:", session)


@pytest.fixture(scope="module")
def starter_pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The starter content, loaded once for all tests of a module; each test is undone by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_all()
        yield
        transaction.set_rollback(True)
