"""What only the tests of the inbox share."""

import pytest

from referrals import uploads
from referrals.inspecting import codes_of


@pytest.fixture(autouse=True)
def _inspect_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each file takes a third of a second; `test_uploads_inspected` starts it."""
    monkeypatch.setattr(uploads, "inspect", lambda kind, data: sorted(codes_of(kind, data)))
