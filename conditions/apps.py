from importlib import import_module

from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    name = "conditions"
    verbose_name = "Pages"

    def import_models(self) -> None:
        """Blocks are models too, and stand above the pages they belong to."""
        super().import_models()
        import_module("conditions.blocks")

    def ready(self) -> None:
        from conditions import checks  # noqa: F401  registers the checks
