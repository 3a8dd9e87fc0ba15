from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Inbox"

    def ready(self) -> None:
        """Every process refuses here what is forgotten in the tables of states, verbs and mails."""
        from referrals import checks  # noqa: F401  registers the checks
        from referrals.mail import kinds  # noqa: F401
        from referrals.workflow import verbs  # noqa: F401
