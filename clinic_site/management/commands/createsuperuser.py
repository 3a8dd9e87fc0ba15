"""Django's own command, which first says in which database the account will be.

Django's offers to take a password that it has just refused. An owner's opens everything, so here
that is not asked: the password is asked for again.
"""

import builtins
from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from clinic_site.running.announcing import Announced

OFFER = "Bypass password validation"


def ask(question: str = "") -> str:
    return "n" if question.startswith(OFFER) else builtins.input(question)


class Command(Announced, createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        createsuperuser.input = ask  # type: ignore[attr-defined]
        super().handle(*args, **options)
