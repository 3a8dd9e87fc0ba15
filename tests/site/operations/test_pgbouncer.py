"""The site behind a pool of connections, which PgBouncer keeps with nothing set for us."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction

from clinic_site.health import database
from clinic_site.models import Clinic
from clinic_site.operations.moving.ends import connection_to
from tests.running_site import free_port, server_url
from tests.site.operations.moving.places import on_database

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not server_url(), reason="asks a PostgreSQL server"),
]
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SETTINGS = """[databases]
* = host={host} port={server} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 2
"""


@pytest.fixture(params=["session", "transaction"])
def pooled(request, tmp_path, db):
    """The DATABASE_URL of the test database through a pool."""
    if PGBOUNCER is None:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("PgBouncer is missing")
        pytest.skip("needs PgBouncer: apt install pgbouncer")
    server, port = urlsplit(server_url()), free_port()
    file = tmp_path / "pgbouncer.ini"
    facts = {"host": server.hostname, "server": server.port or 5432, "user": server.username}
    file.write_text(SETTINGS.format(**facts, port=port, mode=request.param))
    as_other = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([PGBOUNCER, *as_other, file], stderr=subprocess.PIPE)
    try:
        wait_for(port, process)
        name = connection.settings_dict["NAME"]
        place = server._replace(netloc=f"{server.username}@127.0.0.1:{port}", path=f"/{name}")
        yield urlunsplit(place)
    finally:
        process.terminate()
        process.wait()


def wait_for(port, process):
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"PgBouncer did not start: {process.stderr.read()[-500:]}")


def test_the_site_reads_and_writes_through_a_pool(pooled):
    with on_database(pooled):
        assert database().ok
        before = Clinic.objects.get().tagline
        with transaction.atomic():
            Clinic.objects.select_for_update().update(tagline="Through a pool")
        assert Clinic.objects.get().tagline == "Through a pool"
        Clinic.objects.update(tagline=before)


def test_a_long_answer_is_read_while_others_ask(pooled):
    """A cursor of the server would be lost as soon as another one of the pool answers."""
    with on_database(pooled), closing(connection_to(pooled)) as other:
        answer = ContentType.objects.iterator(chunk_size=10)
        first = next(answer)
        with other.cursor() as cursor:
            cursor.execute("BEGIN")  # and takes the connection that answered just now
            assert len([first, *answer]) == ContentType.objects.count() > 50
            cursor.execute("ROLLBACK")


def test_a_question_that_takes_too_long_is_ended_behind_a_pool_too(pooled):
    with on_database(pooled):
        assert setting("statement_timeout") == "15s"
        assert setting("synchronous_commit") == "on"
        assert setting("jit") == "off"


def test_a_cursor_stays_with_the_server_only_in_a_transaction(pooled):
    with on_database(pooled):
        with connections["default"].chunked_cursor() as cursor:
            assert cursor.cursor.name is None
        with transaction.atomic(), connections["default"].chunked_cursor() as cursor:
            assert cursor.cursor.name


def test_without_a_pool_a_long_answer_stays_with_the_server():
    assert setting("statement_timeout") == "15s"
    with connections["default"].chunked_cursor() as cursor:
        assert cursor.cursor.name


def setting(name):
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]
