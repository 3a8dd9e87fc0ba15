"""The token of a link is in its mail and its address: not in a table, a log line, a Referer."""

import re

import pytest
from django.db import connection
from django.test import Client

from clinic_site.logs.lines import PrivateFormatter
from clinic_site.logs.paths import logged_path, without_secrets
from clinic_site.people.by_mail import invitations
from clinic_site.sign_in import passwords
from referrals.mail.delivery import deliver_one
from referrals.models import Notification
from tests.codes import with_phone
from tests.makers import queue_sign_in_mail
from tests.site.logs.test_access_lines import line_of
from tests.site.people.links import (
    FORGOT,
    LINK,
    NEW,
    choose,
    invite,
    last_link,
    mails,
    make_inviter,
    token_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def paths(client):
    """The links of an invitation and of a forgotten password."""
    with_phone()
    invite(make_inviter())
    first = last_link()
    client.post(FORGOT, {"login": "robin"})
    return [first, last_link()]


def everything_stored():
    """All rows of all tables, as they lie there."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += map(repr, cursor.fetchall())
    return "\n".join(found)


def test_no_table_holds_it_before_and_after_it_was_taken(client, paths):
    for path in paths:
        assert token_of(path) not in everything_stored()
        client.get(path)
        choose(client, path)
        assert token_of(path) not in everything_stored()


def test_once_the_mail_is_sent_the_site_itself_does_not_know_it_any_more(paths):
    while deliver_one():
        pass
    sent = list(Notification.objects.filter(kind="staff_mail", state="sent"))
    assert len(sent) == 2
    assert [LINK.search(mail.body) for mail in sent] == [None, None]


def test_a_mail_that_could_not_be_sent_keeps_its_text_for_the_next_try(paths, settings):
    settings.MAIL_IS_DROPPED = True
    deliver_one()
    assert all(LINK.search(mail.body) for mail in mails())


def test_no_log_line_holds_it_also_where_something_breaks(client, paths, caplog, monkeypatch):
    client = Client(raise_request_exception=False)
    for path in paths:
        client.get(path)
        client.get(path.rstrip("/"))
        client.get(f"{path}more/")
    monkeypatch.setattr(invitations, "tell", lambda *args, **kwargs: 1 / 0)
    monkeypatch.setattr(passwords, "tell", lambda *args, **kwargs: 1 / 0)
    for path in paths:
        assert choose(client, path).status_code == 500
    lines = "\n".join(PrivateFormatter().format(record) for record in caplog.records)
    assert len(caplog.records) >= 2
    for path in paths:
        assert token_of(path) not in lines
    assert NEW not in lines


def test_the_access_line_and_the_log_of_the_proxy_leave_it_out(paths, settings):
    conf = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    pattern = re.search(r"~(\^/\(\?<page>.+)/ /\$page/…/;", conf)[1].replace("?<page>", "?P<page>")
    for path in paths:
        token = token_of(path)
        assert token not in logged_path(f"/Admin/Account/LINK/{token[:20]} {token[20:]}")
        assert token not in without_secrets(f"Not Found: /admin/account//link/{token}/")
        for asked in (path, path.rstrip("/"), f"{path}more"):
            assert re.match(pattern, asked)["page"] == "admin/account/link"
            assert line_of(PATH_INFO=asked)["path"] == "/admin/account/link/…/"


def test_no_page_behind_a_link_sends_it_on(client, paths):
    """Not in a Referer, not in a link, not in what the page asks for."""
    for path in paths:
        for answer in (client.get(path), choose(client, path), client.get(path)):
            assert answer["Referrer-Policy"] == "strict-origin"
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert token_of(path) not in answer.content.decode()
            assert token_of(path) not in answer.headers.get("Location", "")
        client = Client()


@pytest.mark.parametrize("torn", ["{0}", "{0}/more/", "{0}/.", "{0}//", "{0} ", "{0}.", "x/{0}/"])
def test_a_link_that_was_pasted_otherwise_goes_nowhere_else(client, paths, torn, caplog):
    """Never to sign-in with the token behind `?next=`."""
    for path in paths:
        token = token_of(path)
        answer = client.get(f"/admin/account/link/{torn.format(token)}")
        assert answer.status_code in {200, 404}
        assert answer["Referrer-Policy"] == "strict-origin"
        assert token not in answer.content.decode()
        assert token not in logged_path(answer.wsgi_request.path)
        assert token not in line_of(PATH_INFO=answer.wsgi_request.path)["path"]
    assert not [r for r in caplog.records if token in PrivateFormatter().format(r)]


def test_a_link_without_its_last_slash_opens_the_same_page(client, paths):
    for path in paths:
        assert "password1" in client.get(path.rstrip("/")).content.decode()
        assert choose(client, path.rstrip("/")).status_code == 302
        client = Client()


def test_it_is_long_enough_that_nobody_guesses_it(paths):
    tokens = [token_of(path) for path in paths]
    assert all(re.fullmatch("[0-9a-f]{40}", token) for token in tokens)
    assert len(set(tokens)) == 2
