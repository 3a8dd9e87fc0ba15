"""It is some days after the sample fax: on another day it is asked whether its year is right."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.referrals.entering.desk import FAXED_AT


@pytest.fixture(autouse=True)
def _some_days_later() -> Iterator[None]:
    with time_machine.travel(FAXED_AT + timedelta(days=10)):
        yield
