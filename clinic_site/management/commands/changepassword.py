"""Django's own command, which first says in which database the account will be."""

from django.contrib.auth.management.commands import changepassword

from clinic_site.running.announcing import Announced


class Command(Announced, changepassword.Command):
    pass
