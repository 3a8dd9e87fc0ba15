"""The database must still guard the timeline, and the mail settings must fit together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from clinic_site.append_only import guard_errors

APPEND_ONLY_TABLES = [
    "referrals_event",
    "referrals_accesslog",
    "referrals_accessday",
    "referrals_patientrequestline",
    "referrals_retentionrule",
    "referrals_tombstone",
    "referrals_call",
    "referrals_ending",
]


@register("database", deploy=True)
def timelines_are_guarded(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    return guard_errors(
        APPEND_ONLY_TABLES,
        databases,
        loss="a timeline, or the log of who read what, could be changed.",
        error_id="referrals.E001",
    )


@register()
def lease_outlives_a_send(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A lease that ends while its mail is still being sent would send the mail twice."""
    if settings.MAIL_SERVER["timeout"] < settings.MAIL_LEASE_SECONDS:
        return []
    return [
        Error(
            "MAIL_LEASE_SECONDS must be longer than EMAIL_TIMEOUT.",
            hint="Leave both unset: 900 and 60 seconds.",
            id="referrals.E002",
        )
    ]


@register("templates")
def every_mail_has_its_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A mail without a template, or without a part of it, would be found when it is sent."""
    from referrals.mail.kinds import missing_words  # models load after checks

    hint = "See “A new mail” in CONTRIBUTING.md."
    return [Error(words, hint=hint, id="referrals.E003") for words in missing_words()]


@register(deploy=True)
def mail_holds_no_health_data(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.NOTIFY_DETAIL != "full":
        return []
    return [
        CheckWarning(
            "NOTIFY_DETAIL=full puts patient details into ordinary email.",
            hint="Use minimal, or silence referrals.W001 once the practice has decided.",
            id="referrals.W001",
        )
    ]
