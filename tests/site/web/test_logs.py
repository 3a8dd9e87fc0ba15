"""Logs hold no patient detail and no token."""

import json
import logging
import sys

import pytest

from clinic_site.web.logs import PrivateFormatter, without_secrets


def formatted(message, *args, exc_info=None):
    record = logging.LogRecord("x", logging.ERROR, "f", 1, message, args, exc_info)
    return json.loads(PrivateFormatter().format(record))


def test_the_words_of_an_exception_are_left_out():
    try:
        raise ValueError("DETAIL: Key (name)=(Samplepatient)")
    except ValueError:
        line = formatted("failed", exc_info=sys.exc_info())
    assert "Samplepatient" not in json.dumps(line)
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["places"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Not Found: /received/0123456789abcdef/", "Not Found: /received/…/"),
        ("GET /recovery/?surgery_date=2026-12-01", "GET /recovery/"),
        ("Is this all? Yes", "Is this all? Yes"),
    ],
)
def test_tokens_and_query_strings_are_dropped(text, kept):
    assert without_secrets(text) == kept


def test_a_missing_receipt_is_logged_without_its_token(client, db, caplog):
    client.get("/received/0123456789abcdef0123456789abcdef/")
    lines = [PrivateFormatter().format(record) for record in caplog.records]
    assert lines
    assert not any("0123456789abcdef" in line for line in lines)


@pytest.fixture
def gunicorn_log():
    from gunicorn.config import Config

    from clinic_site.running.gunicorn_config import PathLogger

    return PathLogger(Config())


def test_an_answer_that_breaks_in_the_server_goes_to_the_private_log(gunicorn_log, caplog):
    try:
        raise ValueError("DETAIL: Key (name)=(Samplepatient)")
    except ValueError:
        gunicorn_log.exception("Error handling request %s %s", "GET", "/received/0123456789/")
    [record] = [r for r in caplog.records if r.name == "clinic_site.running.gunicorn_config"]
    assert "0123456789" not in PrivateFormatter().format(record)
    assert "Samplepatient" not in PrivateFormatter().format(record)
    assert "gunicorn.error" not in {r.name for r in caplog.records}


def test_a_site_that_cannot_start_says_why(gunicorn_log, caplog):
    try:
        raise ValueError("SECRET_KEY is not set")
    except ValueError:
        gunicorn_log.exception("Exception in worker process")
    assert "SECRET_KEY is not set" in caplog.text
