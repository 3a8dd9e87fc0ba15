"""A line of the mail process says which round and which mail it belongs to, and no address."""

import json
import logging
from smtplib import SMTPDataError
from unittest import mock

import pytest
from django.core.management import call_command

from clinic_site.logs.lines import PrivateFormatter
from referrals.mail import delivery
from referrals.models import Notification
from tests.makers import submitted

pytestmark = pytest.mark.django_db
ADDRESS = "canary@practice.example"


class Written(logging.Handler):
    """Formats each record as it comes, as a stream would."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self.setFormatter(PrivateFormatter())

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def written():
    handler = Written()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def test_a_mail_that_fails_is_named_with_its_round_and_code(written):
    submitted()
    refused = SMTPDataError(552, f"<{ADDRESS}> is full".encode())
    with mock.patch.object(delivery, "transport", side_effect=refused):
        call_command("deliver_mail", "--once")
    [line] = [line for line in map(json.loads, written) if "mail" in line]
    assert line["mail"] == Notification.objects.get().pk
    assert line["said"] == "552"
    assert len(line["round"]) == len("482-170-935")
    assert not any("canary" in line for line in written)
