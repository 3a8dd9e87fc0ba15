"""The mail process: delivers what is queued until SIGTERM, which lets a mail in hand finish.
In between it does the chores of the site, at most once a minute."""

import logging
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as AnyDatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from clinic_site.logs.doing import begin, new_number
from clinic_site.logs.lines import log_all_that_ends_a_process
from clinic_site.running.announcing import Announced
from clinic_site.running.in_use import note_that_it_runs
from clinic_site.running.moved_away import refuse_moved
from clinic_site.running.unreleased import refuse_unreleased
from clinic_site.sealing.keys import check_keys
from clinic_site.zone import in_clinic_time
from referrals.chores import Chores
from referrals.mail.delivery import deliver_one
from referrals.models import MailHeartbeat

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
BEAT_SECONDS = 10.0


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # `prepare_site` asked, and they load all pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Deliver what waits, then end.")

    def run_from_argv(self, argv: list[str]) -> None:
        log_all_that_ends_a_process()
        super().run_from_argv(argv)

    def announce(self, words: str, options: dict[str, Any]) -> None:
        """A process that serves says it in its log, which machines read."""
        logger.info(words)

    def handle(self, *args: Any, **options: Any) -> None:
        note_that_it_runs()
        refuse_unreleased()
        refuse_moved()
        check_keys()
        self.stopping = threading.Event()
        self.last_round = time.monotonic()
        self.chores = Chores()
        if options["once"]:
            beat()
            begin(round=new_number())
            self.drain()
            return
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self.stopping.set())
        threading.Thread(target=self.keep_beating, daemon=True).start()
        while not self.stopping.is_set():
            self.go_round()
            self.stopping.wait(PAUSE_SECONDS)

    def go_round(self) -> None:
        """One round; a database that is away is asked again at the next."""
        self.last_round = time.monotonic()
        begin(round=new_number())
        close_old_connections()
        try:
            with in_clinic_time():  # each round anew: the clinic may have changed its zone
                self.drain()
        except AnyDatabaseError as error:
            logger.error("mail process has no database", exc_info=error)
            connection.close()

    def drain(self) -> None:
        """Deliver until nothing waits, with the chores in between: the mail may be many."""
        while not self.stopping.is_set():
            self.chores.run_if_due()
            if deliver_one() is None:
                return
            self.last_round = time.monotonic()

    def keep_beating(self) -> None:
        """Beats beside the deliveries: one slow mail server is not yet a dead process."""
        while not self.stopping.is_set():
            try:
                if time.monotonic() - self.last_round < settings.MAIL_LEASE_SECONDS:
                    beat()
            except AnyDatabaseError:
                logger.error("heartbeat has no database")
            finally:
                connection.close()
            self.stopping.wait(BEAT_SECONDS)


def beat() -> None:
    MailHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})
