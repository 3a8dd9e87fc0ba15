"""Django's own command, which first says in which database the account will be."""

from django.contrib.auth.management.commands import createsuperuser

from clinic_site.running.announcing import Announced


class Command(Announced, createsuperuser.Command):
    pass
