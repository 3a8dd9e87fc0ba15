from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """No tables: commands for whoever runs the site (docs/operations.md)."""

    name = "clinic_site.operations"
    label = "operations"
    verbose_name = "Running the site"

    def ready(self) -> None:
        from clinic_site.operations.doctor import checks

        checks.register_all()
