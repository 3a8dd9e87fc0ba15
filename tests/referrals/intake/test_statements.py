"""Storing an enquiry stays cheap: few statements, and two waits for the disk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic_site.sealing import lasting_digests
from tests.makers import make_clinic, message_post, referral_post

pytestmark = pytest.mark.django_db(transaction=True)
SENT = {"/contact/": message_post, "/refer/": referral_post}
AT_MOST = {"/contact/": 24, "/refer/": 26}


@pytest.fixture
def ran(client, request):
    """What the second form of a process runs; the first one reads the keys as well."""
    make_clinic()
    path = request.param
    lasting_digests.forget()
    assert client.post(path, SENT[path]()).status_code == 302
    with CaptureQueriesContext(connection) as found:
        answer = client.post(path, SENT[path](), REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 302
    lasting_digests.forget()
    return path, [query["sql"] for query in found]


@pytest.mark.parametrize("ran", SENT, indirect=True)
def test_a_form_that_is_sent_costs_few_statements(ran):
    path, statements = ran
    assert 10 < len(statements) <= AT_MOST[path], "\n".join(statements)


@pytest.mark.parametrize("ran", SENT, indirect=True)
def test_counting_is_one_commit_and_storing_another(ran):
    _, statements = ran
    assert sum(statement.startswith("COMMIT") for statement in statements) == 2
    writing = [s for s in statements if s.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]
    outside = [s for s in writing if not is_within(s, statements)]
    assert not outside


def is_within(statement, statements):
    before = statements[: statements.index(statement)]
    begun = sum(s.startswith("BEGIN") for s in before)
    return begun > sum(s.startswith("COMMIT") for s in before)
