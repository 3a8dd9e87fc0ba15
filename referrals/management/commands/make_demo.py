"""Fills an empty database for a demonstration: `make demo` runs it, with a folder of its own."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from clinic_site.running.announcing import Announced
from clinic_site.sign_in.demo_accounts import make_accounts, names
from referrals.demo.enquiries import make_enquiries
from referrals.models import Enquiry


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Only a demonstration is filled with invented people: use make demo."
            )
        if User.objects.exclude(username__in=[name.lower() for name in names()]).exists():
            raise CommandError("Somebody has an account here: this is no empty database.")
        accounts = make_accounts()
        if not Enquiry.objects.exists():
            made = make_enquiries(by=accounts["receptionist"])
            self.stdout.write(f"{len(made)} invented enquiries, and these accounts:")
        self.stdout.write(", ".join(accounts))
