from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Inbox"

    def ready(self) -> None:
        from referrals import checks  # noqa: F401  registers the checks
