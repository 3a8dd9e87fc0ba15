"""What only the tests of letters share."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.files import uploads
from referrals.models import Attachment, Enquiry
from tests.makers import make_user, referral, signed_in, submitted

KEY = "0" * 32


@pytest.fixture
def reader(client: Client) -> Client:
    return signed_in(client, make_user("referrals.view_enquiry"))


@pytest.fixture
def enquiry() -> Enquiry:
    """A referral that somebody has opened."""
    sent = submitted(referral())
    Enquiry.objects.filter(pk=sent.pk).update(status="opened", opened_at=timezone.now())
    return Enquiry.objects.get(pk=sent.pk)


def attach(enquiry: Model, name: str, data: bytes, **changes: Any) -> Attachment:
    """A file as it came with the enquiry, inspected and sealed as on a real site."""
    position = Attachment.objects.filter(enquiry=enquiry.pk).count() + 1
    file = uploads.hold(name=name, data=data, form_key=KEY, position=position, at=timezone.now())
    facts = {"enquiry": enquiry.pk, "held_for": "", **changes}
    Attachment.objects.filter(pk=file.pk).update(**facts)
    return Attachment.objects.get(pk=file.pk)


def picture_url(file: Attachment, page: int = 1) -> str:
    return address("letter_picture", file, page)


def letter_url(file: Attachment, page: int = 1) -> str:
    return address("letter", file, page)


def address(name: str, file: Attachment, *more: int) -> str:
    where = [file.enquiry_id, file.pk, *more]
    return reverse(f"admin:referrals_enquiry_{name}", args=where)
