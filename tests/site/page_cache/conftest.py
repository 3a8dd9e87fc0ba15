"""What is asked of Django here is asked as by a server, within the transaction of a test."""

from collections.abc import Iterator
from unittest import mock

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from clinic_site.page_cache import freshness


@pytest.fixture(autouse=True)
def _the_connection_of_the_test_stays_open() -> Iterator[None]:
    """As Django's own test client does: a server would close it between two requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with mock.patch.object(freshness, "close_old_connections"):
        yield
    for signal in signals:
        signal.connect(close_old_connections)
