"""The long form of what a reader meets: `make audit`."""

from tests.journeys.conftest import mailbox, site  # noqa: F401
