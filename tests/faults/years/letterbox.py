"""A mail server that takes, refuses, is away, is slow, and lets mail bounce later.

It stands in for SMTP at the one place where mail leaves the site, and raises what smtplib raises.
"""

import re
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tests.faults.years.book import World

NOWHERE, FULL = "nowhere.example", "full.example"
REFERENCE = re.compile(r"SIJ-[2-9CDFGHJKMNPRTV-Y]{8}")
ANSWER_LINK = re.compile(r"/answer/[0-9a-f]{32}/")
BUSY, BROKEN_LINE = 0.02, 0.003


class Backend(BaseEmailBackend):
    """`settings.MAIL_TRANSPORT` names it."""

    world: ClassVar[World]

    def open(self) -> bool:
        until = self.world.away_until
        if until and timezone.now() < until:
            raise ConnectionRefusedError
        return True

    def close(self) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            self.take(message)
        return len(messages)

    def take(self, message: Any) -> None:
        [recipient] = message.to
        if recipient.endswith(NOWHERE):
            self.world.mail["refused"] += 1
            raise SMTPRecipientsRefused({recipient: (550, b"no such address")})
        if self.world.chance(BUSY):
            self.world.mail["put off"] += 1
            raise SMTPDataError(451, b"try again later")
        self.keep(message, recipient)
        if self.world.chance(BROKEN_LINE):
            self.world.mail["line broke"] += 1
            raise SMTPServerDisconnected

    def keep(self, message: Any, recipient: str) -> None:
        world, name = self.world, message.extra_headers["Message-ID"]
        world.mail["taken"] += 1
        if name in world.message_ids:
            world.mail["twice"] += 1
        world.message_ids[name] = 1
        self.look_for_what_does_not_belong(message)
        references = REFERENCE.findall(f"{message.subject} {message.body}")
        if recipient.endswith(FULL) and references:
            world.bounced.add(references[0])
        if "without an end after" in message.subject:
            world.named_at = timezone.now()
        if link := ANSWER_LINK.search(message.body):
            world.asked[references[0]] = link[0]

    def look_for_what_does_not_belong(self, message: Any) -> None:
        """No name of a patient, no word of an enquiry, stands in any mail."""
        if "Sampleperson" in message.body or "canary" in message.body:
            self.world.fault(f"a mail “{message.subject}” tells what it must not")
