"""What ails our own machine is named: file, server, certificate. A stranger's is not."""

import errno
import smtplib
import socket
import ssl
from pathlib import Path

import psycopg2
import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from clinic_site.logs.exceptions import said
from clinic_site.logs.ours import our_file

CANARY = "Samplepatient"
BUNDLE = "clinic-20261128T143000Z.tar.part"


def at(host, port, why):
    return psycopg2.OperationalError(
        f'connection to server at "{host}" (192.0.2.7), port {port} failed: {why}'
    )


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (at("db.example", 5433, "Connection refused"), "connection refused, db.example:5433"),
        (at("db.example", 5433, "No route to host"), "no route to host, db.example:5433"),
        (at(CANARY, 5433, "Connection refused"), "connection refused"),
        (at("db.example", 9, "Connection refused"), "connection refused"),
        (at("db.example", 5433, CANARY), ""),
        (
            at("db.example", 5433, f'FATAL:  database "{CANARY}" does not exist'),
            "no such database, db.example:5433",
        ),
        (
            at("db.example", 5433, "FATAL:  unsupported startup parameter: options"),
            "PgBouncer needs ignore_startup_parameters = options, db.example:5433",
        ),
    ],
)
def test_the_database_server_of_the_settings_is_named(error, kept, settings, monkeypatch):
    for name, value in {"HOST": "db.example", "PORT": "5433"}.items():
        monkeypatch.setitem(settings.DATABASES["default"], name, value)
    assert said(error) == kept


def test_of_several_database_servers_those_that_were_asked_are_named(settings, monkeypatch):
    for name, value in {"HOST": "one.example,two.example", "PORT": "5433,5434"}.items():
        monkeypatch.setitem(settings.DATABASES["default"], name, value)
    assert said(at("two.example", 5434, "Connection refused")).endswith("two.example:5434")
    assert said(at("one.example", 5434, "Connection refused")) == "connection refused"


def caught(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_a_mail_server_that_refuses_is_named(settings):
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 1}
    assert said(caught(smtplib.SMTP, "127.0.0.1", 1)) == "ECONNREFUSED 127.0.0.1:1"


def test_the_same_error_of_anybody_else_names_no_server(settings):
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 1}
    assert said(caught(socket.create_connection, ("127.0.0.1", 1))) == "ECONNREFUSED"


def test_a_name_that_nobody_knows_is_said_without_the_name():
    assert said(socket.gaierror(socket.EAI_NONAME, CANARY)) == "EAI_NONAME"


@pytest.mark.parametrize(("code", "why"), [(10, ": expired"), (62, ": of another host"), (999, "")])
def test_a_certificate_is_refused_with_its_reason(code, why):
    error = ssl.SSLCertVerificationError(1, f"for '{CANARY}'")
    error.reason, error.verify_code = "CERTIFICATE_VERIFY_FAILED", code
    assert said(error) == f"CERTIFICATE_VERIFY_FAILED{why}"


@pytest.fixture
def a_server(settings):
    settings.BACKUP_DIR = "/var/backups/clinic"
    settings.SERVICE_FILE = Path("/etc/clinic/clinic.env")
    settings.CLAMD_SOCKET = "/run/clamav/clamd.ctl"
    return settings


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"/var/backups/clinic/{BUNDLE}", f"backups/{BUNDLE}"),
        (f"/var/backups/clinic/{CANARY}.tar", "backups/…"),
        ("/etc/clinic/clinic.env", "/etc/clinic/clinic.env"),
        (f"/etc/clinic/{CANARY}", ""),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        (f"/srv/{CANARY}", ""),
        ("", ""),
        ("\0", ""),
        (7, ""),
    ],
)  # fmt: skip
def test_files_of_our_own_folders_are_named(a_server, path, kept):
    assert our_file(path) == kept
    error = OSError(errno.EACCES, CANARY, path)
    assert said(error) == f"EACCES {kept}".strip()


def test_a_file_that_came_with_the_release_is_named_and_none_beside_it(a_server):
    assert our_file(a_server.BASE_DIR / "templates/base.html") == "templates/base.html"
    assert our_file(a_server.BASE_DIR / f"templates/{CANARY}.html") == ""
    assert our_file(a_server.BASE_DIR / "clinic_site/../../x") == ""
    assert our_file(a_server.VAR_DIR / "private" / "0123abcd") == "var/private/0123abcd"


def test_a_static_file_that_was_never_collected_is_named(settings):
    settings.DEBUG = False
    error = caught(ManifestStaticFilesStorage(location="/nowhere").url, "css/site.css")
    assert said(error) == "not collected: css/site.css"
    typed = ValueError("Missing staticfiles manifest entry for 'css/site.css'")
    assert said(caught(exec, "raise typed", {"typed": typed})) == ""
