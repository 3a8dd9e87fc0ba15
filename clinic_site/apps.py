import sys

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.backends.signals import connection_created

from clinic_site.running.database_settings import settle, stay_with_the_file


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "The clinic"

    def ready(self) -> None:
        from clinic_site import checks  # noqa: F401  registers the checks

        connection_created.connect(settle, dispatch_uid="settle")
        connection_created.connect(stay_with_the_file, dispatch_uid="stay_with_the_file")


class StaffAdminConfig(SimpleAdminConfig):
    """The stock admin, behind a second factor. The mail process has no page: it reads what the
    admin is made of, 4 MB, only when `urls` does, with the first address that it needs."""

    default_site = "clinic_site.staff.site.StaffSite"

    def ready(self) -> None:
        super().ready()
        if sys.argv[1:2] != ["deliver_mail"]:
            admin.autodiscover()
