"""Disconnects the phone of a colleague who has lost it and her recovery codes.

Ends her sessions and writes to her. Until she connects a phone her password alone protects the
account: do it while she is beside you, and let her connect the new one at once.
"""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.running.announcing import Announced
from clinic_site.sign_in.factors import reset_factor


class Command(Announced, BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"Nobody here is called {name}.")
        if not reset_factor(user=user):
            self.stdout.write(f"{name} had no phone connected. Her sessions have ended.")
            return
        self.stdout.write(
            f"Done. {name} signs in with her password now and connects a phone at once."
        )
        if not user.email:
            self.stdout.write("There is no email address to tell her at.")
