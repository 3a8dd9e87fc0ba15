from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """No tables: commands for whoever runs the site (docs/operations.md)."""

    name = "clinic_site.operations"
    label = "operations"
    verbose_name = "Running the site"
