"""`manage.py check --deploy` asks the doctor's own checks, as far as no network is needed.

Without `--database default` it may run where no site is, so it asks the settings alone.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from django.core.checks import Warning as CheckWarning
from django.utils.module_loading import import_string

from clinic_site.operations.doctor.finding import Finding, Level, Needs
from clinic_site.operations.doctor.settings_checks import OWN
from clinic_site.operations.doctor.visiting import Answer, ask, visit

DJANGOS = "clinic_site.operations.doctor.settings_checks.deployment_"  # asked by `check` itself
EARLIER_IDS = {
    "sample": "clinic_site.E003",
    "cache table": "clinic_site.E004",
    "find a person": "referrals.W002",
}


def register_all() -> None:
    register(OWN, deploy=True)(doctors_settings)
    register(OWN, "database", deploy=True)(doctors_database)


def doctors_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return messages(ask(path, import_string(path)) for path in paths(is_settings=True))


def doctors_database(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`, on the machine of the site."""
    if not databases:
        return []
    return messages(visit(network=False, paths=paths(is_settings=False)))


def paths(*, is_settings: bool) -> list[str]:
    """Of checks that ask the settings alone, or of the others. `check` asks Django's by itself."""
    own = [path for path in settings.DOCTOR_CHECKS if not path.startswith(DJANGOS)]
    return [p for p in own if (import_string(p).needs == Needs.SETTINGS) == is_settings]


def messages(answers: Iterable[Answer]) -> list[CheckMessage]:
    """What is not yet started is no fault of the settings: a warning."""
    return [
        message_of(finding, CheckWarning if answer.is_live else Error)
        for answer in answers
        for finding in answer.findings
        if finding.level in {Level.UNWELL, Level.HINT}
    ]


def message_of(found: Finding, kind: "type[Error | CheckWarning]") -> CheckMessage:
    chosen: type[Error | CheckWarning | Info] = Info if found.level == Level.HINT else kind
    name = EARLIER_IDS.get(found.name) or f"{OWN}.{found.name.replace(' ', '_')}"
    return chosen(found.says, hint=found.mend, id=name)
