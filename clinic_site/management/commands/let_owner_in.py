"""Lets an owner in when nobody can sign in any more: phone and codes lost, password forgotten.

Asks for a new password, disconnects her phone, ends her sessions, and tells every owner by mail.
An owner is who looks after accounts. Everybody else is helped by an owner, on the staff site.
"""

from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.people import letting_in
from clinic_site.running.announcing import Announced, require_tables

TRIES = 3
NOTHING_DONE = "Nothing was done."
NO_OWNER = (
    "There is no owner here yet. Make one: manage.py createsuperuser (or make staff)."
    " Is this the right database? It stands above."
)


class Command(Announced, BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--reactivate", action="store_true", help="open her account again if it was closed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        user = chosen(options["username"], reactivate=options["reactivate"])
        try:
            self.ask_if_sure(user)
            password = self.ask_password(user)
        except (EOFError, KeyboardInterrupt):
            raise CommandError(f"{NOTHING_DONE} Type this at a terminal.") from None
        told = letting_in.let_in(user=user, password=password, reactivate=options["reactivate"])
        self.say_what_was_done(user, told)

    def ask_if_sure(self, user: User) -> None:
        self.stdout.write(
            f"{user.username} gets a new password. Her phone, passkeys and recovery codes open"
            " nothing any more, and she is signed out everywhere. Every owner gets a mail."
        )
        typed = input(f"Is she beside you, or is it you? Type {user.username} to go on: ")
        if typed.strip() != user.username:
            raise CommandError(NOTHING_DONE)

    def ask_password(self, user: User) -> str:
        for _ in range(TRIES):
            password = getpass("New password (you do not see what you type): ")
            if password != getpass("The same once more: "):
                self.stderr.write("These were two different ones.")
                continue
            try:
                validate_password(password, user)
            except ValidationError as problem:
                self.stderr.write("\n".join(problem.messages))
            else:
                return password
        raise CommandError(NOTHING_DONE)

    def say_what_was_done(self, user: User, told: list[User]) -> None:
        self.stdout.write(
            f"Done. Sign in as {user.username} at {settings.SITE_URL}/admin/ now, and connect a"
            " phone: until then the password alone protects the account."
        )
        for owner in told:
            if not owner.email:
                self.stdout.write(f"There is no email address to tell {owner.username} at.")


def chosen(name: str, *, reactivate: bool) -> User:
    """The account, if it is an owner's that may be opened. Raises `CommandError` in words."""
    owners = letting_in.owners()
    if not owners.exists():
        raise CommandError(NO_OWNER)
    names = ", ".join(owner.username for owner in owners)
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"Nobody here is called {name}. The owners: {names}.")
    if user not in owners:
        raise CommandError(
            f"{name} looks after no accounts, so an owner helps her on the staff site: {names}."
            f" Has she lost her phone alone? manage.py reset_second_factor {name}."
        )
    if not letting_in.is_open(user) and not reactivate:
        raise CommandError(
            f"The account of {name} is closed: she left, or it was switched off. Is she to come"
            f" back? manage.py let_owner_in {name} --reactivate"
        )
    return user
