from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = "The clinic"

    def ready(self) -> None:
        from clinic_site import checks  # noqa: F401  registers the checks


class StaffAdminConfig(AdminConfig):
    """The stock admin, behind a second factor."""

    default_site = "clinic_site.staff.site.StaffSite"
