"""A running site for the whole session of journeys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.running_site import Mailbox, RunningSite

expect.set_options(timeout=30_000)  # milliseconds: a busy machine draws the editor slowly


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.open()
    yield mailbox
    mailbox.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[RunningSite]:
    folder: Path = tmp_path_factory.mktemp("site")
    site = RunningSite(folder, mailbox)
    site.prepare()
    site.start("web")
    site.start("mail")
    try:
        site.wait_until_up()
        yield site
    finally:
        site.stop()


@pytest.fixture(autouse=True)
def _a_network_of_its_own(site: RunningSite) -> None:
    """All journeys come from one address, which may send sixty forms in an hour."""
    site.forget_visitors()
