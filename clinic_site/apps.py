from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.backends.signals import connection_created

from clinic_site.running.database_settings import settle


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "The clinic"

    def ready(self) -> None:
        from clinic_site import checks  # noqa: F401  registers the checks

        connection_created.connect(settle, dispatch_uid="settle")


class StaffAdminConfig(AdminConfig):
    """The stock admin, behind a second factor."""

    default_site = "clinic_site.staff.site.StaffSite"
