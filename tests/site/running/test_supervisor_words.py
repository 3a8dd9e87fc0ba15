"""The supervisor speaks in words to a person, and in lines to a log."""

import json
import sys

import pytest

from clinic_site.running import supervisor


@pytest.fixture
def terminal(monkeypatch, capsys):
    def be(is_there):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: is_there, raising=False)

    return be


def test_at_a_terminal_in_words(terminal, capsys):
    terminal(True)
    supervisor.say("mail ended with 1; starting it again.")
    assert capsys.readouterr().err == "mail ended with 1; starting it again.\n"


def test_in_a_log_as_a_line(terminal, capsys):
    terminal(False)
    supervisor.say("mail ended with 1\n; starting it again.")
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "mail ended with 1\n; starting it again."
    assert line["logger"] == "clinic_site.running.supervisor"
