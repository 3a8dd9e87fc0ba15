"""Two of Django's mail backends of our own: one that queues, one that writes files."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from referrals.mail import outbox
from referrals.models import Notification


class OutboxBackend(BaseEmailBackend):
    """Queues what Django and allauth send (sign-in mail), so no request waits for SMTP."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            outbox.enqueue(
                kind=Notification.Kind.STAFF_MAIL,
                recipients=message.recipients(),
                subject=str(message.subject),
                body=str(message.body),
            )
        return len(email_messages)


class EmlFileBackend(BaseEmailBackend):
    """Writes each mail to one .eml file named by its Message-ID: sent twice, it stands once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = str(message.extra_headers["Message-ID"]).strip("<>").replace("/", "_")
            part = folder / f"{name}.part"
            with part.open("wb") as file:
                file.write(message.message().as_bytes())
                file.flush()
                os.fsync(file.fileno())
            part.rename(folder / f"{name}.eml")
        return len(email_messages)
