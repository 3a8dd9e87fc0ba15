"""What only the tests of the inbox share."""

import pytest

from referrals import verdicts
from referrals.inspecting import codes_of


@pytest.fixture(autouse=True)
def _inspect_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each file takes a third of a second; `test_verdicts` starts it."""
    monkeypatch.setattr(verdicts, "inspect", lambda kind, data, **_: sorted(codes_of(kind, data)))
