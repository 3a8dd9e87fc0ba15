"""One visit: every check in turn, within a time that a person waits."""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.utils.module_loading import import_string

from clinic_site.health import run_check
from clinic_site.operations.doctor.database import database_finding
from clinic_site.operations.doctor.finding import Finding, Level, Needs, NotAsked

ALL_SECONDS = 25
DATABASE_HEALTH = "clinic_site.health.database"
MIGRATIONS = "clinic_site.operations.doctor.database.migrations"
NO_DATABASE = "the database does not answer"
BEHIND = "first the migrations"


class Answer(NamedTuple):
    """One question and what was found. `level` is the worst of the findings; `is_live`: one that
    /healthz asks all the time."""

    name: str
    question: str
    level: Level
    findings: tuple[Finding, ...]
    is_live: bool = False


def visit(
    *, short: bool = False, network: bool = True, paths: Iterable[str] | None = None
) -> list[Answer]:
    """Ask everything now, or the checks at `paths`. `short` leaves out what is not `daily`;
    `network` False asks nobody else, which is right for a machine for trying out."""
    until = time.monotonic() + ALL_SECONDS
    away = database_finding()
    found = [answer_of("database", "Does the database answer?", [away])]
    missing = NO_DATABASE if away.level == Level.UNWELL else ""
    for path in settings.DOCTOR_CHECKS if paths is None else paths:
        check: Any = import_string(path)
        if (short and not check.daily) or (check.needs == Needs.NETWORK and not network):
            continue
        why = missing if check.needs == Needs.DATABASE else ""
        if check.needs == Needs.NETWORK and time.monotonic() > until:
            why = "the others took too long"
        found.append(not_asked(path, check, why) if why else ask(path, check))
        if path == MIGRATIONS and found[-1].level == Level.UNWELL:
            missing = BEHIND
    return found if missing else [*found, *map(ask_health, health_checks())]


def ask(path: str, check: Any) -> Answer:
    name = name_of(path)
    try:
        findings = [with_mend(finding, check) for finding in check()]
    except NotAsked as reason:
        return not_asked(path, check, str(reason))
    except (AnyDatabaseError, OSError) as error:
        says = f"This could not be asked ({type(error).__name__})."
        findings = [Finding(name, says, check.mend)]
    return answer_of(name, check.question, findings)


def not_asked(path: str, check: Any, why: str) -> Answer:
    finding = Finding(name_of(path), f"Not asked: {why}.", level=Level.NOT_ASKED)
    return answer_of(name_of(path), check.question, [finding])


def health_checks() -> list[str]:
    """Those of /healthz, but the one that the doctor has asked already."""
    return [path for path in settings.HEALTH_CHECKS if path != DATABASE_HEALTH]


def ask_health(path: str) -> Answer:
    finding = health_finding(path)
    answer = answer_of(finding.name, import_string(path).question, [finding])
    return answer._replace(is_live=True)


def health_finding(path: str) -> Finding:
    """What a check of /healthz found, in the doctor's shape."""
    check: Any = import_string(path)
    found = run_check(path)
    numbers = ", ".join(f"{name} {value}" for name, value in found.detail.items())
    if found.ok:
        return Finding(found.name, numbers, level=Level.WELL)
    says = f"{check.question} No{f' ({numbers})' if numbers else ''}."
    return Finding(found.name, says, check.mend)


def answer_of(name: str, question: str, findings: Iterable[Finding]) -> Answer:
    """A check that finds nothing is well."""
    found = tuple(findings)
    levels = {finding.level for finding in found}
    worst = [Level.UNWELL, Level.NOT_ASKED, Level.HINT]
    level = next((each for each in worst if each in levels), Level.WELL)
    return Answer(name, question, level, found)


def with_mend(finding: Finding, check: Any) -> Finding:
    needs_one = finding.level in {Level.UNWELL, Level.HINT} and not finding.mend
    return finding._replace(mend=check.mend) if needs_one else finding


def name_of(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ")


def unwell(found: Iterable[Answer]) -> list[Finding]:
    """Every single thing that a person must see to."""
    return [each for a in found for each in a.findings if each.level == Level.UNWELL]
