"""Reports of browsers are counted, and nothing of a reader is kept."""

import json
from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.models import CspReport
from clinic_site.web import csp_reports
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
CANARY = "SIJ-CANARY1"


def old(**changes):
    """As browsers send it to `report-uri`."""
    body = {
        "document-uri": f"http://testserver/status/{CANARY}/?q={CANARY}#{CANARY}",
        "referrer": f"http://testserver/refer/?{CANARY}",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://evil.example:8443/{CANARY}?{CANARY}",
        "source-file": f"http://testserver/received/{CANARY}/",
        "line-number": 7,
        "script-sample": CANARY,
        **changes,
    }
    return {"csp-report": body}


def new(**changes):
    """As browsers send it to `report-to`."""
    body = {
        "documentURL": f"http://testserver/received/{CANARY}/",
        "effectiveDirective": "style-src-attr",
        "blockedURL": "inline",
        "sourceFile": "http://testserver/static/js/referral.js",
        "lineNumber": 12,
        **changes,
    }
    return {"type": "csp-violation", "age": 1, "url": CANARY, "user_agent": CANARY, "body": body}


def send(client, sent, kind="application/csp-report", **extra):
    data = sent if isinstance(sent, (str, bytes)) else json.dumps(sent)
    return client.post("/csp-report/", data, content_type=kind, **extra)


def kept():
    return list(CspReport.objects.values())


def test_a_report_leaves_a_kind_a_host_and_the_name_of_an_address(client):
    assert send(client, old(), headers={"user-agent": CANARY}).status_code == 204
    row = CspReport.objects.get()
    assert (row.directive, row.blocked, row.host) == (
        "script-src-elem",
        "elsewhere",
        "evil.example",
    )
    assert (row.page, row.file, row.line, row.number) == ("referrals:status", "", 0, 1)
    assert CANARY not in str(kept())


def test_a_file_of_ours_is_named_with_its_line(client):
    send(client, [new(), {"type": "deprecation", "body": {}}], "application/reports+json")
    row = CspReport.objects.get()
    assert (row.file, row.line, row.page) == ("/static/js/referral.js", 12, "referrals:receipt")
    assert CANARY not in str(kept())


def test_the_same_again_counts_one_more(client):
    for _ in range(3):
        send(client, old())
    assert CspReport.objects.get().number == 3


def test_nobody_is_asked_for_a_session_or_a_token_and_gets_none(client):
    client.handler.enforce_csrf_checks = True
    response = send(client, old(), headers={"origin": "https://elsewhere.example"})
    assert response.status_code == 204
    assert not response.cookies


@pytest.mark.parametrize(
    ("blocked", "kind"),
    [
        ("inline", "inline"),
        ("self", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,x", "data"),
        ("blob:http://testserver/1", "data"),
        ("http://testserver/x.js", "ours"),
        ("moz-extension://abc/x.js", "extension"),
        ("chrome-extension", "extension"),
        ("https://[", "other"),
        ("https://" + "x" * 300, "other"),
        ("", "other"),
        (None, "other"),
        ({"a": 1}, "other"),
    ],
)
def test_what_was_blocked_is_one_of_a_few_kinds(client, blocked, kind):
    send(client, old(**{"blocked-uri": blocked}))
    assert [(row["blocked"], row["host"]) for row in kept()] == [(kind, "")]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\x00",
        b"[" * 9000,
        b"1e999",
        json.dumps("x"),
        json.dumps([1, None, {"type": "csp-violation"}, {"type": "csp-violation", "body": [1]}]),
        json.dumps({"csp-report": []}),
        json.dumps(old(**{"document-uri": None})),
        json.dumps(old(**{"document-uri": "https://elsewhere.example/"})),
        json.dumps(old(**{"document-uri": "http://["})),
        json.dumps(old(**{"effective-directive": "<script>"})),
        json.dumps(old(**{"effective-directive": 5})),
    ],
)
@pytest.mark.parametrize("kind", ["application/csp-report", "text/plain", "x/\x01", ""])
def test_what_cannot_be_read_is_refused_or_dropped(client, sent, kind):
    assert send(client, sent, kind).status_code in {204, 400}
    assert kept() == []


@pytest.mark.parametrize("line", [-1, 10**30, "x", None, 1.5, True])
def test_an_odd_line_is_none(client, line):
    send(client, [new(lineNumber=line)])
    assert CspReport.objects.get().line == 0


def test_a_long_body_is_not_read(client):
    assert send(client, json.dumps(old(sample="x" * 10_000))).status_code == 413
    assert kept() == []


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "trace"])
def test_reports_are_posted(client, method):
    assert getattr(client, method)("/csp-report/").status_code == 405


def test_a_flood_is_counted_for_all_together_and_not_kept(client, django_assert_num_queries):
    with mock.patch.object(csp_reports, "AN_HOUR", 2):
        for number in range(4):
            send(client, old(), headers={"x-forwarded-for": f"192.0.2.{number}"})
        assert CspReport.objects.get().number == 2
        with django_assert_num_queries(1):  # a question, and nothing is written
            send(client, old())


def test_rows_are_few_and_old_ones_make_room(client):
    def from_host(number):
        send(client, old(**{"blocked-uri": f"https://host{number}.example"}))

    with mock.patch.object(csp_reports, "ROWS", 2):
        for number in range(4):
            from_host(number)
        assert CspReport.objects.count() == 2
        long_ago = timezone.now() - timedelta(days=31)
        CspReport.objects.filter(host="host0.example").update(first_at=long_ago, last_at=long_ago)
        from_host(4)
    assert set(CspReport.objects.values_list("host", flat=True)) == {
        "host1.example",
        "host4.example",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"line": 1, "blocked": "inline", "host": "x"},
        {"line": 2, "last_at": timezone.now() - timedelta(days=9)},
    ],
)
def test_the_database_refuses_a_row_twice_a_host_of_ours_and_time_backwards(changes):
    now = timezone.now()
    row = {"directive": "x", "blocked": "elsewhere", "first_at": now, "last_at": now}
    CspReport.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        CspReport.objects.create(**{**row, **changes})


def test_administrators_read_what_it_may_mean_and_others_nothing(client):
    send(client, old())
    address = f"/admin/clinic_site/cspreport/{CspReport.objects.get().pk}/change/"
    staff = signed_in(client, make_user("clinic_site.view_cspreport"))
    assert "words in a page that somebody put there" in staff.get(address).content.decode()
    assert staff.post(address, {"host": "x"}).status_code == 403
    signed_in(client, make_user("conditions.view_page", username="sam"))
    assert client.get(address).status_code == 403


def test_every_page_says_where_to_report(client):
    assert "report-uri /csp-report/" in client.get("/contact/")["Content-Security-Policy"]
