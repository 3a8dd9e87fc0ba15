"""What the code and its templates never do. Ruff refuses the rest (S, TID251 in pyproject.toml)."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("clinic_site", "conditions", "referrals")
CODE = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
TRUSTED_MARKUP = "conditions/rendering.py"  # makes it from words that were cleaned
BANNED_CALLS = {
    "eval",
    "exec",
    "raw",  # of a manager: SQL by hand
    "extra",
    "RawSQL",
    "from_string",  # a template made of what somebody typed
    "Template",
    "system",
    "popen",
    "safestring",
}
BANNED_MODULES = {"pickle", "marshal", "shelve", "yaml", "dill", "telnetlib", "ftplib"}
UNESCAPED = re.compile(
    r"\|\s*(?:safe|safeseq)\b|\{%-?\s*autoescape\s+off|\son\w+=|javascript:|<style|style=", re.I
)


def calls(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield name, node


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_runs_words_or_writes_sql_or_markup_by_hand(path):
    place = str(path.relative_to(ROOT))
    for name, node in calls(path):
        assert name not in BANNED_CALLS, f"{place}:{node.lineno} calls {name}"
        assert name != "mark_safe" or place == TRUSTED_MARKUP, f"{place}:{node.lineno} mark_safe"
        shell = [word.value for word in node.keywords if word.arg == "shell"]
        assert not shell, f"{place}:{node.lineno} gives words to a shell"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_reads_what_can_run_while_it_is_read(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.partition(".")[0] for alias in node.names}
            names.add((getattr(node, "module", "") or "").partition(".")[0])
            assert not names & BANNED_MODULES, (path, names)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_lets_words_through_unescaped_or_holds_script_or_style(path):
    if path.suffix == ".html" and "emails" not in path.parts and "pdf" not in path.parts:
        assert not UNESCAPED.search(path.read_text()), path


def test_the_linter_looks_for_the_rest():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert {"S", "TID251"} <= set(lint["select"])
    assert not [rule for rule in lint["ignore"] if rule.startswith("S") and rule[1:].isdigit()]
    banned = lint["flake8-tidy-imports"]["banned-api"]
    assert "django.utils.safestring.mark_safe" in banned
