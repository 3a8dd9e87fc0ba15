"""Colleagues' accounts in the admin: who is changed hears of it, and no factor is touched there."""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from clinic_site.sign_in.forms import ColleaguesPasswordForm
from clinic_site.staff.colleagues_sessions import EndsSessions
from clinic_site.staff.notes import tell

# The three are registered by the imports above.
# A factor deleted here would end no session and tell nobody; the addresses here nobody writes to.
for library_table in (Authenticator, EmailAddress, User):
    admin.site.unregister(library_table)


@admin.register(User)
class StaffUserAdmin(EndsSessions, UserAdmin):
    change_password_form = ColleaguesPasswordForm

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new address is told to the old one, where whoever took the account cannot read it."""
        before = form.initial.get("email", "") if change else ""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if before and before != obj.email:
                tell(obj, "email_changed", to=before)
