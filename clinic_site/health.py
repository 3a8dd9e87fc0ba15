"""Is the site well? Each check answers a question and says how to mend it (settings.HEALTH_CHECKS).

The public hears only whether all are well, from a memory of a few seconds; staff, the operator and
whoever has WATCH_TOKEN hear the rest.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

REMEMBERED_SECONDS = 5
NOT_SET_UP = {"used": "no", "ping": "not set up"}  # in the numbers of a check

logger = logging.getLogger(__name__)


class Health(NamedTuple):
    """One check's answer: its name, whether it is well, and numbers without any patient in them."""

    name: str
    ok: bool
    detail: dict[str, int | str | None]


class Finding(NamedTuple):
    """The same for people: the question that was asked, and what to do if it is not well."""

    name: str
    ok: bool
    detail: dict[str, int | str | None]
    question: str
    mend: str

    @property
    def is_set_up(self) -> bool:
        """Whether there is anything to be well: a scanner or a watcher that nobody set up answers
        nobody."""
        return not any(self.detail.get(name) == value for name, value in NOT_SET_UP.items())


Check = Callable[[], Health]


def asks(question: str, *, mend: str) -> Callable[[Check], Check]:
    """What a check asks, and what to do when the answer is no."""

    def decorated(check: Check) -> Check:
        check.question, check.mend = question, mend  # type: ignore[attr-defined]
        return check

    return decorated


@asks(
    "Does the database answer?",
    mend="Start the database server, or see that its file and disk are there. Pages and forms come"
    " back by themselves.",
)
def database() -> Health:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except AnyDatabaseError as error:
        return Health("database", ok=False, detail={"error": type(error).__name__})
    return Health("database", ok=True, detail={"vendor": connection.vendor})


def run_check(path: str) -> Health:
    try:
        found: Health = import_string(path)()
    except (AnyDatabaseError, OSError) as error:
        return Health(path.rpartition(".")[2], ok=False, detail={"error": type(error).__name__})
    return found


def findings() -> list[Finding]:
    """Every check now, in the order of the settings."""
    checks = [(run_check(path), import_string(path)) for path in settings.HEALTH_CHECKS]
    return [Finding(*found, check.question, check.mend) for found, check in checks]


def as_facts(found: list[Finding]) -> dict[str, Any]:
    """For a monitor: whether all is well, and each check by its name."""
    is_all_well = all(each.ok for each in found)
    checks = {each.name: {"ok": each.ok, **each.detail} for each in found}
    return {"status": "ok" if is_all_well else "unhealthy", "checks": checks}


class Memory:
    """What one process found out, for a few seconds: a stranger who asks often costs nothing.

    One thread asks at a time; who comes meanwhile gets the answer of before, if there is one.
    """

    def __init__(self, ask: Callable[[], bool]) -> None:
        self.ask, self.lock = ask, threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.answer: bool | None = None
        self.until = 0.0

    def __call__(self) -> bool:
        if self.answer is None or time.monotonic() >= self.until:
            may_ask = self.lock.acquire(blocking=self.answer is None)
            try:
                if may_ask and time.monotonic() >= self.until:
                    self.answer = self.ask()
                    self.until = time.monotonic() + REMEMBERED_SECONDS
            finally:
                if may_ask:
                    self.lock.release()
        return bool(self.answer)


def all_well() -> bool:
    unwell = [found.name for found in map(run_check, settings.HEALTH_CHECKS) if not found.ok]
    if unwell:
        logger.warning("unwell: %s", ", ".join(unwell))
    return not unwell


def database_is_ready() -> bool:
    """It answers, and every migration of this release was made."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except AnyDatabaseError:
        return False


is_well = Memory(all_well)
is_ready = Memory(database_is_ready)
