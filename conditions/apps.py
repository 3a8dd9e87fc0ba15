from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    name = "conditions"
    verbose_name = "Pages"

    def ready(self) -> None:
        from conditions import checks  # noqa: F401  registers the checks
