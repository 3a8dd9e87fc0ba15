"""A site with real processes for each fault, and a table of what came of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running_site import Mailbox, RunningSite

SHORT = os.environ.get("SHORT") == "1"
COLUMNS = ["fault", "acknowledged", "stored", "delivered", "interrupted", "mails twice"]
_table: list[list[str]] = []

Report = Callable[..., None]


@pytest.fixture
def report() -> Report:
    """Add one line to the table that is printed at the end."""

    def add(fault: str, **numbers: int) -> None:
        _table.append(
            [fault, *[str(numbers.get(name.replace(" ", "_"), "–")) for name in COLUMNS[1:]]]
        )

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _table:
        return
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("post") else "SQLite"
    terminalreporter.write_line(f"\nFaults on {database}{', short form' if SHORT else ''}:\n")
    for row in [COLUMNS, ["---"] * len(COLUMNS), *_table]:
        terminalreporter.write_line("| " + " | ".join(row) + " |")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.delay = 0.02
    mailbox.open()
    yield mailbox
    mailbox.close()


@pytest.fixture
def site(tmp_path: Path, mailbox: Mailbox) -> Iterator[RunningSite]:
    """Behind a proxy on this machine, so that each sender has an address of its own."""
    site = RunningSite(tmp_path, mailbox, TRUSTED_PROXIES="127.0.0.1")
    site.prepare()
    site.start("web")
    site.start("mail")
    site.wait_until_up()
    yield site
    site.stop()
