"""Settings of `clinic_site/operations/watching/`: who may look at the site, whom it tells."""

from typing import Any

from clinic_site.logs.lines import log_settings

PROBES = ("healthz", "livez", "readyz", "metrics")  # asked by machines, under any name of ours
PROBES_PATTERN = rf"^({'|'.join(PROBES)})$"
NUMBERS: list[str] = [  # functions that give what stands under /metrics
    "clinic_site.operations.watching.site_numbers.release_and_start",
    "clinic_site.operations.watching.request_counts.requests",
    "clinic_site.operations.watching.site_numbers.disk",
    "clinic_site.operations.watching.site_numbers.last_backup",
    "clinic_site.operations.watching.site_numbers.migrations",
    "referrals.mail.watching.mail_queue",
    "referrals.mail.watching.mail_process",
    "referrals.mail.watching.mail_hold",
    "referrals.inbox.watching.undecided_enquiries",
    "referrals.inbox.watching.overdue_enquiries",
]


def logging_with(hook: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return with_error_hook(log_settings(), hook)


def with_error_hook(logging: dict[str, Any], hook: str) -> dict[str, Any]:
    """The same, where each error goes to the hook too."""
    if not hook:
        return logging
    handler = {"()": "clinic_site.operations.watching.error_hook.HookHandler", "hook": hook}
    root = {**logging["root"], "handlers": [*logging["root"]["handlers"], "hook"]}
    return {**logging, "handlers": {**logging["handlers"], "hook": handler}, "root": root}
