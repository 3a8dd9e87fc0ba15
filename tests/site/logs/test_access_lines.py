"""The web server's line for each request: who, what, when; it cannot be forged or joined by day."""

import json
import re
from datetime import date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.test import override_settings

from clinic_site.logs.access_lines import access_line, address_of_the_day, number_of
from clinic_site.logs.doing import begin, doing_now
from clinic_site.logs.lines import PrivateFormatter
from clinic_site.running.gunicorn_config import PrivateLogger
from clinic_site.views import error_page
from tests.makers import make_user, signed_in

NUMBER = re.compile(r"\d{3}-\d{3}-\d{3}")
CANARY = "Samplepatient"
TOKEN = "0123456789abcdef0123456789abcdef"


def line_of(**environ):
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "203.0.113.7", **environ}
    line = access_line(asked, status=200, size=12, took=timedelta(milliseconds=34))
    assert line.isascii()
    assert line.splitlines() == [line]
    return json.loads(line)


def wsgi(path):
    """A path as a WSGI server gives it: its bytes, read as Latin-1."""
    return path.encode().decode("latin-1")


@pytest.fixture
def gunicorn_log():
    """Gunicorn's logger, whose lines the tests read in `lines`."""
    from gunicorn.config import Config

    config = Config()
    config.set("accesslog", "-")
    log = PrivateLogger(config)
    log.lines = StringIO()
    for handler in [*log.error_log.handlers, *log.access_log.handlers]:
        handler.setStream(log.lines)
    yield log
    log.error_log.handlers, log.access_log.handlers = [], []


def test_a_line_says_what_was_asked_and_what_became_of_it():
    line = line_of(PATH_INFO="/contact/", QUERY_STRING=f"name={CANARY}")
    assert datetime.fromisoformat(line.pop("at")).utcoffset() == timedelta()
    assert re.fullmatch("[0-9a-f]{16}", line.pop("address"))
    assert line == {
        "level": "INFO",
        "logger": "gunicorn.access",
        "method": "GET",
        "path": "/contact/",
        "status": 200,
        "bytes": 12,
        "ms": 34,
    }


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ('/\n{"status": 200}', "/%0A%7B%22status%22:%20200%7D"),
        ("/\r\nGET /forged", "/%0D%0AGET%20/forged"),
        ("/\u2028\x85\x1b[31m", "/%E2%80%A8%C2%85%1B%5B31m"),
        (f"/received/{TOKEN}/receipt.pdf", "/received/…/"),
        (f"/Status/{TOKEN}", "/Status/…/"),
        ("/caf\u00e9", "/caf%C3%A9"),
    ],
)
def test_no_path_forges_a_line_or_holds_a_token(path, kept):
    """Before Django has seen it, and after."""
    assert line_of(PATH_INFO=wsgi(path))["path"] == kept
    assert line_of(PATH_INFO=path, **{"clinic.request": "1"})["path"] == kept


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_written_as_they_came(client):
    assert line_of(PATH_INFO="/\xff\xfe")["path"] == "/%FF%FE"
    assert known_of(client.get("/%ff%fe"))["path"] == "/%FF%FE"
    assert known_of(client.get("/%E2%80%A8%0a"))["path"] == "/%E2%80%A8%0A"


def test_what_is_long_is_cut():
    line = line_of(PATH_INFO="/" + "\u2028a".encode().decode("latin-1") * 300_000)
    assert len(line["path"]) < 210
    assert line_of(REQUEST_METHOD="X" * 10_000)["method"] == "?"
    assert line_of(REQUEST_METHOD="GET\n{}")["method"] == "?"


def test_an_address_is_one_visitor_today_and_another_tomorrow():
    today, tomorrow = date(2026, 11, 28), date(2026, 11, 29)
    address = address_of_the_day("203.0.113.7", today)
    assert address == address_of_the_day("203.0.113.7", today)
    assert address != address_of_the_day("203.0.113.8", today)
    assert address != address_of_the_day("203.0.113.7", tomorrow)
    with override_settings(SECRET_KEY="x" * 60):
        assert address != address_of_the_day("203.0.113.7", today)


def known_of(response):
    """The line of an answer that the test client got."""
    return line_of(**response.wsgi_request.META)


@pytest.mark.django_db
def test_the_number_of_a_request_is_ours_whatever_was_sent(client):
    first = client.get("/robots.txt", headers={"X-Request-ID": CANARY})
    second = client.get("/robots.txt")
    assert NUMBER.fullmatch(first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert known_of(first)["request"] == first["X-Request-ID"]


@pytest.mark.django_db
def test_each_line_of_a_request_has_the_number_of_its_answer(client, caplog):
    response = client.get("/no-such-page")
    written = [PrivateFormatter().format(record) for record in caplog.records]
    assert [json.loads(line)["request"] for line in written] == [response["X-Request-ID"]]


@pytest.mark.django_db
def test_a_member_of_staff_is_named_on_staff_addresses_only(client):
    robin = make_user("referrals.view_enquiry")
    signed_in(client, robin)
    assert known_of(client.get("/admin/"))["person"] == robin.pk
    assert "person" not in known_of(client.get("/contact/"))


@pytest.mark.django_db
def test_a_stranger_on_a_staff_address_is_nobody(client):
    assert "person" not in known_of(client.get("/admin/"))


@pytest.mark.django_db
def test_a_visitor_behind_a_trusted_proxy_has_an_address_of_her_own(client, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    lines = [
        known_of(client.get("/robots.txt", headers={"X-Forwarded-For": hop}))
        for hop in ["203.0.113.7", "203.0.113.8", "203.0.113.7"]
    ]
    first, second, again = [line["address"] for line in lines]
    assert first == again != second


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 503])
def test_whoever_rings_after_an_error_can_say_its_number(client, status):
    request = client.get("/robots.txt").wsgi_request
    page = error_page(request, status=status, template=f"errors/{status}.html").text
    assert f"say this number: <strong>{number_of(request)}</strong>" in page


@pytest.mark.django_db
def test_a_page_that_is_missing_needs_no_number(client):
    assert "say this number" not in client.get("/no-such-page").text


def test_gunicorn_writes_this_line_and_forgets_the_number(gunicorn_log):
    answer = SimpleNamespace(status="404 Not Found", sent=7, response_length=None)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x", "clinic.request": "1"}
    begin(request="1")
    gunicorn_log.access(answer, None, environ, timedelta(seconds=1))
    line = json.loads(gunicorn_log.lines.getvalue())
    assert not doing_now()
    assert (line["status"], line["bytes"], line["ms"]) == (404, 7, 1000)


@pytest.mark.parametrize(
    ("words", "values", "kept"),
    [
        ("Listening at: %s (%s)", ["http://127.0.0.1:8000", 12], "http://127.0.0.1:8000 (12)"),
        (f"Invalid request from ip=203.0.113.7: Invalid HTTP header: '{CANARY}'", [], "Invalid"),
    ],
)
def test_gunicorns_other_lines_are_json_without_addresses(gunicorn_log, words, values, kept):
    gunicorn_log.warning(words, *values)
    written = gunicorn_log.lines.getvalue()
    assert kept in json.loads(written)["message"]
    assert CANARY not in written
    assert "203.0.113.7" not in written


def test_an_answer_that_breaks_in_the_server_goes_to_the_private_log(gunicorn_log, caplog):
    try:
        raise ValueError(f"DETAIL: Key (name)=({CANARY})")
    except ValueError:
        gunicorn_log.exception("Error handling request %s %s", "GET", f"/received/{TOKEN}/")
    [record] = [r for r in caplog.records if r.name == "clinic_site.running.gunicorn_config"]
    line = PrivateFormatter().format(record)
    assert json.loads(line)["exception"] == "ValueError"
    assert TOKEN not in line
    assert CANARY not in line


def test_a_site_that_cannot_start_says_why(gunicorn_log):
    try:
        raise ValueError("SECRET_KEY is not set")
    except ValueError:
        gunicorn_log.exception("Exception in worker process")
    line = json.loads(gunicorn_log.lines.getvalue())
    assert line["message"] == "Exception in worker process"
    assert line["words"] == "SECRET_KEY is not set"
