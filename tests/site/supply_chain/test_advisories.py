"""Known weaknesses are asked for, and what was not asked is never called good."""

import subprocess
import tomllib
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from supply_chain import advisories
from supply_chain.advisories import Answer, Finding, NoAnswer, main, read, report

TODAY = date(2027, 1, 31)
WEAK = Finding("django", "5.2.0", ("PYSEC-2027-1", "CVE-2027-1111"), ("5.2.99",))
UNMENDED = Finding("pillow", "13.0", ("PYSEC-2027-2",), ())


def said(*packages):
    """What pip-audit prints."""
    return {"dependencies": list(packages), "fixes": []}


@pytest.fixture
def lists(monkeypatch):
    """{list: what it answers about the package that everybody knows, about ours}; else silence."""
    answers = {}

    def ask(source, paths, *, seconds):
        try:
            return answers[source][len(paths) > 1]
        except KeyError:
            raise NoAnswer from None

    monkeypatch.setattr(advisories, "ask", ask)
    return answers


def known(*findings, skipped=()):
    return Answer(list(findings), list(skipped), asked=3)


def test_when_no_list_answers_that_is_said_and_nothing_fails(lists, capsys):
    assert main() == 0
    assert capsys.readouterr().out.startswith("Advisories: NOT ASKED.")


@pytest.mark.parametrize("skipped", [["django"], []])
def test_a_list_that_knows_no_weakness_at_all_does_not_count(lists, capsys, skipped):
    """A mirror answers about no package, and pip-audit calls that clean."""
    lists["pypi"] = (known(skipped=skipped), known(skipped=skipped))
    assert main() == 0
    assert capsys.readouterr().out.startswith("Advisories: NOT ASKED.")


def test_the_second_list_is_asked_when_the_first_is_silent(lists, capsys):
    lists["osv"] = (known(WEAK), known())
    assert main() == 0
    assert "3 packages asked about at osv, 0 to upgrade now" in capsys.readouterr().out


def test_a_weakness_that_is_mended_elsewhere_fails_and_says_in_which_version(lists, capsys):
    lists["pypi"] = (known(WEAK), known(WEAK))
    assert main() == 1
    assert "django 5.2.0: PYSEC-2027-1, mended in 5.2.99." in capsys.readouterr().out


def test_one_that_nobody_has_mended_is_said_and_does_not_fail(lists, capsys):
    lists["pypi"] = (known(WEAK), known(UNMENDED))
    assert main() == 0
    assert "pillow 13.0: PYSEC-2027-2, not mended yet." in capsys.readouterr().out


def test_packages_that_the_list_does_not_know_are_named(lists, capsys):
    lists["pypi"] = (known(WEAK), known(skipped=["uv"]))
    assert main() == 0
    assert "NOT ASKED about uv." in capsys.readouterr().out


@pytest.mark.parametrize(("day", "code"), [(TODAY, 0), (TODAY + timedelta(days=1), 1)])
def test_an_exception_counts_by_any_name_until_its_last_day(tmp_path, monkeypatch, day, code):
    path = tmp_path / "ignored.toml"
    path.write_text(
        f'[[exception]]\nname = "CVE-2027-1111"\nreason = "Not called."\nuntil = {TODAY}\n'
    )
    monkeypatch.setattr(advisories, "IGNORED", path)
    assert report("pypi", known(WEAK), today=day) == code


def test_our_exceptions_have_a_reason_and_end_within_90_days():
    limit = timezone.localdate() + timedelta(days=90)
    for each in tomllib.loads(advisories.IGNORED.read_text()).get("exception", []):
        assert each["reason"]
        assert each["until"] <= limit


def test_what_pip_audit_prints_is_read():
    weakness = {"id": "PYSEC-2027-1", "aliases": ["CVE-2027-1111"], "fix_versions": ["5.2.99"]}
    answer = read(
        said(
            {"name": "django", "version": "5.2.0", "vulns": [weakness]},
            {"name": "uv", "skip_reason": "Dependency not found"},
        )
    )
    assert answer == Answer([WEAK], ["uv"], asked=1)


@pytest.mark.parametrize("printed", ["", "Traceback"])
def test_a_run_that_breaks_is_no_answer(monkeypatch, tmp_path, printed):
    run = SimpleNamespace(stdout=printed)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: run)
    with pytest.raises(NoAnswer):
        advisories.ask("pypi", [tmp_path / "some.txt"], seconds=1)


def test_a_run_that_hangs_is_no_answer(monkeypatch, tmp_path):
    def hang(command, **kwargs):
        raise subprocess.TimeoutExpired(command, kwargs["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(NoAnswer):
        advisories.ask("pypi", [tmp_path / "some.txt"], seconds=1)
