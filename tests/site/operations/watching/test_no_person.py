"""A name in every column of every table stands in no number, no detail of health and no line."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import models, transaction

from clinic_site.logs.lines import PrivateFormatter
from referrals.management.commands.deliver_mail import beat
from referrals.models import Enquiry, Notification
from tests.makers import PATIENT, make_user, submitted

pytestmark = pytest.mark.django_db
TOKEN = "sample-token-0123456789-abcdefghijkl"
TEXT = (models.CharField, models.TextField)


def write_the_name_everywhere():
    """Into each column of text of each row that is there; how many columns took it."""
    taken = 0
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            is_chosen = field.choices or field.primary_key or field.name == "time_zone"
            if is_chosen or not isinstance(field, TEXT):
                continue
            with suppress(Exception), transaction.atomic():  # choices, or what never changes
                value = PATIENT[: field.max_length]
                taken += bool(model._base_manager.update(**{field.name: value}))
    return taken


def test_a_name_in_every_column_gets_out_nowhere(client, settings, caplog):
    settings.WATCH_TOKEN = TOKEN
    make_user("referrals.view_enquiry")
    submitted()
    submitted()
    dead = Notification.objects.update(state="dead")
    beat()
    assert write_the_name_everywhere() > 20
    assert Enquiry.objects.exists()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answers = [client.get(path, headers=headers) for path in ("/metrics", "/healthz", "/readyz")]
    lines = [PrivateFormatter().format(record) for record in caplog.records]
    for text in [*(answer.text for answer in answers), *lines]:
        assert PATIENT[:7] not in text
    assert answers[0].status_code == 200
    assert f"clinic_mail_dead_letters {dead}\n" in answers[0].text
