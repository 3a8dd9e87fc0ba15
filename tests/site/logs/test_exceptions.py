"""What went wrong with the site itself can be read from its log; whom it went wrong for cannot."""

import json
import logging
import smtplib
import sqlite3
import sys
from importlib import import_module

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.template.loader import get_template
from django.urls import reverse

from clinic_site.logs.exceptions import described, said
from clinic_site.logs.lines import PrivateFormatter
from referrals.models import Enquiry
from tests.makers import submitted

CANARY = "Samplepatient"
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL only")


def written(error):
    """The line of this exception, as it stands in the log."""
    try:
        raise error
    except BaseException:
        info = sys.exc_info()
    record = logging.LogRecord("clinic_site.x", logging.ERROR, "f", 1, "failed", (), info)
    return json.loads(PrivateFormatter().format(record))


def of_sql(statement, *parameters):
    """The exception of a statement that the database refuses."""
    with pytest.raises(Exception) as caught, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT011
        cursor.execute(statement, parameters)
    return caught.value


@pytest.mark.django_db
def test_a_missing_table_has_a_name():
    words = json.dumps(written(of_sql("SELECT 1 FROM referrals_missing")))
    assert "referrals_missing" in words


@pytest.mark.django_db
def test_a_missing_column_has_a_name():
    """One that the code knows and the database does not, as before a migration."""
    words = json.dumps(written(of_sql("SELECT sent_at FROM referrals_enquiry")))
    assert "sent_at" in words


@pytest.mark.django_db
def test_a_constraint_has_a_name_and_the_row_none():
    enquiry = submitted()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(outcome="booked", reference=CANARY)
    words = json.dumps(written(caught.value))
    assert "enquiry_filed_has_time_and_outcome" in words
    assert CANARY not in words
    assert enquiry.form_key not in words


@pytest.mark.django_db
def test_a_value_that_stands_already_names_its_column_only():
    first, second = submitted(), submitted()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Enquiry.objects.filter(pk=second.pk).update(reference=first.reference)
    words = json.dumps(written(caught.value))
    assert "reference" in words
    assert first.reference not in words


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"SELECT '{CANARY}'::integer", "22P02"),
        (f"SELECT '{CANARY}'::date", "22007"),
        (f'SELECT "{CANARY}" FROM referrals_enquiry', "42703"),
        (f"UPDATE referrals_enquiry SET reference = '{CANARY}{CANARY}'", "22001"),
        (f"DO $$ BEGIN RAISE EXCEPTION 'x' USING DETAIL = '{CANARY}'; END $$", "P0001"),
        (f"DO $$ BEGIN RAISE EXCEPTION '{CANARY} is append-only'; END $$", "P0001"),
        (f"DO $$ BEGIN RAISE EXCEPTION 'x' USING TABLE = '{CANARY}'; END $$", "P0001"),
    ],
)
def test_postgresql_is_known_by_its_code_and_quotes_nobody(statement, code):
    submitted()
    words = json.dumps(written(of_sql(statement)))
    assert code in words
    assert CANARY not in words


def test_a_server_that_is_not_there_is_said_without_its_address():
    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect("postgres://Samplepatient:secret@127.0.0.1:1/x")
    assert said(caught.value) == "connection refused"
    assert said(OperationalError(CANARY)) == ""


@pytest.mark.parametrize(
    "words",
    [
        "database is locked",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        "database disk image is malformed",
        "database or disk is full",
    ],
)
def test_what_ails_a_sqlite_file_is_said(words):
    assert said(sqlite3.OperationalError(words)) == words
    assert said(OperationalError(words)) == words


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (f"no such table: {CANARY}", "no such table: …"),
        (f"no such column: {CANARY}.reference", "no such column: ….reference"),
        (f"no such table: referrals_event {CANARY}", ""),
        (f"no such table: referrals_event\n{CANARY}", ""),
        (f"CHECK constraint failed: name = '{CANARY}'", ""),
        (f"CHECK constraint failed: {CANARY}", "CHECK constraint failed: …"),
        (f'near "{CANARY}": syntax error', ""),
        (f"unrecognized token: '{CANARY}", ""),
        (f'relation "{CANARY}" does not exist', "does not exist: …"),
        (f'column "{CANARY}" does not exist', "does not exist: …"),
        (f"Key (name)=({CANARY}) already exists.", ""),
        (f"value too long for type character varying(13)\nDETAIL: {CANARY}", ""),
        (f'invalid input syntax for type integer: "{CANARY}"', ""),
    ],
)
def test_what_a_database_quotes_is_left_out(words, kept):
    for kind in (sqlite3.OperationalError, OperationalError, DataError):
        assert said(kind(words)) == kept
    assert CANARY not in json.dumps(written(OperationalError(words)))


def under_var(*parts):
    return str(settings.VAR_DIR.joinpath(*parts))


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (OSError(28, "Full", under_var("private", "0123abcd")), "ENOSPC var/private/0123abcd"),
        (OSError(13, "Denied", under_var("clinic.sqlite3")), "EACCES var/clinic.sqlite3"),
        (OSError(2, CANARY, under_var("private", f"{CANARY}.pdf")), "ENOENT var/private/…"),
        (OSError(2, CANARY, f"/home/{CANARY}/x"), "ENOENT"),
        (OSError(CANARY), ""),
        (ConnectionRefusedError(111, CANARY), "ECONNREFUSED"),
        (smtplib.SMTPDataError(552, f"{CANARY} too big".encode()), "552"),
        (smtplib.SMTPRecipientsRefused({f"{CANARY}@a.example": (550, b"no")}), "550"),
        (smtplib.SMTPServerDisconnected(CANARY), ""),
        (ImproperlyConfigured("Set SECRET_KEY."), "Set SECRET_KEY."),
        (KeyError("SECRET_KEY"), "SECRET_KEY"),
        (KeyError(CANARY.upper()), ""),
        (ValueError(f"DETAIL: Key (name)=({CANARY})"), ""),
        (ValidationError(CANARY), ""),
        (UnicodeEncodeError("ascii", CANARY, 0, 1, CANARY), ""),
        (UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY), ""),
        (ImportError(CANARY, name="pango"), "pango"),
    ],
)  # fmt: skip
def test_each_kind_says_what_is_ours_and_no_more(error, kept):
    assert said(error) == kept
    assert CANARY not in json.dumps(written(error))


def test_a_missing_template_an_address_and_a_module_have_names():
    for ask, name in [
        (lambda: get_template("referrals/gone.html"), "referrals/gone.html"),
        (lambda: reverse("referrals:another", args=[f"{CANARY} {CANARY}"]), "referrals:another"),
        (lambda: import_module("clinic_site.gone"), "clinic_site.gone"),
    ]:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            ask()
        words = json.dumps(described(caught.value))
        assert name.removeprefix("referrals:") in words
        assert CANARY not in words


def test_what_stands_behind_an_exception_is_told_as_carefully():
    try:
        try:
            raise sqlite3.OperationalError("database is locked")
        except sqlite3.Error as error:
            raise ValueError(CANARY) from error
    except ValueError:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            last = error
    line = described(last)
    assert [words.partition(" (")[0] for words in line["because"]] == [
        "ValueError",
        "OperationalError: database is locked",
    ]
    assert CANARY not in json.dumps(line)


def test_causes_that_go_round_in_a_circle_end():
    one, two = ValueError(CANARY), KeyError(CANARY)
    one.__cause__, two.__cause__ = two, one
    assert len(described(one)["because"]) == 1


def test_each_of_a_group_is_told():
    group = ExceptionGroup(CANARY, [sqlite3.OperationalError("disk I/O error"), ValueError(CANARY)])
    line = described(group)
    assert line["because"] == ["OperationalError: disk I/O error", "ValueError"]
    assert CANARY not in json.dumps(line)


def test_notes_that_were_added_to_an_exception_are_left_out():
    error = ValueError("x")
    error.add_note(CANARY)
    assert CANARY not in json.dumps(written(error))
