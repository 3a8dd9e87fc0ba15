"""Logs are one JSON object per line, and hold no patient detail, no token and nobody's words."""

import json
import logging
import sys
import threading
import warnings
from datetime import datetime

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

from clinic_site.logs import lines
from clinic_site.logs.doing import begin, doing
from clinic_site.logs.foreign import NOTHING
from clinic_site.logs.lines import PrivateFormatter
from clinic_site.logs.paths import logged_path, without_secrets

CANARY = "Samplepatient"
TOKEN = "0123456789abcdef0123456789abcdef"
FORGED = '\n{"level": "ERROR", "message": "forged"}'
SEPARATORS = ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x1b[2J", '"', "\\", "\ud800"]


def formatted(message, *args, logger="clinic_site.x", exc_info=None, **extra):
    record = logging.LogRecord(logger, logging.ERROR, "f", 1, message, args, exc_info)
    record.__dict__.update(extra)
    line = PrivateFormatter().format(record)
    assert line.isascii()
    assert line.splitlines() == [line]
    return json.loads(line)


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_line_has_its_time_in_utc_with_the_offset():
    at = datetime.fromisoformat(formatted("said")["at"])
    assert at.utcoffset().total_seconds() == 0


@pytest.mark.parametrize("separator", SEPARATORS)
def test_whatever_a_stranger_sent_ends_no_line(separator):
    line = formatted("file %s is lost", f"a{separator}{FORGED}")
    assert line["message"].startswith("file a")
    assert line["level"] == "ERROR"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Not Found: /received/{TOKEN}/", "Not Found: /received/…/"),
        ("GET /recovery/?surgery_date=2026-12-01", "GET /recovery/"),
        ("Is this all? Yes", "Is this all? Yes"),
        (f"lost /STATUS/{TOKEN[:10]} {TOKEN[10:]}", "lost /STATUS/…/"),
        (f"torn off: {TOKEN}/", "torn off: …/"),
        ("for sam@practice.example now", "for … now"),
        (f"file {TOKEN[:8]}-0123-4567-89ab-{TOKEN[:12]} lost",) * 2,
    ],
)
def test_tokens_queries_and_addresses_are_dropped(text, kept):
    assert without_secrets(text) == kept


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/contact/", "/contact/"),
        ("/a\n/b\u2028\x1b[2J", "/a%0A/b%E2%80%A8%1B%5B2J"),
        ('/"quoted"/\\', "/%22quoted%22/%5C"),
        (f"/status/{TOKEN}/", "/status/…/"),
        ("/search?q=Jo", "/search"),
        ("/\udcff", "/%FF"),
    ],
)
def test_a_path_is_written_as_a_browser_sends_it(path, kept):
    assert logged_path(path) == kept


def test_a_path_of_a_million_characters_is_cut():
    assert len(logged_path("/" + "z" * 1_000_000)) < 210


def test_the_number_of_a_request_stands_in_each_of_its_lines():
    begin(request="482-170-935")
    assert formatted("said")["request"] == "482-170-935"
    with doing(mail=7):
        assert formatted("said")["mail"] == 7
    begin()
    assert not {"request", "mail"} & formatted("said").keys()


@pytest.mark.parametrize(
    ("logger", "message", "args", "kept"),
    [
        ("django.request", "Not Found: %s", ["/x"], "Not Found"),
        ("django.request", "Internal Server Error: %s", ["/x"], "Internal Server Error"),
        ("django.request", "Method Not Allowed (%s): %s", ["GET", "/x"], "Method Not Allowed"),
        ("django.request", f"{CANARY}: %s", ["/x"], NOTHING),
        (
            "django.security.csrf",
            "Forbidden (%s): %s",
            [f"Origin checking failed - https://{CANARY} does not match.", "/x"],
            "Forbidden: Origin checking failed",
        ),
        (
            "django.security.csrf",
            "Forbidden (%s): %s",
            ["CSRF cookie not set.", "/x"],
            "Forbidden: CSRF cookie not set",
        ),
        ("django.security.SuspiciousOperation", CANARY, [], NOTHING),
    ],
)
def test_of_djangos_own_lines_reason_and_path_are_kept(logger, message, args, kept):
    request = RequestFactory().get(f"/received/{TOKEN}/?q={CANARY}")
    line = formatted(message, *args, logger=logger, request=request, status_code=404)
    assert line["message"] == kept
    assert line["path"] == "/received/…/"
    assert CANARY not in json.dumps(line)


def test_a_host_that_a_stranger_made_up_is_not_quoted():
    error = DisallowedHost(f"Invalid HTTP_HOST header: '{CANARY}'.")
    request = RequestFactory().get("/")
    logger = "django.security.DisallowedHost"
    line = formatted(str(error), logger=logger, exc_info=raised(error), request=request)
    assert line["message"] == "Invalid HTTP_HOST header"
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize(
    ("message", "args", "kept"),
    [
        ("read %s of %s", [CANARY, 2], "read %s of %s"),
        (f"read {CANARY}", [], NOTHING),
    ],
)
def test_of_lines_of_others_the_words_of_their_source_are_kept(message, args, kept):
    assert formatted(message, *args, logger="PIL.Image")["message"] == kept


def test_a_warning_says_where_and_of_which_kind():
    text = warnings.formatwarning(f"naive datetime {CANARY}", RuntimeWarning, "/a/b.py", 7)
    line = formatted("%s", text, logger="py.warnings")
    assert line["message"] == "RuntimeWarning at /a/b.py:7"


def test_what_nobody_caught_is_logged_and_not_shown(caplog, capsys):
    lines.log_uncaught(*raised(ValueError(CANARY)))
    told = threading.ExceptHookArgs([*raised(ValueError(CANARY)), None])
    lines.log_uncaught_in_thread(told)
    written = [PrivateFormatter().format(record) for record in caplog.records]
    assert [json.loads(line)["exception"] for line in written] == ["ValueError"] * 2
    assert CANARY not in "".join(written) + capsys.readouterr().err


def test_a_missing_receipt_is_logged_without_its_token(client, db, caplog):
    client.get(f"/received/{TOKEN}/")
    written = [PrivateFormatter().format(record) for record in caplog.records]
    assert written
    assert not any(TOKEN[:16] in line for line in written)
